import ByteTransport

/// Whoever asks on the terminal, one after the other: a question that is shown is the one that the next line answers.
@LoopActor
final class QuestionQueue {
    /// Whether a person is being asked.
    private(set) var isTaken = false
    /// How many turns are over.
    private(set) var ended = 0
    private var waiting: [Promise<Void>] = []

    nonisolated init() {}

    /// Waits until nobody else asks. Whoever got the turn ends it.
    /// - Returns: false where the task was cancelled meanwhile; there is no turn then.
    func takeTurn() async -> Bool {
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
            endTurn()
        }
        return false
    }

    func endTurn() {
        ended += 1
        isTaken = !waiting.isEmpty
        if isTaken { waiting.removeFirst().fulfil(()) }
    }
}
