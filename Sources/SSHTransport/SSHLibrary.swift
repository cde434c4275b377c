internal import CLibSSH
internal import CLibraryLoader
internal import Diagnosis

/// Loads libssh once, for the first SSH connection.
enum SSHLibrary {
    /// Comes before every call of libssh.
    /// - Returns: nil, or why it cannot be used.
    static func load() -> SecureShellFailure? {
        let failure = library_load(clibssh_library())
        guard let problem = failure.problem, let remedy = failure.remedy else { return nil }
        return .libraryMissing(String(cString: problem), remedy: String(cString: remedy))
    }
}
