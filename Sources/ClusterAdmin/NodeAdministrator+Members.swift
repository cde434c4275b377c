import ByteTransport
import Diagnosis
import ErlangNode

extension NodeAdministrator {
    /// Runs `program` on the node and, through it, on those that it is connected to, or on `nodes` only.
    func runOnMembers(
        _ program: NodeProgram, bindings: [ProgramBinding], nodes: [String]? = nil, hidden: Bool,
        until deadline: Instant?,
        onEvent: @escaping (MemberRelay.Event) -> Void
    ) async throws(NodeFailure) {
        let relay = MemberRelay(
            program: program, bindings: bindings, nodes: nodes, includesHidden: hidden,
            limit: Self.relayLimit(until: deadline))
        try await run(.eachMember, bindings: try relay.bindings(for: node), until: deadline) { [self] item in
            if let event = relay.event(item, entry: node) { onEvent(event) }
        }
    }

    /// Milliseconds after which the relay gives the stragglers up: before our own deadline, so that the others are
    /// still shown.
    nonisolated static func relayLimit(until deadline: Instant?) -> Int? {
        deadline.map { max(100, $0.milliseconds(since: .now) * 9 / 10) }
    }
}

extension Instant {
    fileprivate func milliseconds(since earlier: Instant) -> Int {
        self > earlier ? Int((nanoseconds - earlier.nanoseconds) / 1_000_000) : 0
    }
}
