import ByteTransport

/// What a person may be asked while a connection is made. That takes as long as it takes: no clock runs meanwhile.
@LoopActor
final class PersonalQuestions {
    private let stopClock: @LoopActor () -> Void, startClock: @LoopActor () -> Void
    private let asked: (Duration) -> Void
    private var tasks: [Task<Void, Never>] = []

    /// - Parameters:
    ///   - stopClock, startClock: stop the time of the attempt, and give it all of it again.
    ///   - asked: is told how long a question took.
    init(
        stopClock: @escaping @LoopActor () -> Void, startClock: @escaping @LoopActor () -> Void,
        _ asked: @escaping (Duration) -> Void
    ) {
        self.stopClock = stopClock
        self.startClock = startClock
        self.asked = asked
    }

    func begin<Answer>(
        _ question: @escaping @LoopActor () async -> Answer, _ answer: @escaping @LoopActor (Answer) -> Void
    ) {
        let begin = Instant.now
        stopClock()
        tasks.append(
            LoopActor.begin { [self] in
                let given = await question()
                guard !Task.isCancelled else { return }
                asked(begin.duration(to: .now))
                startClock()
                answer(given)
            })
    }

    /// No answer is of use any more.
    func cancel() {
        for task in tasks { task.cancel() }
        tasks = []
    }
}
