package import ByteTransport
package import ErlangNode
import ErlangTerm

extension NodeAdministrator {
    /// What the node says of its own state.
    /// - Throws: E-RPC when its rpc service does not run, as while it starts or stops.
    package func status(deadline: Instant?) throws(NodeFailure) -> NodeStatus {
        let facts = try statusFacts(until: deadline)
        guard facts.value(of: "rex")?.bool == true else {
            throw NodeFailure.noRPCService(on: node, progress: Self.text(facts.value(of: "init")))
        }
        return NodeStatus(facts)
    }

    /// The operating system's number of the node's process.
    package func processID(deadline: Instant?) throws(NodeFailure) -> String {
        guard case .returned(let value) = try call("os", "getpid", [], until: deadline), let text = value.text else {
            throw unfinished()
        }
        return text
    }

    /// The release that runs there, and on what.
    package func version(deadline: Instant?) throws(NodeFailure) -> NodeVersion {
        let facts = try statusFacts(until: deadline)
        let boot = facts.value(of: "boot")?.elements(2)
        return NodeVersion(
            otpRelease: Self.text(facts.value(of: "otp")) ?? "", ertsVersion: Self.text(facts.value(of: "erts")) ?? "",
            releaseName: Self.text(boot?[0]), releaseVersion: Self.text(boot?[1]))
    }

    /// Asks `init` to stop, restart or reboot the node.
    /// - Parameter waitsForEnd: return when the node has gone down, not when it has taken the request.
    package func control(_ control: NodeControl, waitsForEnd: Bool, deadline: Instant?) throws(NodeFailure) {
        let session = try connected()
        var isGone = false
        let whoElseIsTold = session.onLost
        session.onLost = {
            isGone = true
            whoElseIsTold?($0)
        }
        defer { session.onLost = whoElseIsTold }
        do {
            _ = try call("init", Atom(control.rawValue), [], until: deadline)
        } catch  where error.code == .closed {
            // Gone before it could answer: that is what was asked for.
            return
        }
        guard waitsForEnd else { return }
        guard loop.run(until: deadline, or: { isGone }) else { throw timedOut(at: .down) }
    }

    private func statusFacts(until deadline: Instant?) throws(NodeFailure) -> TermView {
        var facts: TermView?
        try run(.status, until: deadline) { item in
            if let parts = item.elements(tagged: "status", 2) { facts = parts[1] }
        }
        guard let facts else { throw unfinished() }
        return facts
    }

    /// Text, or an atom's name.
    static func text(_ view: TermView?) -> String? { view.flatMap { $0.text ?? $0.atom?.name } }
}

extension NodeStatus {
    fileprivate init(_ facts: TermView) {
        func number(_ key: Atom) -> Int { facts.value(of: key)?.integer ?? 0 }
        func text(_ key: Atom) -> String { NodeAdministrator.text(facts.value(of: key)) ?? "" }
        let running = facts.value(of: "applications")?.list.map(Array.init) ?? []
        self.init(
            node: text("node"), progress: text("init"), processID: text("os_pid"), otpRelease: text("otp"),
            ertsVersion: text("erts"), uptimeSeconds: number("uptime_ms") / 1000, processes: number("processes"),
            processLimit: facts.value(of: "process_limit")?.integer, runQueue: number("run_queue"),
            memoryBytes: number("memory"),
            applications: running.compactMap { entry in
                guard let pair = entry.elements(2), let name = NodeAdministrator.text(pair[0]) else { return nil }
                return Application(name: name, version: NodeAdministrator.text(pair[1]) ?? "")
            })
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
