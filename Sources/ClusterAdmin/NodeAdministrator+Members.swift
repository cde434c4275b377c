package import ByteTransport
package import ErlangNode
import ErlangTerm

extension NodeAdministrator {
    /// Every node that any member sees, and the node itself, asked through this one connection in one request.
    package func members(deadline: Instant?) throws(NodeFailure) -> [Member] {
        let session = try connected()
        var roster = MemberRoster(entry: MemberRoster.Entry(session))
        try runOnMembers(
            .snapshot, bindings: [ProgramBinding("Limit", .integer(1000))], hidden: true, until: deadline
        ) { event in roster.take(event) }
        return roster.members(now: Int(SystemTime.seconds))
    }

    /// Evaluates `request` on every visible member at once, the node itself included. Each outcome is handed over when
    /// it is there.
    /// - Parameter onMembers: is given their names, before anything else.
    /// - Throws: when the members cannot be found out.
    package func evaluateOnMembers(
        _ request: EvaluationRequest, deadline: Instant?, onMembers: @escaping ([String]) -> Void,
        onOutput: @escaping (_ node: String, [UInt8]) -> Void,
        onOutcome: @escaping (_ node: String, Result<EvaluationOutcome, NodeFailure>) -> Void
    ) throws(NodeFailure) {
        var readers: [String: EvaluationReader] = [:]
        try runOnMembers(.eval, bindings: request.bindings, hidden: false, until: deadline) { event in
            switch event {
            case .members(let names):
                onMembers(names)
                for name in names { readers[name] = EvaluationReader { onOutput(name, $0) } }
            case .item(let name, let item): readers[name]?.take(item)
            case .ended(let name, let failure):
                guard let reader = readers.removeValue(forKey: name) else { return }
                onOutcome(name, reader.outcome.map { .success($0) } ?? .failure(failure))
            }
        }
    }

    /// What the relay tells.
    enum MemberEvent {
        case members([String])
        case item(node: String, TermView)
        /// The program is over there; the failure counts where it gave no result.
        case ended(node: String, NodeFailure)
    }

    /// Runs `program` on the node and, through it, on those that it is connected to, or on `nodes` only.
    func runOnMembers(
        _ program: NodeProgram, bindings: [ProgramBinding], nodes: [String]? = nil, hidden: Bool,
        until deadline: Instant?,
        onEvent: @escaping (MemberEvent) -> Void
    ) throws(NodeFailure) {
        // The relay gives the stragglers up before our own deadline does, so that the others are still shown.
        let limit = deadline.map { max(100, $0.milliseconds(since: .now) * 9 / 10) }
        let relayed = [
            ProgramBinding("Forms", try program.forms(for: node)),
            ProgramBinding("Extra", .list(bindings.map { .tuple([.atom($0.name), $0.value]) })),
            ProgramBinding("Nodes", nodes.map { .list($0.map { .atom(Atom($0)) }) } ?? .atom("all")),
            ProgramBinding("Hidden", .atom(hidden ? "true" : "false")),
            ProgramBinding("Limit", limit.map { .integer($0) } ?? .atom("infinity")),
        ]
        try run(.eachMember, bindings: relayed, until: deadline) { [self] item in
            guard let parts = item.elements, let tag = parts[0]?.atom?.name else { return }
            if tag == "members" {
                return onEvent(.members(parts[1]?.list?.compactMap { $0.atom?.name } ?? []))
            }
            guard let name = parts[1]?.atom?.name else { return }
            switch tag {
            case "member": if let item = parts[2] { onEvent(.item(node: name, item)) }
            case "member_down":
                onEvent(.ended(node: name, Self.down(name, parts[2].map { TermPrinter.excerpt($0) } ?? "")))
            case "member_timeout":
                onEvent(.ended(node: name, Self.late(name, isEntry: name == node)))
            default: break
            }
        }
    }

    private static func down(_ node: String, _ reason: String) -> NodeFailure {
        NodeFailure(
            .rpc, stage: .up, node: node, message: "\(node) gave no result: \(reason)",
            remedy: "it went down, refuses requests, or is no Erlang node")
    }

    private static func late(_ node: String, isEntry: Bool) -> NodeFailure {
        let what = isEntry ? "was not done" : "did not answer its neighbour"
        return NodeFailure(
            .timeout, stage: .up, node: node, message: "\(node) \(what) in time",
            remedy: "give it more time with --timeout, or look at the node itself")
    }
}

extension Instant {
    fileprivate func milliseconds(since earlier: Instant) -> Int {
        self > earlier ? Int((nanoseconds - earlier.nanoseconds) / 1_000_000) : 0
    }
}
