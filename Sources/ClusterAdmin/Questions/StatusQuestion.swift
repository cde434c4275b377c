package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// What the node says of its own state.
package struct StatusQuestion: NodeQuestion {
    package init() {}

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> NodeStatus {
        var status: NodeStatus?
        try await node.run(.status, until: deadline) { item in status = NodeStatus(item: item) ?? status }
        guard let status else { throw node.unfinished() }
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
    fileprivate init?(item: TermView) {
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
