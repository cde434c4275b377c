import ByteTransport
import ClusterAdmin

/// The order of several nodes' results in a document: that in which the nodes are named, whichever answers first. In forms
/// that are read while they come there is none.
@LoopActor
final class ResultOrder {
    private var unfinished: [any Administration]
    private var waiting: [Promise<Void>] = []

    init(_ nodes: [any Administration]) { unfinished = nodes }

    /// Waits until all nodes before this one have given all that they give, or the task is cancelled.
    /// - Parameter node: as it calls itself.
    func awaitTurn(of node: String) async {
        while let first = unfinished.first, first.node != node, unfinished.contains(where: { $0.node == node }) {
            let change = Promise<Void>()
            waiting.append(change)
            guard case .value = await change.value(until: nil) else { return }
        }
    }

    /// Nothing more comes of a node.
    func finish(_ node: any Administration) {
        unfinished.removeAll { $0 === node }
        let waiting = waiting
        self.waiting = []
        for change in waiting { change.fulfil(()) }
    }
}
