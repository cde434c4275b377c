import ErlangTerm
import ErlcluTestSupport
import Foundation
import Testing

@testable import ReleaseFiles

/// A release that mix makes and starts says which name and cookie its node has.
@Suite(.serialized) struct MixReleaseOracleTests {
    struct Files: Sendable, CustomStringConvertible {
        var script = "export RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=a@127.0.0.1"
        var arguments = ""
        var environment: [String: String] = [:]
        var description: String { "env.sh: \(script); vm.args: \(arguments); \(environment)" }
    }

    static let releases = [
        Files(), Files(arguments: "-name b@127.0.0.1"), Files(arguments: "-sname b@localhost"),
        Files(arguments: "-setcookie other"), Files(arguments: "-setcookie filecookie"),
        Files(arguments: "-setcookie b@h other"),
        Files(script: "export RELEASE_NODE=a@localhost", arguments: "-name b@127.0.0.1"),
        Files(script: "export RELEASE_DISTRIBUTION=none", arguments: "-name b@127.0.0.1"),
        Files(script: "export RELEASE_DISTRIBUTION=name", environment: ["RELEASE_NODE": "e@127.0.0.1"]),
        Files(environment: ["RELEASE_COOKIE": "envcookie"]),
    ]

    @Test(arguments: OTPRelease.available.filter { [25, 27].contains($0.major) })
    func nameAndCookieAreThoseOfTheNode(_ release: OTPRelease) throws {
        let project = try Self.build(release)
        let path = project.file("_build/prod/rel/shop")
        let shown = "-eval 'io:format(\"~tp.~n\",[{node(),erlang:get_cookie()}]),halt().'"
        for files in Self.releases {
            try project.write("filecookie", to: "_build/prod/rel/shop/releases/COOKIE")
            try project.write("#!/bin/sh\n\(files.script)\n", to: "_build/prod/rel/shop/releases/1.4.2/env.sh")
            try project.write(
                "\(files.arguments)\n-start_epmd false -dist_listen false \(shown)\n",
                to: "_build/prod/rel/shop/releases/1.4.2/vm.args")
            let (shell, arguments) = release.command("sh", [release.path(seenFromInside: path) + "/bin/shop", "start"])
            let result = try CommandResult.of(
                shell, arguments, environment: Self.environment(project, release).merging(files.environment) { $1 })
            let line = result.standardOutput.split(separator: "\n").last { $0.hasPrefix("{") }.map(String.init) ?? ""
            guard case .tuple(let pair)? = try TermParser.consult(bytes: Array(line.utf8)).first else {
                throw FixtureFailure("\(files): \(result.standardOutput)\(result.standardError)")
            }
            var flags = SettingsFlags()
            flags.release = path
            let ours = try SettingsResolver(
                flags: flags, environment: files.environment.merging(["HOME": project.path]) { $1 },
                files: SystemFiles(), hostName: "localhost"
            ).resolve()
            #expect(ours.nodes.value == [pair[0].text], "\(files)")
            #expect(ours.cookie?.value.bytes == pair[1].text.map { Array($0.utf8) }, "\(files)")
            let said = ours.warnings.filter { $0.contains("both give a cookie") }
            #expect(said.isEmpty == (pair[1].text != "homecookie"), "\(files)")
            if let said = said.first {
                #expect(said.hasPrefix("file \(path)/releases/COOKIE and file \(path)/releases/1.4.2/vm.args:1 "))
            }
        }
    }

    private static func build(_ release: OTPRelease) throws -> TemporaryDirectory {
        let project = try TemporaryDirectory(in: release.root.map { "\($0)/tmp" })
        try project.write("homecookie", to: ".erlang.cookie", mode: 0o400)
        try project.write("defmodule Shop do\nend\n", to: "lib/shop.ex")
        try project.write(
            """
            defmodule Shop.MixProject do
              use Mix.Project
              def project, do: [app: :shop, version: "1.4.2", releases: [shop: [include_erts: false]]]
              def application, do: []
            end
            """, to: "mix.exs")
        let inside = release.path(seenFromInside: project.path)
        let (shell, arguments) = release.command("sh", ["-c", "cd \(inside) && mix release --quiet"])
        try CommandResult.ofSuccessful(
            shell, arguments, environment: environment(project, release).merging(["MIX_ENV": "prod"]) { $1 })
        return project
    }

    private static func environment(_ project: TemporaryDirectory, _ release: OTPRelease) -> [String: String?] {
        ["HOME": release.path(seenFromInside: project.path), "LC_ALL": "C.UTF-8"]
    }
}
