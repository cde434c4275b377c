internal import Glibc

/// Who runs the command, as OpenSSH sees it: the entry in the database of users, whatever `HOME` and `USER` say.
package struct SecureShellUser: Sendable {
    package var name: String
    package var identifier: UInt32
    package var home: String
    /// This machine's name as `gethostname` gives it.
    package var hostName: String
    package var environment: [String: String]
    /// Another user's home, for `~USER`.
    package var homeOf: @Sendable (String) -> String?

    package init(
        name: String, identifier: UInt32, home: String, hostName: String, environment: [String: String] = [:],
        homeOf: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.name = name
        self.identifier = identifier
        self.home = home
        self.hostName = hostName
        self.environment = environment
        self.homeOf = homeOf
    }

    /// Whoever this process runs as. Without an entry in the database, as in some containers, `USER` and `HOME` count.
    package static func current(environment: [String: String], hostName: String) -> SecureShellUser {
        let entry = getpwuid(getuid())?.pointee
        return SecureShellUser(
            name: entry?.pw_name.map { String(cString: $0) } ?? environment["USER"] ?? "",
            identifier: getuid(), home: entry?.pw_dir.map { String(cString: $0) } ?? environment["HOME"] ?? "/",
            hostName: hostName, environment: environment,
            homeOf: { name in getpwnam(name)?.pointee.pw_dir.map { String(cString: $0) } })
    }

    /// `~` and `~USER` at the begin of a path.
    func expandingTilde(_ path: String) throws(ConfigurationFault) -> String {
        guard path.hasPrefix("~") else { return path }
        let user = path.dropFirst().prefix { $0 != "/" }
        let tail = path.dropFirst(1 + user.count).drop { $0 == "/" }
        guard let home = user.isEmpty ? home : homeOf(String(user)) else {
            throw ConfigurationFault("there is no user \(user)")
        }
        return home.hasSuffix("/") ? home + tail : "\(home)/\(tail)"
    }
}
