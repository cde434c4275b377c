import Foundation
import Glibc

/// A real sshd on a port of 127.0.0.1, with a host key and files of its own.
package final class OpenSSHServer {
    package let port: UInt16
    /// Where it has its files; a test may add some.
    package let directory: TemporaryDirectory
    private let daemon: ChildProcess

    /// - Parameters:
    ///   - hostKey: the kind of its key.
    ///   - settings: lines of sshd_config(5); `DIRECTORY` stands for where its files are.
    package init(hostKey: String = "ed25519", _ settings: String...) throws {
        directory = try TemporaryDirectory()
        port = try DeadPort.make()
        try Self.makeKey(hostKey, at: directory.file("host_key"))
        try directory.write("", to: "authorized_keys")
        // Debian makes it when the service is started.
        if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
        let path = directory.path
        let own = settings.map { $0.replacingOccurrences(of: "DIRECTORY", with: path) }
        // Bash reads .bashrc for sshd unless it is called by a shell: what that does and says is not ours.
        let file = try directory.write(
            """
            \(own.joined(separator: "\n"))
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(directory.file("host_key"))
            AuthorizedKeysFile \(directory.file("authorized_keys"))
            PidFile none
            SetEnv SHLVL=1
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            LogLevel VERBOSE
            """, to: "sshd_config")
        daemon = try ChildProcess("/usr/sbin/sshd", ["-D", "-e", "-f", file])
        guard daemon.waitForOutput(containing: "Server listening", onError: true) else {
            throw FixtureFailure("sshd did not start: \(daemon.standardError)")
        }
    }

    deinit { daemon.terminate() }

    /// What it has logged.
    package var log: String { daemon.standardError }

    /// Whether a client has left.
    package var wasLeft: Bool {
        // The last one: with bytes on their way that the client has not read.
        ["Connection closed by", "isconnected from", "Connection reset by"].contains { log.contains($0) }
    }

    /// Its public key, as a line of a `.pub` file.
    package var hostKey: String {
        get throws { try String(contentsOfFile: directory.file("host_key.pub"), encoding: .utf8) }
    }

    /// Makes a key pair.
    /// - Parameters:
    ///   - options: more of ssh-keygen(1).
    ///   - isTaken: whether it lets its owner in.
    /// - Returns: the path of the private key.
    package func userKey(
        _ type: String = "ed25519", named name: String = "user_key", passphrase: String = "", _ options: [String] = [],
        isTaken: Bool = true
    ) throws -> String {
        let path = directory.file(name)
        try Self.makeKey(type, at: path, passphrase: passphrase, options)
        if isTaken {
            let taken = try String(contentsOfFile: directory.file("authorized_keys"), encoding: .utf8)
            let key = try String(contentsOfFile: "\(path).pub", encoding: .utf8)
            try directory.write(taken + key, to: "authorized_keys")
        }
        return path
    }

    private static func makeKey(_ type: String, at path: String, passphrase: String = "", _ options: [String] = [])
        throws
    {
        try CommandResult.ofSuccessful(
            "/usr/bin/ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", path] + options)
    }
}

/// A real ssh-agent with the keys of some files.
package final class OpenSSHAgent {
    package let socket: String
    private let directory: TemporaryDirectory
    private let agent: ChildProcess

    package init(_ keys: String...) throws {
        directory = try TemporaryDirectory()
        socket = directory.file("agent")
        agent = try ChildProcess("/usr/bin/ssh-agent", ["-D", "-a", socket])
        // The socket is there before it listens. 2: nobody answers; 1: there is no key yet.
        let isAnswering = { [socket] in
            try CommandResult.of("/usr/bin/ssh-add", ["-l"], environment: ["SSH_AUTH_SOCK": socket]).exitStatus == 1
        }
        guard try eventually(isAnswering) else {
            throw FixtureFailure("ssh-agent did not start: \(agent.standardError)")
        }
        for key in keys {
            try CommandResult.ofSuccessful("/usr/bin/ssh-add", ["-q", key], environment: ["SSH_AUTH_SOCK": socket])
        }
    }

    deinit { agent.terminate() }

    /// It answers nothing any more, until the end.
    package func hang() { agent.signal(SIGSTOP) }
}
