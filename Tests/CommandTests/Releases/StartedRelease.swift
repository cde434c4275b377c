import ErlcluTestSupport
import Foundation

/// A release as relx or mix lays it out, with a node that runs from its own files. It is named `shop`, 1.4.2.
final class StartedRelease {
    static let name = "shop"
    static let version = "1.4.2"

    enum Layout {
        /// `vm.args` says all.
        case relx(arguments: String)
        /// Name and cookie are in `env.sh` and `releases/COOKIE`.
        case mix(arguments: String, node: String, cookie: String)
    }

    let directory: TemporaryDirectory
    let node: ChildProcess
    /// What the tool needs besides `--release`: the port of the test run's epmd.
    let environment: [String: String?]

    var path: String { directory.path }

    /// - Parameters:
    ///   - arguments: makes the text of `vm.args`, given the release's directory.
    ///   - variables: what the node is started with, beside its files.
    init(
        _ layout: Layout, in directory: TemporaryDirectory, variables: [String: String] = [:],
        nodeArguments: [String] = []
    ) throws {
        self.directory = directory
        let files = "releases/\(Self.version)"
        try directory.write("13.1.5 \(Self.version)\n", to: "releases/start_erl.data")
        try directory.write("[].\n", to: "\(files)/sys.config")
        var command = ["-noinput", "-boot", directory.file("\(files)/start")]
        command += ["-config", directory.file("\(files)/sys"), "-args_file", directory.file("\(files)/vm.args")]
        switch layout {
        case .relx(let arguments):
            try directory.write(arguments, to: "\(files)/vm.args")
        case .mix(let arguments, let node, let cookie):
            try directory.write(arguments, to: "\(files)/vm.args")
            try directory.write("", to: "\(files)/remote.vm.args")
            try directory.write(
                "#!/bin/sh\nexport RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=\(node)\n", to: "\(files)/env.sh")
            try directory.write(cookie, to: "releases/COOKIE")
            command += ["-name", node, "-setcookie", cookie]
        }
        try Self.makeBootScript(in: directory.file(files))
        environment = ["ERL_EPMD_PORT": "\(try PortMapper.shared.get().port)"]
        var nodeEnvironment = environment
        nodeEnvironment["HOME"] = directory.path
        for (variable, value) in variables { nodeEnvironment[variable] = value }
        node = try ChildProcess("erl", command + nodeArguments, environment: nodeEnvironment)
        guard eventually({ (try? run("ping", quietly: true).exitStatus) == 0 }) else {
            node.terminate()
            let words = try node.wait()
            let ours = try run("ping", quietly: false)
            throw FixtureFailure("\(words.standardOutput)\(words.standardError)\n\(ours.standardError)")
        }
    }

    deinit { node.terminate() }

    /// `start.boot` of a release with kernel, stdlib and what TLS distribution takes.
    private static func makeBootScript(in directory: String) throws {
        let program = """
            Applications = [begin application:load(A), {ok, V} = application:get_key(A, vsn), {A, V} end
                || A <- [kernel, stdlib, crypto, asn1, public_key, ssl]],
            Release = {release, {"\(name)", "\(version)"}, {erts, erlang:system_info(version)}, Applications},
            ok = file:write_file("\(name).rel", io_lib:format("~p.~n", [Release])),
            {ok, _, _} = systools:make_script("\(name)", [silent, no_warn_sasl]),
            ok = file:rename("\(name).boot", "start.boot"),
            halt().
            """
        try CommandResult.ofSuccessful("erl", ["-noshell", "-eval", program], directory: directory)
    }

    /// `erlclu-ctl --release DIR ARGUMENT...`
    func run(
        _ arguments: String..., quietly: Bool = false, variables: [String: String] = [:]
    ) throws -> CommandResult {
        var environment = environment
        for (variable, value) in variables { environment[variable] = value }
        // An empty home: no cookie and no context of whoever runs the tests.
        environment["HOME"] = directory.file("nobody")
        environment.updateValue(nil, forKey: "XDG_CONFIG_HOME")
        return try CommandResult.of(
            BuiltProduct.tool, ["--release", path] + arguments, environment: environment)
    }
}
