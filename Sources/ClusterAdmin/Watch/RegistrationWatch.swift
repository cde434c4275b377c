package import ByteTransport
package import Diagnosis

/// Asks the epmd of the members' hosts from here, again and again, which names are registered there. No node is asked for
/// it, and none connects to another.
@LoopActor
package final class RegistrationWatch {
    package typealias Answer = Result<[RegisteredNode], NodeFailure>

    /// What an answer may take.
    private static let patience = Duration.seconds(2)

    private var rounds: RegistrationRounds
    private let ask: (_ host: String, _ deadline: Instant) async throws(NodeFailure) -> [RegisteredNode]
    private let onAnswer: (_ host: String, Answer) -> Void
    /// Ends the pause between two questions.
    private let wanted = EventQueue<Void>(limit: 1)

    /// - Parameters:
    ///   - rounds: say who is asked when.
    ///   - ask: asks the epmd of a host until a moment.
    ///   - onAnswer: called while `watch` runs.
    package init(
        _ rounds: RegistrationRounds,
        ask: @escaping (_ host: String, _ deadline: Instant) async throws(NodeFailure) -> [RegisteredNode],
        onAnswer: @escaping (_ host: String, Answer) -> Void
    ) {
        self.rounds = rounds
        self.ask = ask
        self.onAnswer = onAnswer
    }

    /// Takes a list of members: their hosts are asked as well, and that of one that is missing soon.
    package func take(_ members: [Member]) {
        let before = rounds.wake
        rounds.take(members.map(\.node), at: .now)
        if rounds.wake != before { wanted.push(()) }
    }

    /// Asks soon, and not only when it is time to.
    package func lookNow() {
        rounds.hurry(at: .now)
        wanted.push(())
    }

    /// Watches until its task is cancelled.
    package func watch() async {
        while !Task.isCancelled {
            guard let host = rounds.next(at: .now) else {
                if case .cancelled = await wanted.next(until: rounds.wake) { return }
                continue
            }
            let answer: Answer
            do throws(NodeFailure) { answer = .success(try await ask(host, .now + Self.patience)) } catch {
                answer = .failure(error)
            }
            guard !Task.isCancelled else { return }
            let isAnswer = if case .success = answer { true } else { false }
            rounds.answered(host, isAnswer: isAnswer, at: .now)
            onAnswer(host, answer)
        }
    }
}
