package import Diagnosis
package import ErlangTerm

/// Who we are for an SSH host.
package struct SSHClientSettings: Sendable {
    /// A private key in a file, and what authorities say of it.
    package struct Identity: Hashable, Sendable {
        package var path: String
        /// Files of OpenSSH certificates for that key, which are shown before the key alone.
        package var certificates: [String]

        package init(path: String, certificates: [String] = []) {
            self.path = path
            self.certificates = certificates
        }
    }

    /// By its name in RFC 4252 or RFC 4256.
    package enum Method: String, Sendable {
        case publicKey = "publickey"
        case keyboardInteractive = "keyboard-interactive"
        case password
    }

    package var user: String
    /// As messages call it; nothing is looked up.
    package var host: String
    /// How messages call the SSH host that the connection comes through; nil where there is none.
    package var jump: String?
    /// The kinds of host keys that are wanted, the preferred one first; empty: whatever libssh takes.
    package var hostKeyAlgorithms: [String] = []
    /// The same of what else is agreed on.
    package var ciphers: [String] = [], messageCodes: [String] = [], keyExchanges: [String] = []
    /// How we may be let in, in this order. Of the methods with a password those only that somebody gives one for.
    package var methods: [Method] = [.publicKey, .keyboardInteractive, .password]
    /// How often passwords are tried, with all methods together.
    package var passwordAttempts = 3
    /// Whether the same password is given each time, so that each method is tried once.
    package var hasOnePassword = false
    /// The socket of an agent, whose keys are tried before the files.
    package var agent: String?
    /// Whether of the agent's keys only those are tried whose files are among the identities.
    package var usesIdentitiesOnly = false
    /// Tried in this order. A file that does not exist is passed over.
    package var identities: [Identity] = []

    package init(user: String, host: String) {
        self.user = user
        self.host = host
    }
}

/// What is asked of others while a connection is made. Each answers once, from the loop or at once.
package struct SSHClientQuestions {
    /// Whether this is the host's key: nil, or why nobody goes on. Nothing of who we are has been sent before.
    package var isTrusted: (SSHHostKey, _ answer: @escaping (NodeFailure?) -> Void) -> Void
    /// The passphrase of a file that the host would take; nil where nobody gives one.
    package var passphrase: (_ path: String, _ answer: @escaping (Secret?) -> Void) -> Void
    /// A password for the host; nil where nobody gives one, which ends the method. Without this question none is tried.
    package var password: ((SSHPasswordQuestion, _ answer: @escaping (Secret?) -> Void) -> Void)?

    package init(
        isTrusted: @escaping (SSHHostKey, _ answer: @escaping (NodeFailure?) -> Void) -> Void,
        passphrase: @escaping (_ path: String, _ answer: @escaping (Secret?) -> Void) -> Void,
        password: ((SSHPasswordQuestion, _ answer: @escaping (Secret?) -> Void) -> Void)? = nil
    ) {
        self.isTrusted = isTrusted
        self.passphrase = passphrase
        self.password = password
    }
}

/// What a host wants to have a password for.
package struct SSHPasswordQuestion: Hashable, Sendable {
    package var method: SSHClientSettings.Method
    /// The host's own words, in one line and not too many; empty where it has none. Escape them before they are shown.
    package var words: String
    /// Whether another password was refused before.
    package var isAgain: Bool
}
