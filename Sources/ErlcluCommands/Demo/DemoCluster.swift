import ByteTransport
import CLinux
import Diagnosis
import DistributionProtocol
import ErlangNode
import Glibc

/// Three erlclud on this host, and what they need: all of it ends with this process, however that ends.
@LoopActor
final class DemoCluster {
    nonisolated static let nodes = ["demo1@127.0.0.1", "demo2@127.0.0.1", "demo3@127.0.0.1"]
    /// The one that is not let in, where there is one.
    nonisolated static let faultyNode = "demo4@127.0.0.1"

    private let program: String
    private let environment: [String: String]
    private let fault: DemoFault?
    private let onLine: (String) -> Void
    private(set) var keeper: DemoKeeper?
    private var daemons: [DemoDaemon] = []
    private var epmd: UInt16 = 0
    /// That of the third node, where what is between it and the others goes through forwarders of ours: there it finds
    /// them, and the others find it in theirs.
    private var otherEPMD: UInt16 = 0
    private var forwarders: [DemoForwarder] = []
    private var registrations: [NameRegistration] = []
    /// Where the first node serves metrics; nil: nowhere, as the library for it is missing.
    private(set) var metrics: String?

    /// Handshakes with a peer follow each other so: what is wrong shows at once.
    private static let probeSeconds = 2
    /// Until a free port is found that nobody has taken meanwhile.
    private static let attempts = 3

    /// - Parameters:
    ///   - program: erlclud.
    ///   - environment: of this process.
    ///   - onLine: is given what the nodes log.
    init(
        _ program: String, environment: [String: String], fault: DemoFault?, onLine: @escaping (String) -> Void
    ) {
        self.program = program
        self.environment = environment
        self.fault = fault
        self.onLine = onLine
    }

    /// Returns once the three list each other, and the fault shows.
    func start(until deadline: Instant?) async throws(CommandFailure) {
        let parent = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let keeper = try await DemoKeeper(in: parent)
        self.keeper = keeper
        let files = try DemoFiles(keeper)
        try await startFirst(files, until: deadline)
        for name in Self.nodes.dropFirst() { daemons.append(try daemon(name, files)) }
        if fault?.code != nil { daemons.append(try daemon(Self.faultyNode, files)) }
        let others = [(name: "other_side", nodes: [Self.nodes[2]], epmd: otherEPMD)]
        try files.write(
            contexts: [(name: "demo", nodes: daemons.map { $0.name }, epmd: epmd)]
                + (fault == .partition ? others : []))
        if isForwarded { try await forward(until: deadline) }
        for daemon in daemons.prefix(3) {
            for other in Self.nodes where other != daemon.name {
                try await expect(daemon, until: deadline) { $0.contains(" event=up peer=\(other) ") }
            }
        }
        if let code = fault?.code {
            try await expect(daemons[0], until: deadline) {
                $0.contains(" event=unreached code=\(code.rawValue) peer=\(Self.faultyNode) ")
            }
        }
        if fault == .partition {
            for forwarder in forwarders { forwarder.cut() }
            let (one, other) = (Self.nodes[0], Self.nodes[2])
            try await expect(daemons[0], until: deadline) { $0.contains(" event=down peer=\(other)") }
            try await expect(daemons[2], until: deadline) { $0.contains(" event=down peer=\(one)") }
        }
    }

    /// Nothing is left of it. Idempotent.
    func end() {
        for registration in registrations { registration.close() }
        for forwarder in forwarders { forwarder.cut() }
        for daemon in daemons { daemon.end() }
        daemons = []
        keeper?.end()
    }

    /// What a command in the demo has as its environment: nothing of the cluster that is used otherwise.
    var variables: [String: String] {
        let kept = ["ERLCLU_OUTPUT", "ERLCLU_TIMEOUT"]
        let others = ["ERLCLU_", "ERLCLUD_", "RELX_", "RELEASE_", "ERL_EPMD_"]
        var variables = environment.filter { variable in
            kept.contains(variable.key) || !others.contains { variable.key.hasPrefix($0) }
        }
        variables["ERLCLU_CONFIG"] = keeper.map { "\($0.directory)/\(DemoFiles.configuration)" }
        variables["ERLCLU_DEMO_METRICS"] = metrics
        variables["ERL_EPMD_PORT"] = "\(epmd)"
        if let own = Self.ownFolder {
            variables["PATH"] = own + (environment["PATH"].map { ":\($0)" } ?? "")
        }
        return variables
    }

    // MARK: Forwarders

    private var isForwarded: Bool { fault == .partition || fault == .slow }

    /// Whoever asks for a node of the other side is sent to a forwarder.
    private func forward(until deadline: Instant?) async throws(CommandFailure) {
        for (index, daemon) in daemons.enumerated() {
            let line = await daemon.line(until: deadline) { $0.contains(" event=listening ") }
            let text = line?.split(separator: " ").first { $0.hasPrefix("address=127.0.0.1:") }
            guard let port = text?.split(separator: ":").last.flatMap({ UInt16($0) }),
                let address = SocketAddress(numeric: "127.0.0.1", port: port)
            else { throw Self.notUp(daemon, daemon.lines.joined(separator: "\n")) }
            do throws(StreamClosure) {
                let delay = fault == .slow ? DemoFault.delay : .zero
                let forwarder = try DemoForwarder(to: address, delay: delay, on: LoopActor.loop)
                forwarders.append(forwarder)
                let request = EPMDRegistration(
                    port: forwarder.port, alive: String(daemon.name.prefix { $0 != "@" }))
                let place = Endpoint(host: "127.0.0.1", port: index == 2 ? epmd : otherEPMD)
                registrations.append(NameRegistration(request, at: place, on: LoopActor.loop) { _ in })
            } catch {
                throw .configuration(message: "no port of 127.0.0.1 can be listened at: \(error)", remedy: nil)
            }
        }
    }

    // MARK: Nodes

    /// The first one is the epmd, too. A port that was free a moment ago may be taken.
    private func startFirst(_ files: DemoFiles, until deadline: Instant?) async throws(CommandFailure) {
        var servesMetrics = true
        for attempt in 1...Self.attempts {
            let ports = try Self.freePorts(3)
            (epmd, otherEPMD) = (ports[0], ports[2])
            let http = "127.0.0.1:\(ports[1])"
            metrics = servesMetrics ? "http://\(http)/metrics" : nil
            let first = try daemon(
                Self.nodes[0], files, ["--epmd", "embedded"] + (servesMetrics ? ["--http", http] : []))
            if await first.line(until: deadline, { $0.contains(" event=registered ") }) != nil {
                daemons = [first]
                return
            }
            let words = first.lines.joined(separator: "\n")
            first.end()
            // Metrics are worth less than the demo.
            if words.contains("--http:") { servesMetrics = false }
            guard words.contains("cannot listen") || words.contains("--http:"), attempt < Self.attempts else {
                throw Self.notUp(first, words)
            }
        }
    }

    private func daemon(
        _ name: String, _ files: DemoFiles, _ options: [String] = []
    ) throws(CommandFailure) -> DemoDaemon {
        let isFaulty = name == Self.faultyNode
        let hasOtherEPMD = isForwarded && name == Self.nodes[2]
        let all = Self.nodes + (fault?.code == nil ? [] : [Self.faultyNode])
        let peers = all.filter { $0 != name }.joined(separator: ",")
        let command =
            [program, "--name", name, "--visible", "--allow-root", "--listen", "127.0.0.1:0"]
            + ["--discover", "static:\(peers)", "--probe-interval", "\(Self.probeSeconds)"]
            + (try files.addNode(String(name.prefix { $0 != "@" }), isFaulty ? fault : nil)) + options
            + (hasOtherEPMD ? ["--epmd", "embedded"] : [])
        var variables = environment.filter { ["PATH", "LD_LIBRARY_PATH", "HOME"].contains($0.key) }
        variables["ERL_EPMD_ADDRESS"] = "127.0.0.1"
        variables["ERL_EPMD_PORT"] = "\(hasOtherEPMD ? otherEPMD : epmd)"
        return try DemoDaemon(name, command, variables: variables, onLine: onLine)
    }

    private func expect(
        _ daemon: DemoDaemon, until deadline: Instant?, _ isMeant: (String) -> Bool
    ) async throws(CommandFailure) {
        guard await daemon.line(until: deadline, isMeant) == nil else { return }
        throw Self.notUp(daemon, daemon.lines.joined(separator: "\n"))
    }

    private static func notUp(_ daemon: DemoDaemon, _ words: String) -> CommandFailure {
        var tail = OutputTail()
        Array(words.utf8).withUnsafeBytes { tail.append($0) }
        let what = daemon.hasEnded ? "has ended" : "is not as it should be in time"
        return .configuration(
            message: "\(daemon.name) of the demo \(what): \(tail.lastWords)",
            remedy: "-v shows all that its nodes log")
    }

    // MARK: The host

    /// erlclud beside this program, else where PATH finds it.
    nonisolated static func program(environment: [String: String]) throws(CommandFailure) -> String {
        let folders = [ownFolder].compactMap { $0 } + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in folders where access(folder + "/erlclud", X_OK) == 0 { return folder + "/erlclud" }
        throw .configuration(
            message: "the demo needs erlclud, which is neither beside erlclu-ctl nor in PATH",
            remedy: "make builds both beside each other, and make install puts both in place")
    }

    nonisolated private static var ownFolder: String? {
        guard let own = TrustedPath.target("/proc/self/exe"), let end = own.lastIndex(of: "/") else { return nil }
        return String(own[..<end])
    }

    /// Ports of 127.0.0.1 at which nobody listens now.
    private static func freePorts(_ count: Int) throws(CommandFailure) -> [UInt16] {
        var listeners: [TCPListener] = []
        defer { for listener in listeners { listener.close() } }
        while listeners.count < count {
            guard let address = SocketAddress(numeric: "127.0.0.1", port: 0) else { break }
            do throws(StreamClosure) {
                listeners.append(try TCPListener(address, on: LoopActor.loop) { $0.close() })
            } catch {
                throw .configuration(message: "no port of 127.0.0.1 can be listened at: \(error)", remedy: nil)
            }
        }
        return listeners.map(\.address.port)
    }

    /// - Returns: the number of the process.
    static func start(
        _ words: [String], _ descriptors: [Int32], group: Int32, death: Int32
    ) throws(CommandFailure) -> Int32 {
        var texts: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var error: Int32 = 0
        let number = linux_start_process(&texts, descriptors, group, death, &error)
        guard number > 0 else { throw failure(words.first ?? "", error) }
        return number
    }

    static func failure(_ what: String, _ error: Int32) -> CommandFailure {
        .configuration(message: "\(what): \(SystemError.text(error))", remedy: nil)
    }
}
