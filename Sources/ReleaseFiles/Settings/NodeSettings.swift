package import ErlangTerm

/// Which node is meant and how to reach it: all layers resolved, each value with its origin.
package struct NodeSettings: Sendable {
    /// Node names with hosts; empty when nobody named one.
    package var nodes: Sourced<[String]>
    /// Why nobody named one although a file does: the name in it cannot be known.
    package var nameProblem: String?
    package var nameType: Sourced<NameType>
    package var cookie: Sourced<Secret>?
    /// Why there is no cookie although one is set.
    package var cookieProblem: String?
    /// `auto` is resolved already.
    package var transport: Sourced<Transport>
    /// Where the connection goes, instead of the name's host and the port that epmd knows.
    package var address: Sourced<HostAndPort>?
    /// What the connections go through; nil: nothing.
    package var via: Sourced<TunnelChoice>?
    /// The SSH daemon that the node is asked through, where the transport is that, or nothing else leads there.
    package var ssh: Sourced<SecureShellChoice>?
    /// What carries distribution, where somebody has said anything of it, whether or not that is the way that is taken.
    package var distribution: Sourced<Transport>?
    /// How that daemon is reached, where the transport is SSH.
    package var secureShell: SecureShellSettings?
    /// What is said of SSH beside the settings of OpenSSH.
    package var sshOptions = SecureShellOptions()
    package var epmd: Sourced<EPMDChoice>
    /// The node's distribution port when it is known without epmd: `-erl_epmd_port`, `ERL_DIST_PORT`, or where there is
    /// no epmd a range of one port that the node listens in.
    package var distributionPort: Sourced<Int>?
    package var tls: TLSSettings
    package var timeoutMilliseconds: Sourced<Int>
    package var mode: Sourced<AccessMode>
    /// Which shell, and what expressions are written in; nil: what the node is.
    package var language: Sourced<ShellLanguage>?
    package var context: Sourced<String>?
    package var release: Sourced<String>?
    package var optfile: Sourced<String>?
    /// What was done to find them out, for stderr, a line each.
    package var notices: [String] = []
    /// For stderr, a line each.
    package var warnings: [String]
    /// Those of `nodes` that were given without a host, and got that of this machine.
    package var assumedHosts: Set<String> = []
    /// Weaknesses that are known and accepted, by their identifiers (`CVE-2025-32433`).
    package var accepted: Sourced<[String]>?
}

extension NodeSettings {
    /// The daemon says which node it is of: where nobody has named one it is called as the daemon is.
    mutating func useSecureShell() throws(SettingsError) {
        guard let ssh else {
            throw SettingsError(
                .configuration,
                "SSH (\(transport.origin)) needs to know the node's SSH daemon: --ssh [USER@]HOST[:PORT]")
        }
        if nodes.value.isEmpty { nodes = Sourced([ssh.value.description], .derived("whichever is at \(ssh.origin)")) }
    }

    /// Those that somebody has named.
    package var namedNodes: [String] { takesAnyName ? [] : nodes.value }

    /// Whether nobody has named a node: the one that answers is meant.
    package var takesAnyName: Bool {
        transport.value == .ssh && ssh.map { nodes.value == [$0.value.description] } ?? false
    }
}

/// Short and long names never connect to each other.
package enum NameType: String, Hashable, Sendable {
    case short
    case long

    /// By the rule of `net_kernel`: a dot in the host makes a name long, and so does an IPv6 address.
    package init(host: some StringProtocol) {
        self = host.contains(where: { $0 == "." || $0 == ":" }) ? .long : .short
    }
}

package enum Transport: String, Hashable, Sendable {
    case tls
    case tcp
    case ssh
}

/// What the user may do to the node.
package enum AccessMode: String, CaseIterable, Hashable, Sendable {
    case readWrite = "read_write"
    case readOnly = "read_only"
    case protected
}

/// `{lang, L}` of a context.
package enum ShellLanguage: String, CaseIterable, Hashable, Sendable {
    case erlang
    case elixir
}

/// Where node names are looked up.
package enum EPMDChoice: Hashable, Sendable, CustomStringConvertible {
    /// Not at all: the port must be known otherwise.
    case none
    /// `host` nil: on the host of the node's name.
    case lookup(host: String?, port: Int)

    package static let defaultPort = 4369

    package var description: String {
        switch self {
        case .none: "none"
        case .lookup(let host?, let port): HostAndPort(host: host, port: port).description
        case .lookup(nil, let port): "port \(port) of the node's host"
        }
    }
}

/// The client's side of TLS. Paths are as they can be opened.
package struct TLSSettings: Sendable {
    package var ca: Sourced<String>?
    package var certificate: Sourced<String>?
    package var key: Sourced<String>?
    package var keyPassword: Sourced<Secret>?
    /// The name that the certificate must carry; nil: the host of the node's name.
    package var serverName: Sourced<ServerName>?
    /// In the spelling of OTP: `tlsv1.2`, `tlsv1.3`; nil: what the library offers.
    package var versions: Sourced<[String]>?
    /// In the spelling of OpenSSL or IANA.
    package var ciphers: Sourced<[String]>?
    /// Intermediate certificates at most.
    package var depth: Sourced<Int>?
    package var verifiesPeer: Sourced<Bool>
    /// Whether `*` in a certificate stands for a label, as with HTTPS; nil: it does not.
    package var allowsWildcards: Sourced<Bool>?
    package var revocation: Sourced<RevocationCheck>?
    /// Options that may demand what cannot be checked here: no connection is to be made with them.
    package var unmet: [Sourced<String>] = []

    package init(verifiesPeer: Sourced<Bool>) { self.verifiesPeer = verifiesPeer }

    /// Whether somebody has asked for a connection without checks (`--insecure`), and not a file of the node's.
    var isInsecure: Bool {
        if case .file = verifiesPeer.origin { return false }
        return !verifiesPeer.value
    }
}

package enum ServerName: Hashable, Sendable, CustomStringConvertible {
    case name(String)
    /// `{server_name_indication, disable}`: neither sent nor checked.
    case disabled

    package var description: String {
        switch self {
        case .name(let name): name
        case .disabled: "disabled"
        }
    }
}
