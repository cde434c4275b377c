import ErlcluTestSupport
import Foundation

/// An sshd that lets this user in with a key, and an `ssh` that knows nothing but what is in its directory.
final class SecureShellHost {
    var port: UInt16 { server.port }
    /// PATH with an `ssh` that reads our settings: the real one takes its files from the user's home, whatever HOME says.
    var searchPath: String { directory.searchPath }
    private let server: OpenSSHServer
    private var directory: TemporaryDirectory { server.directory }

    /// - Parameter settings: more of sshd_config(5).
    init(_ settings: String = "") throws {
        server = try OpenSSHServer(settings)
        _ = try server.userKey()
        try directory.write(
            """
            IdentityFile \(directory.file("user_key"))
            IdentitiesOnly yes
            UserKnownHostsFile \(directory.file("known_hosts"))
            GlobalKnownHostsFile /dev/null
            StrictHostKeyChecking yes
            """, to: "ssh_config")
        try directory.write(
            "#!/bin/sh\nexec /usr/bin/ssh -F \(directory.file("ssh_config")) \"$@\"\n", to: "ssh", mode: 0o700)
    }

    /// Ends the clients that have logged in, and stay so for others.
    func endLogins() throws {
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
        for process in processes {
            let line = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
            if line.contains(directory.file("ssh_config")), line.contains("ControlMaster=yes") {
                kill(process, SIGTERM)
            }
        }
    }

    /// What it has said.
    var log: String { server.log }

    /// How often somebody has logged in.
    var logins: Int { log.components(separatedBy: "Accepted publickey").count - 1 }

    func encryptUserKey(with passphrase: String) throws {
        try CommandResult.ofSuccessful(
            "/usr/bin/ssh-keygen", ["-q", "-p", "-P", "", "-N", passphrase, "-f", directory.file("user_key")])
    }

    func trustItsKey() throws {
        let key = try String(contentsOfFile: directory.file("host_key.pub"), encoding: .utf8)
        try directory.write("[127.0.0.1]:\(port) \(key)", to: "known_hosts")
    }
}
