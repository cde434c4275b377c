/// The SSH daemon of a node: `--ssh`.
package struct SecureShellChoice: Hashable, Sendable, CustomStringConvertible {
    /// `[USER@]HOST`, as ssh takes it.
    package let destination: String
    package let port: Int?
    /// As it was given.
    package let description: String

    package static let expected = "[USER@]HOST[:PORT], an IPv6 address in brackets where a port follows"

    /// - Returns: nil for anything else, and where it could be taken for an option of ssh.
    package init?(_ text: String) {
        guard
            case .ssh(let destination, let port)? = TunnelChoice(text.hasPrefix("ssh://") ? text : "ssh:" + text)?.kind
        else { return nil }
        self.destination = destination
        self.port = port
        description = text
    }

    package var host: String { destination.split(separator: "@").last.map(String.init) ?? destination }

    /// nil where none was given.
    package var user: String? { destination.lastIndex(of: "@").map { String(destination[..<$0]) } }
}

/// `--identity` and its like: what our own settings say of SSH.
package struct SecureShellOptions: Sendable {
    /// Files of keys that are tried before those of `ssh_config`.
    package var identities: Sourced<[String]>?
    /// The only file of known host keys; nil: our usual one, then those of OpenSSH.
    package var knownHosts: Sourced<String>?
    /// Our usual file of them; nil where there is no home.
    package var usualKnownHosts: String?
    /// What the host key is expected to be, one of these.
    package var fingerprints: Sourced<[HostKeyFingerprint]>?
    /// Read instead of OpenSSH's files of settings; `none`: nothing is.
    package var configuration: Sourced<String>?
    /// What is tried where keys do not let us in; nil: nothing.
    package var password: Sourced<SecureShellPassword>?

    package init() {}

    mutating func fill(from other: SecureShellOptions) {
        identities = identities ?? other.identities
        knownHosts = knownHosts ?? other.knownHosts
        fingerprints = fingerprints ?? other.fingerprints
        configuration = configuration ?? other.configuration
        password = password ?? other.password
    }

    /// `$XDG_CONFIG_HOME/erlclu/known_hosts`; nil without a home.
    package static func usualKnownHosts(environment: [String: String]) -> String? {
        XDGDirectory.configuration(environment: environment).map { FilePath.join($0, "erlclu/known_hosts") }
    }

    /// Fingerprints between commas or blanks.
    static func fingerprints(_ texts: [String]) -> [HostKeyFingerprint]? {
        var found: [HostKeyFingerprint] = []
        for word in texts.flatMap({ $0.split { $0 == "," || $0.isWhitespace } }) {
            guard let fingerprint = HostKeyFingerprint(String(word)) else { return nil }
            found.append(fingerprint)
        }
        return found.isEmpty ? nil : found
    }
}
