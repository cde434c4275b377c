import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode

/// What is done to a node, after a person has said yes.
extension DashboardErrands {
    func control(_ control: NodeControl, _ node: String) async {
        do throws(CommandFailure) {
            let way = try open(node)
            defer { way.close() }
            try await run.asking { () async throws(NodeFailure) in
                try await way.ask(
                    ControlQuestion(control, waitsForEnd: control == .stop), until: .now + .seconds(60))
            }
            send(.notice(control == .stop ? "\(node) is down" : "\(node) has taken \(control.rawValue)"))
        } catch { complain(error, node) }
    }

    /// The connection of the watch serves where its node is meant.
    func disconnect(_ pair: NodePair) async {
        do throws(CommandFailure) {
            let way = pair.from == entry.node ? entry : try open(pair.from)
            defer { if pair.from != entry.node { way.close() } }
            let hadLink = try await run.asking { () async throws(NodeFailure) in
                try await way.ask(DisconnectQuestion(from: pair.to), until: .now + Self.limit)
            }
            send(
                .notice(
                    hadLink
                        ? "\(pair.from) has dropped its link to \(pair.to)" : "\(pair.from) has no link to \(pair.to)"))
        } catch { complain(error, pair.from) }
    }
}
