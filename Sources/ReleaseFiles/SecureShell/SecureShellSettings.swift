/// How an SSH host is reached, each value with its origin: what `ssh` would use for it.
package struct SecureShellSettings: Sendable {
    /// The host as it was asked for; `%n`, and what `Host` is compared with.
    package var destination: String
    /// What is dialled, in lower case unless it is an address.
    package var host: Sourced<String>
    package var port: Sourced<Int>
    package var user: Sourced<String>
    /// Files of private keys, in the order in which they are tried. Of the defaults only those that there are.
    package var identityFiles: [Sourced<SecureShellFile>]
    package var certificateFiles: [Sourced<SecureShellFile>]
    /// Whether only the files above are offered, of an agent as well.
    package var identitiesOnly: Sourced<Bool>
    package var agent: Sourced<SecureShellAgent>
    /// Hosts between, in the order in which they are passed; empty for none.
    package var jumps: Sourced<[SecureShellHop]>
    /// The command of a `ProxyCommand`, its tokens in it; nil: the host is dialled.
    package var proxyCommand: Sourced<String>?
    package var userKnownHosts: Sourced<[String]>
    package var globalKnownHosts: Sourced<[String]>
    package var strictness: Sourced<StrictHostKeyChecking>
    /// In lower case.
    package var hostKeyAlias: Sourced<String>?
    package var hashesKnownHosts: Sourced<Bool>
    /// A file of keys that are never accepted.
    package var revokedHostKeys: Sourced<String>?
    /// Algorithms of host keys; nil: the usual ones, those first that a key is known for.
    package var hostKeyAlgorithms: Sourced<AlgorithmList>?
    /// What else is agreed on; without one: the library's usual ones.
    package var algorithms: [AgreedAlgorithm: Sourced<AlgorithmList>]
    /// How we may be let in, in this order. Passwords are tried only where somebody asks for that.
    package var methods: Sourced<[SecureShellMethod]>
    /// How often a person is asked for a password.
    package var passwordPrompts: Sourced<Int>
    /// For stderr, a line each: what OpenSSH would honour and we do not.
    package var warnings: [String]

    /// Under which names the host is looked up in `known_hosts`, the most exact one first. Of the others only a key that
    /// is the same counts.
    package var knownNames: [String] {
        if let hostKeyAlias { return [hostKeyAlias.value] }
        return port.value == Self.usualPort ? [host.value] : ["[\(host.value)]:\(port.value)", host.value]
    }

    /// The lists of algorithms that were set, each with its keyword.
    package var agreedLists: [(keyword: String, list: Sourced<AlgorithmList>)] {
        let lists =
            [("HostKeyAlgorithms", hostKeyAlgorithms)] + AgreedAlgorithm.allCases.map { ($0.keyword, algorithms[$0]) }
        return lists.compactMap { keyword, list in list.map { (keyword, $0) } }
    }

    package static let usualPort = 22
}

/// A file that a setting names.
package struct SecureShellFile: Hashable, Sendable, CustomStringConvertible {
    /// As it is written, tokens and `~` in it.
    package var written: String
    package var path: String

    package init(written: String, path: String) {
        self.written = written
        self.path = path
    }

    package var description: String { path }
}

/// Where keys are that are in no file.
package enum SecureShellAgent: Hashable, Sendable, CustomStringConvertible {
    case none
    /// The path of its socket.
    case socket(String)

    package var description: String { if case .socket(let path) = self { path } else { "none" } }
}

/// One of the hosts of a `ProxyJump`.
package struct SecureShellHop: Hashable, Sendable, CustomStringConvertible {
    package var user: String?
    package var host: String
    package var port: Int?

    package init(user: String? = nil, host: String, port: Int? = nil) {
        self.user = user
        self.host = host
        self.port = port
    }

    package var description: String {
        let isAddress = host.contains(":") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
        return (user.map { "\($0)@" } ?? "") + (isAddress ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }
}

/// `StrictHostKeyChecking`.
package enum StrictHostKeyChecking: String, Hashable, Sendable {
    case yes
    case ask
    case acceptNew = "accept-new"
    /// `no` too. Nothing is accepted by it that `ask` does not accept.
    case off

    init?(written: String) {
        switch written.loweredASCII {
        case "yes", "true": self = .yes
        case "no", "false", "off": self = .off
        case "ask": self = .ask
        case "accept-new": self = .acceptNew
        default: return nil
        }
    }
}
