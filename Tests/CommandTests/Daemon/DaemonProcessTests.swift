import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// erlclud as a process among processes.
@Suite(.waiting) struct DaemonProcessTests {
    @Test func aRenewedCertificateServesTheNextHandshake() throws {
        let node = try ErlangNodeFixture(transport: .mutualTLS())
        let directory = try TemporaryDirectory()
        let authority = try CertificateAuthority.issue()
        func replace(_ name: String, with source: String) throws {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: source))
            try bytes.write(to: URL(fileURLWithPath: directory.file(name)), options: .atomic)
        }
        try replace("own.pem", with: authority.certificateFile)
        try replace("own.key", with: authority.keyFile)
        let options = try directory.write(
            """
            [{server, [{certfile, "\(directory.file("own.pem"))"}, {keyfile, "\(directory.file("own.key"))"},
                {cacertfile, "\(authority.authorityFile)"}, {verify, verify_peer}]}].
            """, to: "dist.conf")
        let daemon = try DaemonFixture(options: ["--optfile", options])
        let process = daemon.process
        let serial = """
            begin
                erlang:disconnect_node('\(daemon.name)'),
                (fun Wait() -> case lists:member('\(daemon.name)', nodes(hidden)) of
                    true -> timer:sleep(10), Wait(); false -> ok end end)(),
                net_adm:ping('\(daemon.name)')
            end
            """
        #expect(try node.evaluate(serial) == "pong", "\(process.standardError)")
        // A certificate without its key is refused, and the old pair stays in use.
        let other = try CertificateAuthority.issue(CertificateProfile(commonName: "renewed"))
        try replace("own.pem", with: other.certificateFile)
        #expect(process.waitForOutput(containing: "event=not_renewed", onError: true), "\(process.standardError)")
        #expect(try node.evaluate(serial) == "pong", "\(process.standardError)")
        try replace("own.key", with: other.keyFile)
        #expect(process.waitForOutput(containing: "event=renewed", onError: true), "\(process.standardError)")
        process.signal(SIGHUP)
        #expect(
            eventually { process.standardError.components(separatedBy: "event=renewed").count == 3 },
            "\(process.standardError)")
    }

    @Test func itDrainsOnSIGTERM() throws {
        let port = try LocalSocket.unusedPort()
        let daemon = try DaemonFixture(options: ["--http", "127.0.0.1:\(port)", "--shutdown-delay", "600"])
        func status(_ path: String) throws -> String {
            let options = ["-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}"]
            return try CommandResult.of("curl", options + ["http://127.0.0.1:\(port)\(path)"]).standardOutput
        }
        #expect(try status("/readyz") == "200")
        daemon.process.signal(SIGTERM)
        #expect(try eventually { try status("/readyz") == "503" })
        #expect(try status("/livez") == "200")
        daemon.process.signal(SIGTERM)
        #expect(try daemon.process.wait().exitStatus == 0)
    }

    /// In a pid namespace it is the one that orphans come to.
    @Test func asTheFirstProcessItReapsAndEndsInOrder() throws {
        let directory = try TemporaryDirectory()
        let cookie = try directory.write("c", to: "cookie", mode: 0o400)
        let start = """
            exec \(BuiltProduct.daemon) --name pid1@127.0.0.1 --cookie-file \(cookie) --epmd none --allow-root \
                --listen 127.0.0.1:\(try LocalSocket.unusedPort())
            """
        // Its shell leaves a child behind, whose own child becomes an orphan of ours.
        let process = try ChildProcess(
            "unshare", ["-pf", "--mount-proc", "sh", "-c", "(sh -c 'sleep 0.2' & exec sleep 0.1) & \(start)"],
            environment: NodeTool.scrubbed)
        #expect(process.waitForOutput(containing: "event=listening", onError: true), "\(process.standardError)")
        func zombies() throws -> Int {
            let children = try CommandResult.of("pgrep", ["-P", "\(process.processIdentifier)"]).standardOutput
            let first = children.split(separator: "\n").first ?? ""
            return try CommandResult.of("ps", ["--ppid", "\(first)", "-o", "stat="]).standardOutput
                .split(separator: "\n").count
        }
        #expect(try eventually { try zombies() == 0 })
        let first = try CommandResult.of("pgrep", ["-P", "\(process.processIdentifier)"]).standardOutput
        kill(pid_t(first.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0, SIGTERM)
        #expect(try process.wait().exitStatus == 0)
    }

    /// An erlclud in a pid namespace of its own, and the first process there.
    private struct First {
        let name = "pid1x\(UInt32.random(in: 0...UInt32.max))@127.0.0.1"
        let http: UInt16
        /// unshare(1), which ends as the erlclud ends.
        let process: ChildProcess
        private let directory: TemporaryDirectory

        init(shutdownDelay: Int) throws {
            directory = try TemporaryDirectory()
            http = try LocalSocket.unusedPort()
            let cookie = try directory.write(DaemonFixture.cookie, to: "cookie", mode: 0o400)
            let options = [
                "--name", name, "--cookie-file", cookie, "--allow-root", "--shutdown-delay", "\(shutdownDelay)",
                "--listen", "127.0.0.1:\(try LocalSocket.unusedPort())", "--http", "127.0.0.1:\(http)",
                "--epmd", "127.0.0.1:\(try PortMapper.shared.get().port)",
            ]
            process = try ChildProcess(
                "unshare", ["-pf", "--mount-proc", BuiltProduct.daemon] + options, environment: NodeTool.scrubbed)
            guard process.waitForOutput(containing: "event=registered", onError: true) else {
                throw FixtureFailure("erlclud did not start: \(process.standardError)")
            }
        }

        func terminate() throws {
            let children = try CommandResult.of("pgrep", ["-P", "\(process.processIdentifier)"]).standardOutput
            let first = try #require(pid_t(children.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(kill(first, SIGTERM) == 0)
        }

        func status(_ path: String) throws -> String {
            let options = ["-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}"]
            return try CommandResult.of("curl", options + ["http://127.0.0.1:\(http)\(path)"]).standardOutput
        }
    }

    /// The kernel ignores a signal to the first process that has no use for it.
    @Test func asTheFirstProcessItDrains() throws {
        let node = try ErlangNodeFixture()
        let first = try First(shutdownDelay: 600)
        #expect(try node.evaluate("net_adm:ping('\(first.name)')") == "pong")
        #expect(try first.status("/readyz") == "200")
        try first.terminate()
        #expect(try eventually { try first.status("/readyz") == "503" }, "\(first.process.standardError)")
        // It stays what it was: with its links, and for those that dial it now.
        #expect(try first.status("/livez") == "200")
        #expect(try node.evaluate("nodes(hidden)") == "['\(first.name)']")
        #expect(try node.evaluate("rpc:call('\(first.name)', erlang, node, [])") == "'\(first.name)'")
        let late = try ErlangNodeFixture()
        #expect(try late.evaluate("net_adm:ping('\(first.name)')") == "pong")
        #expect(first.process.isRunning)
        // Nobody who asks a second time wants to wait.
        try first.terminate()
        let result = try first.process.wait()
        #expect(result.exitStatus == 0 && result.standardError.contains("event=draining"), "\(result)")
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "[]" })
    }

    @Test func asTheFirstProcessItLeavesOnceItHasDrained() throws {
        let node = try ErlangNodeFixture()
        let first = try First(shutdownDelay: 1)
        #expect(try node.evaluate("net_adm:ping('\(first.name)')") == "pong")
        try first.terminate()
        let result = try first.process.wait()
        #expect(result.exitStatus == 0 && result.standardError.contains("event=draining"), "\(result)")
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "[]" })
        #expect(try node.evaluate("net_adm:ping('\(first.name)')") == "pang")
    }

    @Test func aServiceManagerIsTold() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("notify")
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        let daemon = try DaemonFixture(variables: ["NOTIFY_SOCKET": path])
        func message() -> String {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(Deadline.patience * 1000)) == 1 else { return "" }
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = read(descriptor, &buffer, buffer.count)
            return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        }
        #expect(message() == "READY=1")
        daemon.process.signal(SIGTERM)
        #expect(message() == "STOPPING=1")
        #expect(try daemon.process.wait().exitStatus == 0)
    }
}
