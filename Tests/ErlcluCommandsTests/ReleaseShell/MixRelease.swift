import ErlcluTestSupport
import ReleaseFiles

@testable import ErlcluCommands

/// The files of a mix release, without a runtime system.
struct MixRelease {
    let directory: TemporaryDirectory
    var root: String { directory.path }
    var script: String { directory.file("releases/1.0.0/env.sh") }

    init(_ script: String, in parent: String? = nil) throws {
        directory = try TemporaryDirectory(in: parent)
        try directory.write("14.2 1.0.0", to: "releases/start_erl.data")
        try directory.write("FILECOOKIE", to: "releases/COOKIE")
        try directory.write("", to: "releases/1.0.0/shop.rel")
        try directory.write("+K true\n", to: "releases/1.0.0/vm.args")
        try directory.write("SECRETCOOKIE", to: "secrets/cookie")
        try directory.write(script, to: "releases/1.0.0/env.sh", mode: 0o644)
    }

    /// The programs that the scripts call, first on the path.
    func environment(_ given: [String: String]) throws -> [String: String] {
        for (name, text) in ReleaseScripts.tools {
            // Copied by another process: what this one holds open for writing, a child that it starts meanwhile holds
            // as well, and it cannot be run until that is over (ETXTBSY).
            let source = try directory.write(text, to: "text-of-" + name)
            try CommandResult.ofSuccessful("install", ["-D", "-m", "755", source, directory.file("tools/" + name)])
        }
        return given.merging(["PATH": "\(directory.file("tools")):/usr/bin:/bin", "HOME": root]) { $1 }
    }

    func settings(
        _ environment: [String: String], _ shell: (any EnvironmentShell)?,
        _ use: SettingsFlags.Shell = .permitted
    ) throws -> NodeSettings {
        var flags = SettingsFlags()
        flags.release = root
        flags.shell = use
        return try SettingsResolver(
            flags: flags, environment: environment, hostName: "box.example.org", shell: shell
        )
        .resolve()
    }
}
