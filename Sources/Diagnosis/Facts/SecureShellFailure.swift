/// Why an SSH connection of ours came to nothing, or has ended. Words come from the library or the host: escape them
/// before they are shown.
package enum SecureShellFailure: Error, Hashable, Sendable {
    /// How far a connection has come.
    package enum Stage: Hashable, Sendable {
        /// Before the host has said that it speaks SSH.
        case greeting
        case keyExchange
        case authentication
        /// Let in; a command is being started there.
        case command
        case up
    }

    /// libssh cannot be used: a phrase, and what to install.
    case libraryMissing(String, remedy: String)
    /// The host has closed the connection, or said that it does.
    case ended(Stage, words: String)
    /// What came breaks the protocol, or nothing in common was found.
    case broken(Stage, words: String)
    /// Its key was judged, and refused.
    case hostKey(NodeFailure)
    case denied(Denial)
    /// It lets us in and starts no command for us.
    case commandRefused(words: String)
    /// It lets us in and does not connect us to where we asked for, `HOST:PORT`.
    case forwardRefused(to: String, words: String)
    /// The command has ended; nil where nobody says how. The words are its last ones on standard error.
    case exited(status: Int32?, words: String)

    /// What was shown to a host that lets nobody in with it.
    package struct Denial: Hashable, Sendable {
        /// As whom; empty where it is not known.
        package var user: String
        /// Files of keys, the agent, and passwords.
        package var tried: [String]
        /// What could not be tried, each with its reason; phrases.
        package var untried: [String]
        /// The methods that the host takes, by their names in RFC 4252.
        package var methods: [String]
        /// Whether passwords were to be tried.
        package var offersPassword = false

        package init(user: String, tried: [String] = [], untried: [String] = [], methods: [String] = []) {
            self.user = user
            self.tried = tried
            self.untried = untried
            self.methods = methods
        }
    }
}
