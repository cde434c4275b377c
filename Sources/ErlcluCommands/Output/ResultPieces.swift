import ByteTransport

/// One result as it goes out: pieces of some 64 KiB, none of them cut within a character.
@LoopActor
final class ResultPieces {
    /// Until when it may be written.
    let time: WritingTime
    private let make: () -> [UInt8]?
    /// Whether the time was over before its end.
    private let endsEarly: () -> Bool
    var isCut: Bool { endsEarly() }

    /// - Parameters:
    ///   - make: makes the next piece; nil behind the last one.
    ///   - endsEarly: whether the last one is not the end.
    init(in time: WritingTime, isCut endsEarly: @escaping () -> Bool, next make: @escaping () -> [UInt8]?) {
        self.time = time
        self.make = make
        self.endsEarly = endsEarly
    }

    func next() -> [UInt8]? { make() }

    /// The size of a piece.
    nonisolated static let bytes = 64 << 10
}

/// How long results may be written. A reader who is slow, and nodes that come first, take nothing of it.
final class WritingTime {
    private let run: CommandRun
    private var waited = Duration.zero

    init(_ run: CommandRun) { self.run = run }

    var isLeft: Bool { deadline.map { run.context.now() < $0 } ?? true }

    private var deadline: Instant? { run.deadline.map { $0 + waited } }

    /// Waits for a reader. Where nobody has said how long the command may take, a reader may take as long as it likes.
    @LoopActor
    func wait(_ body: @LoopActor (Instant?) async -> Void) async {
        let start = run.context.now()
        await body(run.statedDeadline)
        if run.statedDeadline == nil { waited += start.duration(to: run.context.now()) }
    }

    /// Waits for one's turn: what was there in time is still written when others were late.
    @LoopActor
    func waitForTurn(_ body: @LoopActor () async -> Void) async {
        let start = run.context.now()
        await body()
        waited += start.duration(to: run.context.now())
    }
}
