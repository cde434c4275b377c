package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// What the node says of its own state.
package struct StatusQuestion: NodeQuestion {
    /// Whether its links are asked for as well, which takes another round trip.
    package var includesLinks: Bool

    package init(includesLinks: Bool = false) { self.includesLinks = includesLinks }

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> NodeStatus {
        var status: NodeStatus?
        try await node.run(.status, until: deadline) { item in status = NodeStatus(item: item) ?? status }
        guard var status else { throw node.unfinished() }
        if includesLinks {
            // Without them the rest is still something.
            let facts = try? await node.snapshot(until: deadline)
            status.links = facts.map { DistributionLink.links(of: node.node, $0) }
        }
        return status
    }
}

/// What every visible member says of its state, the node itself included, through this one connection. Each answer is
/// handed over when it is there; the question fails when the members cannot be found out.
package struct MemberStatusQuestion: NodeQuestion {
    /// Given the members' names, before anything else.
    package var onMembers: ([String]) -> Void
    /// Called once for each.
    package var onStatus: (_ node: String, Result<NodeStatus, NodeFailure>) -> Void

    package init(
        onMembers: @escaping ([String]) -> Void,
        onStatus: @escaping (_ node: String, Result<NodeStatus, NodeFailure>) -> Void
    ) {
        self.onMembers = onMembers
        self.onStatus = onStatus
    }

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) {
        var answers: [String: NodeStatus] = [:]
        try await node.runOnMembers(.status, bindings: [], hidden: false, until: deadline) { event in
            switch event {
            case .members(let names): onMembers(names)
            case .item(let name, let item): answers[name] = NodeStatus(item: item)
            case .ended(let name, let failure):
                onStatus(name, answers.removeValue(forKey: name).map { .success($0) } ?? .failure(failure))
            }
        }
    }
}

extension NodeStatus {
    /// - Parameter item: what the program `status` emits; nil for anything else.
    init?(item: TermView) {
        guard let facts = item.elements(tagged: "status", 2)?[1] else { return nil }
        self.init(facts)
    }

    private init(_ facts: TermView) {
        func number(_ key: Atom) -> Int { facts.value(of: key)?.integer ?? 0 }
        func text(_ key: Atom) -> String { NodeAdministrator.text(facts.value(of: key)) ?? "" }
        let running = facts.value(of: "applications")?.list.map(Array.init) ?? []
        let applications = running.compactMap { entry -> Application? in
            guard let pair = entry.elements(2), let name = NodeAdministrator.text(pair[0]) else { return nil }
            return Application(name: name, version: NodeAdministrator.text(pair[1]) ?? "")
        }
        self.init(
            node: text("node"), product: Product(boot: facts.value(of: "boot"), node: text("node"), applications),
            progress: text("init"), processID: text("os_pid"), otpRelease: text("otp"),
            ertsVersion: text("erts"), uptimeSeconds: number("uptime_ms") / 1000, processes: number("processes"),
            processLimit: facts.value(of: "process_limit")?.integer, runQueue: number("run_queue"),
            memoryBytes: number("memory"),
            applications: applications, servesCalls: facts.value(of: "rex")?.bool == true)
        func use(_ key: Atom, _ limit: Atom) -> Use? {
            count(facts.value(of: key)).map { Use($0, of: count(facts.value(of: limit))) }
        }
        func count(_ view: TermView?) -> Int? { view?.integer.flatMap { $0 < 0 ? nil : $0 } }
        (ports, atoms, etsTables) = (use("ports", "port_limit"), use("atoms", "atom_limit"), use("ets", "ets_limit"))
        for entry in facts.value(of: "memory_kinds")?.list.map({ Array($0.prefix(16)) }) ?? [] {
            guard let pair = entry.elements(2), let bytes = count(pair[1]) else { continue }
            switch pair[0]?.atom {
            case "processes": memory.processes = bytes
            case "binary": memory.binary = bytes
            case "ets": memory.ets = bytes
            case "atom": memory.atom = bytes
            case "code": memory.code = bytes
            case "system": memory.system = bytes
            default: break
            }
        }
        if let counts = facts.value(of: "schedulers")?.elements(3), let online = count(counts[0]),
            let cpu = count(counts[1]), let io = count(counts[2])
        {
            schedulers = Schedulers(online: online, dirtyCPU: cpu, dirtyIO: io)
        }
        runQueues = (facts.value(of: "run_queues")?.list.map { Array($0.prefix(4_096)) } ?? []).compactMap { count($0) }
        alarms = facts.value(of: "alarms")?.list.map { alarms in
            alarms.prefix(100).compactMap { alarm in
                guard let pair = alarm.elements(2) else { return nil }
                func text(_ view: TermView?) -> String { String((NodeAdministrator.text(view) ?? "").prefix(255)) }
                return Alarm(id: text(pair[0]), description: text(pair[1]))
            }
        }
    }

    /// E-RPC where the node answers, and its rpc service does not run, as while it starts or stops.
    package var rpcFailure: NodeFailure? { servesCalls ? nil : .noRPCService(on: node, progress: progress) }
}

extension NodeStatus.Product {
    /// The release of the boot script. OTP's own scripts are of a release `Erlang/OTP`: what is started with one of
    /// them is often named after its application, as `rabbit@host` is.
    /// - Parameter boot: `init:script_id/0`.
    fileprivate init?(boot: TermView?, node: String, _ applications: [NodeStatus.Application]) {
        let script = boot?.elements(2)
        if let name = NodeAdministrator.text(script?[0]), name != "Erlang/OTP" {
            self.init(name: name, version: NodeAdministrator.text(script?[1]))
        } else if let application = applications.first(where: { node.hasPrefix($0.name + "@") }) {
            self.init(name: application.name, version: application.version)
        } else {
            return nil
        }
    }
}

extension NodeFailure {
    /// The node answers, and `rex` is not there.
    /// - Parameter progress: what init says of itself.
    static func noRPCService(on node: String, progress: String?) -> NodeFailure {
        let progress = progress ?? "silent"
        return NodeFailure(
            .rpc, stage: .up, node: node,
            message: "\(node) is up (init: \(progress)), but its rpc service (rex) is not",
            remedy: progress == "started"
                ? "rex has ended there: `supervisor:restart_child(kernel_sup, rex).`, and see the node's log for why"
                : "the node is starting or stopping: wait")
    }
}
