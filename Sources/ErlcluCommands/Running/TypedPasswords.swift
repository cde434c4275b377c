import ErlangTerm
import SSHTransport

/// Passwords that a person has typed while this command runs, and that a host has let us in with. A further connection
/// to it, as for a console of the dashboard, asks nobody again.
final class TypedPasswords {
    /// What a password is given to, and nothing else: another key may be another machine's.
    struct Place: Hashable {
        /// `USER@HOST:PORT`.
        var login: String
        /// The key that the host has proved to have, in words.
        var hostKey: String
        var method: SSHClientSettings.Method
    }

    private var passwords: [Place: Secret] = [:]

    subscript(place: Place) -> Secret? {
        get { passwords[place] }
        set { passwords[place] = newValue }
    }
}
