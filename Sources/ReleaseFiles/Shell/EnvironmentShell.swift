/// What runs a release's `env.sh`. This module starts no process: whoever may have one started hands this in.
package protocol EnvironmentShell {
    /// - Returns: the values of `EnvironmentScript.names` at the end of the script; empty for what is not set.
    /// - Throws: why it was not run, or gave nothing.
    func run(_ run: EnvironmentRun) throws(EnvironmentShellFailure) -> [String: String]
}

/// One run of an `env.sh`, as the release's own script would make it.
package struct EnvironmentRun: Hashable, Sendable {
    /// The release, without symbolic links.
    package var root: String
    /// The folder of `env.sh` below it.
    package var versionDirectory: String
    /// What the start script passes on.
    package var environment: [String: String]
    /// What the start script is asked to do (`$1`), and its own path (`$0`).
    package var command: String
    package var program: String

    package var script: String { FilePath.join(versionDirectory, "env.sh") }

    package init(
        root: String, versionDirectory: String, environment: [String: String], command: String,
        program: String
    ) {
        self.root = root
        self.versionDirectory = versionDirectory
        self.environment = environment
        self.command = command
        self.program = program
    }
}

package struct EnvironmentShellFailure: Error, Hashable, Sendable {
    /// As in "not read: MESSAGE".
    package var message: String

    package init(_ message: String) { self.message = message }
}

/// Whether `sh` runs a release's `env.sh`, or why it does not.
enum ShellUse {
    case permitted(any EnvironmentShell)
    case refused(String)

    /// - Parameter release: the release and who named it.
    init(
        _ shell: (any EnvironmentShell)?, flags: SettingsFlags, environment: [String: String],
        release: Sourced<String>
    ) {
        if let text = environment["ERLCLU_NO_SHELL"], SettingText.boolean(text) ?? true {
            self = .refused("ERLCLU_NO_SHELL is set")
            return
        }
        switch (flags.shell, release.origin) {
        case (.forbidden, _): self = .refused("--no-shell was given")
        case (.onlyLooks, _): self = .refused("nothing is asked of the release")
        case (.permitted, .flag), (.permitted, .context):
            self = shell.map { .permitted($0) } ?? .refused("there is no shell")
        case (.permitted, _): self = .refused("neither --release nor a context names the release")
        }
    }
}
