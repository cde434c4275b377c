import ErlcluTestSupport
import Foundation
import Testing

/// What needs nothing of a release runs nothing of it, with the built tool.
@Suite(.waiting) struct UnaskedReleaseTests {
    /// A mix release whose `env.sh` leaves a file, and a file of contexts that names it.
    private struct Fixture {
        let directory: TemporaryDirectory
        var mark: String { directory.file("mark") }
        var wasRun: Bool { FileManager.default.fileExists(atPath: mark) }

        init() throws {
            // Beside the tool, where nobody else can write unless the whole build is open to others.
            directory = try TemporaryDirectory(in: (BuiltProduct.tool as NSString).deletingLastPathComponent)
            try directory.write("13.1.5 1.4.2\n", to: "shop/releases/start_erl.data")
            try directory.write("cookie", to: "shop/releases/COOKIE")
            try directory.write("", to: "shop/releases/1.4.2/vm.args")
            try directory.write(
                "touch '\(mark)'\nexport RELEASE_NODE=a@$(echo b)\n", to: "shop/releases/1.4.2/env.sh", mode: 0o644)
            for folder in ["shop", "shop/releases", "shop/releases/1.4.2"] { chmod(directory.file(folder), 0o755) }
            try directory.write(
                "{context, shop, [{release, \"\(directory.file("shop"))\"}]}.\n"
                    + "{context, prod, [{nodes, ['a@10.0.0.1']}]}.\n", to: "erlclu.config")
        }

        func run(_ arguments: [String]) throws -> CommandResult {
            try CommandResult.of(
                "/usr/bin/env", ["-C", directory.path, BuiltProduct.tool] + arguments,
                environment: [
                    "PATH": "/usr/bin:/bin", "HOME": directory.path, "ERLCLU_CONFIG": directory.file("erlclu.config"),
                ])
        }
    }

    @Test(arguments: [
        ["config", "contexts"], ["complete", "nodes"], ["complete", "contexts"], ["-c", "shop", "config", "contexts"],
        ["-c", "shop", "complete", "nodes"], ["config", "view", "-c", "shop", "--no-shell"],
    ])
    func nothingIsRun(_ arguments: [String]) throws {
        let fixture = try Fixture()
        let result = try fixture.run(arguments)
        #expect(!fixture.wasRun, "\(result.standardError)")
        if arguments == ["config", "contexts"] { #expect(result.standardOutput.contains("shop")) }
    }

    /// The same script is run where its values are asked for: the file would be there.
    @Test func itIsRunWhereItIsAsked() throws {
        let fixture = try Fixture()
        let result = try fixture.run(["config", "view", "-c", "shop"])
        let words = result.standardOutput + result.standardError
        let isOpen = words.contains("others can write ") || words.contains(" belongs to user ")
        #expect(fixture.wasRun != isOpen, "\(words)")
    }
}
