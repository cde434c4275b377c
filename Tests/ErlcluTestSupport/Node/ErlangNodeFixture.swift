import Foundation
import Glibc

/// A real Erlang node, stopped when the fixture goes.
///
///     let node = try ErlangNodeFixture(transport: .mutualTLS())
///     try node.evaluate("nodes(hidden)")   // "[]"
package final class ErlangNodeFixture: @unchecked Sendable {
    /// What kind of name the node gets.
    package enum NameType: Sendable {
        /// `-name x@127.0.0.1`, or another host.
        case long(host: String = "127.0.0.1")
        /// `-sname x@localhost`, or another host without a dot.
        case short(host: String = "localhost")
        /// A long name that the node takes when it runs already, with `net_kernel:start/1`: it can give it up again.
        case late(host: String = "127.0.0.1")
    }

    /// Where the node tells its port.
    package enum Registration: Sendable {
        /// With the test run's own epmd.
        case epmd
        /// Nowhere: no epmd, a fixed port.
        case none
    }

    package let release: OTPRelease
    /// The full node name.
    package let name: String
    package let cookie: String
    /// Given for a node with TLS: the option file as we see it; a tool may use the same.
    package let optionFile: String?
    /// What a tool needs in its environment to find the node: ERL_EPMD_PORT.
    package let environment: [String: String]
    /// The port that the node takes distribution connections on.
    package let port: UInt16

    /// The epmd that it was given; nil: the one that all share.
    package let mapper: PortMapper?
    private let directory: TemporaryDirectory
    private let cookiePath: Result<String, any Error>
    private let process: ChildProcess
    private let control: NodeControl

    /// Starts the node and waits until it has booted.
    /// - Parameters:
    ///   - name: the part before `@`; unique by default.
    ///   - arguments: further ones for `erl`.
    ///   - variables: further environment of the node.
    ///   - mapper: the epmd that it registers with, instead of the one that all share: a dashboard shows whoever is there.
    ///   - network: where it runs; its host is to be an address there.
    package init(
        release: OTPRelease = .host, name: String? = nil, nameType: NameType = .long(), cookie: String = "test_cookie",
        transport: NodeTransport = .tcp, registration: Registration = .epmd, arguments: [String] = [],
        variables: [String: String] = [:], network: PrivateNetwork? = nil, mapper: PortMapper? = nil
    ) throws {
        self.release = release
        self.cookie = cookie
        let alive = name ?? "node\(getpid())x\(UInt32.random(in: 0...UInt32.max))"
        directory = try TemporaryDirectory(in: release.root.map { "\($0)/tmp" })
        let directory = directory
        cookiePath = Result { try directory.write(cookie, to: "cookie", mode: 0o400) }

        var command = ["-noshell", "-setcookie", cookie, "-start_epmd", "false"]
        command += ["-kernel", "logger_level", "info"]
        switch nameType {
        case .long(let host):
            self.name = "\(alive)@\(host)"
            command += ["-name", self.name]
        case .short(let host):
            self.name = "\(alive)@\(host)"
            command += ["-sname", self.name]
        case .late(let host):
            self.name = "\(alive)@\(host)"
            command += ["-eval", "{ok, _} = net_kernel:start(['\(self.name)', longnames])."]
        }
        switch transport {
        case .tcp: optionFile = nil
        case .tls(let tls):
            let file = try tls.write(to: directory, inside: release.path(seenFromInside:))
            optionFile = file
            command += ["-ssl_dist_optfile", release.path(seenFromInside: file)]
            // Given twice, neither would count.
            if !arguments.contains("-proto_dist") { command += ["-proto_dist", "inet_tls"] }
        }
        self.mapper = mapper
        let sharedPort = try network == nil ? PortMapper.shared.get().port : PrivateNetwork.mapperPort
        let mapperPort = mapper?.port ?? sharedPort
        var fixedPort: UInt16?
        switch registration {
        case .epmd: environment = ["ERL_EPMD_PORT": "\(mapperPort)"]
        case .none:
            let port = try LocalSocket.unusedPort()
            fixedPort = port
            environment = ["ERL_EPMD_PORT": "1"]
            command += ["-erl_epmd_port", "\(port)"]
        }
        // The last word of an erl command line that is not a flag would be an argument of it.
        command += arguments + ["-eval", NodeControl.expression]

        var nodeVariables: [String: String?] = ["HOME": release.path(seenFromInside: directory.path)]
        for (variable, value) in environment.merging(variables, uniquingKeysWith: { $1 }) {
            nodeVariables[variable] = value
        }
        let (requests, replies) = (try Pipe(), try Pipe())
        control = NodeControl(toNode: requests.writing, fromNode: replies.reading)
        let (program, programWords) = release.command("erl", command)
        let (executable, words) = network?.command(program, programWords) ?? (program, programWords)
        do {
            // Closed here as soon as the node has them: its death must be seen as an end of file.
            defer {
                close(requests.reading)
                close(replies.writing)
            }
            process = try ChildProcess(
                executable, words, environment: nodeVariables,
                descriptors: [(requests.reading, 3), (replies.writing, 4)])
        }
        do {
            let own = try control.evaluate("atom_to_list(node())", until: .after(seconds: 2 * Deadline.patience))
            // The processes of its start are gone then.
            try control.evaluate(
                "(fun Wait() -> case init:get_status() of {started, started} -> ok; _ -> timer:sleep(5), Wait() end end)()",
                until: .after(seconds: Deadline.patience))
            guard own == "\"\(self.name)\"" else { throw FixtureFailure("it calls itself \(own)") }
            if let fixedPort {
                port = fixedPort
            } else {
                let host = self.name.drop { $0 != "@" }.dropFirst()
                port = try control.evaluate(
                    "{port, P, _} = erl_epmd:port_please(\"\(alive)\", \"\(host)\"), P",
                    until: .after(seconds: Deadline.patience)
                ).asPort
            }
        } catch {
            // Its last words may still be on the way.
            process.terminate()
            let words = try process.wait()
            throw FixtureFailure(
                "\(release) did not start: \(error)\n\(words.standardOutput)\(words.standardError)")
        }
    }

    deinit { stop() }

    /// Evaluates on the node without connecting to it, so that looking changes nothing there.
    /// - Returns: the value as `~tp` prints it.
    @discardableResult
    package func evaluate(_ expression: String, within seconds: Double = Deadline.patience) throws -> String {
        try control.evaluate(expression, until: .after(seconds: seconds))
    }

    /// All that the node has printed, its log among it.
    package var log: String { process.standardOutput + process.standardError }

    /// Waits until the node has printed `text`.
    package func waitForLog(containing text: String, within seconds: Double = Deadline.patience) -> Bool {
        eventually(within: seconds) { log.contains(text) }
    }

    package var isRunning: Bool { process.isRunning }

    /// Stops (SIGSTOP) or continues the whole node: a peer that listens and never answers.
    package func suspend() { process.signal(SIGSTOP) }
    package func resume() { process.signal(SIGCONT) }

    /// Kills it. Idempotent.
    package func stop() { process.terminate() }

    /// Where a tool can read the cookie. Written once: tests that share the node run at the same time.
    package func cookieFile() throws -> String { try cookiePath.get() }
}

extension String {
    fileprivate var asPort: UInt16 {
        get throws {
            guard let port = UInt16(self) else { throw FixtureFailure("no port: \(self)") }
            return port
        }
    }
}
