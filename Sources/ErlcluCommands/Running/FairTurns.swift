import ByteTransport

/// Lets one task at a time do something, in the order in which they asked: write a result, or ask a person, for whom the
/// question that is shown is the one that the next line answers.
@LoopActor
final class FairTurns {
    private(set) var isTaken = false
    /// How many turns are over.
    private(set) var ended = 0
    private var waiting: [Promise<Void>] = []

    nonisolated init() {}

    /// Waits for one's turn, which has to be passed on.
    /// - Returns: false where the task is cancelled first: then there is no turn.
    func take() async -> Bool {
        guard isTaken else {
            isTaken = true
            return true
        }
        let turn = Promise<Void>()
        waiting.append(turn)
        if case .value = await turn.value(until: nil) { return true }
        if let index = waiting.firstIndex(where: { $0 === turn }) {
            waiting.remove(at: index)
        } else {
            // It came in the same moment.
            pass()
        }
        return false
    }

    func pass() {
        ended += 1
        isTaken = !waiting.isEmpty
        if isTaken { waiting.removeFirst().fulfil(()) }
    }
}
