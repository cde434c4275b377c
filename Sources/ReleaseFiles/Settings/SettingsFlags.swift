/// The options of the command line that say which node is meant and how to reach it, as typed.
package struct SettingsFlags: Sendable {
    package var nodes: [String] = []
    package var context: String?
    package var transport: String?
    package var address: String?
    package var via: String?
    package var ssh: String?
    package var identities: [String] = []
    package var knownHosts: String?
    package var hostKeyFingerprints: [String] = []
    /// Whether a person is asked for a password.
    package var asksPassword = false
    package var passwordFile: String?
    package var epmd: String?
    package var optfile: String?
    package var ca: String?
    package var certificate: String?
    package var key: String?
    package var serverName: String?
    package var insecure = false
    package var cookieFile: String?
    package var cookieEnvironment: String?
    /// What is said of a cookie in `setCookie`.
    package static let visibleCookieWarning =
        "a cookie on the command line is visible to every user of this machine"

    /// `-setcookie` of nodetool: taken, with a warning.
    package var setCookie: String?
    package var release: String?
    package var vmArguments: String?
    package var timeout: String?
    /// `ERL_FLAGS` as a release's script sets it for its nodetool.
    package var emulatorFlags: String?
    /// Instead of `$XDG_CONFIG_HOME/erlclu/erlclu.config`.
    package var configuration: String?

    /// Whether a shell may run the `env.sh` of the release that is named.
    package var shell = Shell.onlyLooks

    package enum Shell: Hashable, Sendable {
        /// Nobody has asked for anything of the release: completion, a list of contexts, a daemon.
        case onlyLooks
        case permitted
        /// `--no-shell`.
        case forbidden
    }

    package init() {}
}
