import ByteTransport
import Diagnosis
import ErlangNode
import ErlangTerm

/// The members as the entry streams what is new of them: one program there has all of them look at themselves, at an
/// interval, and none waits for another. It ends on the nodes when the connection does, when it is cancelled, and when
/// they hear nothing of us.
@LoopActor
final class MemberFeed {
    enum News {
        /// A look goes on: these have not answered.
        case waits([String])
        /// All that was known at this moment, and who has not answered.
        case looked([Member], RefreshCost, waitsFor: [String])
    }

    private enum Signal {
        case item(TermView)
        case ended(ProgramEnd)
        /// Something was heard of those behind others.
        case surveyed
    }

    /// The entry has the owner's beat for a sign of life, and we have its answer.
    private static let beatInterval = Duration.seconds(2)
    private static let silence = Duration.seconds(6)
    /// What the entry may take to answer a beat.
    private static let patience = Duration.seconds(5)
    /// How long a list waits for those who have not answered this look.
    private static let grace = Duration.milliseconds(500)
    /// From this interval on, what comes between two looks has the entry look once more: a list is what all have said at
    /// one look.
    private static let longInterval = Duration.seconds(2)
    /// This process, or the way to the entry, may stand still for longer: nobody else is late for that.
    private static let longestStep = Duration.seconds(1)
    /// Where somebody has not answered, the entry is to be heard so often: else it is our way to it that is late.
    private static let closeInterval = Duration.milliseconds(500)
    /// Items that wait to be read. More come from nobody who keeps to the program: at most two for each node and look.
    private static let signalLimit = 65_536

    private let administrator: NodeAdministrator
    private let session: any LeadingSession
    private let signals = EventQueue<Signal>(limit: signalLimit)
    private var picture: FeedPicture
    private var request: RequestID?
    private var closing: NodeAdministrator.Closing?
    /// Who takes our messages.
    private var program: PID?
    private var hasOverflown = false

    private var lastWake = Instant.now
    private var nextBeat = Instant.now
    /// The time, as it passes while we listen.
    private var clock = Duration.zero
    /// By that clock: when the beat was sent that has no answer yet.
    private var beatSent: Duration?
    /// By that clock: when the entry was heard last.
    private var heard = Duration.zero
    private var wasSilent = false

    private var hasLooked = false
    /// A look has begun, and its list is not out.
    private var isLooking = false
    /// The look is one that nobody has asked for; or such a one has been asked for.
    private var isExtra = false
    private var isExtraAsked = false
    /// Whom it was last said to wait for.
    private var awaited: [String]?
    private var publishAt: Instant?
    private var lateBefore: Set<String> = []

    private var survey: MemberSurvey?
    private var lastSurvey: Instant?
    private var isSurveyNoted = false
    /// The list waits for the survey.
    private var isHeldBack = false

    /// Between two looks.
    var interval: Duration {
        didSet { send("interval", Self.milliseconds(interval)) }
    }

    init(
        _ administrator: NodeAdministrator, _ session: any LeadingSession, interval: Duration
    ) throws(NodeFailure) {
        self.administrator = administrator
        self.session = session
        self.interval = interval
        picture = FeedPicture(entry: MemberRoster.Entry(session))
        closing = administrator.onClose { [signals] in signals.push(.ended(.lost($0)), isVital: true) }
        try begin()
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        min(max(100, Int(duration / .milliseconds(1))), 3_600_000)
    }

    private func begin() throws(NodeFailure) {
        let node = administrator.node
        picture.beginAnew()
        (beatSent, program, heard) = (clock, nil, clock)
        (isLooking, isExtraAsked, publishAt) = (false, false, nil)
        nextBeat = .now + Self.beatInterval
        request = session.run(
            .feed,
            bindings: [
                ProgramBinding("Forms", try NodeProgram.feedMember.forms(for: node)),
                ProgramBinding("Interval", .integer(Self.milliseconds(interval))),
                ProgramBinding("Silence", .integer(Self.milliseconds(Self.silence))),
                ProgramBinding("Snapshot", try NodeProgram.snapshot.forms(for: node)),
            ]
        ) { [weak self] event in
            guard let self else { return }
            switch event {
            case .item(let item): if !signals.push(.item(item)) { hasOverflown = true }
            case .ended(let end): signals.push(.ended(end), isVital: true)
            }
        }
    }

    /// Ends it on the nodes. Idempotent.
    func cancel() {
        closing?.cancel()
        survey?.cancel()
        survey = nil
        if let request { session.cancel(request) }
        request = nil
    }

    /// Looks at once, and thoroughly.
    func lookNow() { send("look") }

    private func send(_ word: Atom, _ number: Int? = nil) {
        guard let program else { return }
        let message = Term.tuple([.atom("erlclu"), .atom(word)] + (number.map { [.integer($0)] } ?? []))
        // Without the version.
        session.send(encoded: Array(message.encoded.dropFirst()), to: program)
    }

    // MARK: news

    /// Waits for what is new.
    /// - Parameter deadline: of the first list: what is known is given then.
    func next(until deadline: Instant? = nil) async throws(NodeFailure) -> News {
        while true {
            passTime()
            try beat()
            if let news = try news(isLast: deadline.map { .now >= $0 } ?? false) { return news }
            switch await signals.next(until: wake(deadline)) {
            case .cancelled: throw administrator.givenUp(at: .up)
            case .deadline: continue
            case .value(.surveyed): isSurveyNoted = false
            case .value(.item(let item)):
                guard let item = FeedItem(item) else { continue }
                // What is measured ends with the item, and not when somebody waits for the next one.
                passTime()
                heard = clock
                take(item)
            case .value(.ended(let end)): try ended(end)
            }
        }
    }

    private func take(_ item: FeedItem) {
        guard picture.take(item, at: SystemTime.microseconds) else { return }
        switch item {
        case .began(let pid):
            (program, wasSilent, beatSent) = (pid, false, nil)
            nextBeat = .now
            // What was wanted meanwhile.
            send("interval", Self.milliseconds(interval))
        case .alive:
            if let beatSent { picture.entryAnswered(after: clock - beatSent) }
            beatSent = nil
        case .look:
            if !isLooking { publishAt = .now + Self.grace }
            isLooking = true
            (isExtra, isExtraAsked) = (isExtraAsked, false)
        case .facts, .vitals, .down: if !isLooking { lookOnceMore() }
        case .silence: wasSilent = true
        case .members: break
        }
    }

    private func ended(_ end: ProgramEnd) throws(NodeFailure) {
        request = nil
        switch end {
        case .lost(let failure): throw failure
        // It was this process that stood still.
        case _ where wasSilent: try begin()
        case .finished: throw administrator.ended(because: "normal")
        case .exited(let reason): throw administrator.ended(reason)
        }
    }

    /// What is to be given now.
    private func news(isLast: Bool) throws(NodeFailure) -> News? {
        if hasOverflown { throw flood }
        if isLast, !picture.hasBegun { throw administrator.timedOut(at: .up) }
        let late = picture.late
        if late != lateBefore {
            lateBefore = late
            if !isLooking { lookOnceMore() }
        }
        let isWaiting = picture.isAnybodyUnanswered
        if isLooking, !isWaiting { publishAt = .now }
        endSurvey(atOnce: isLast)
        guard isLast || isDue(isWaiting) else { return waits(hasLooked ? [] : picture.unanswered) }
        let time = SystemTime.microseconds
        try askBehind(at: time)
        if isHeldBack, !isLast { return nil }
        if isLast { picture.giveUp() }
        (hasLooked, isLooking, publishAt) = (true, false, nil)
        awaited = []
        return .looked(
            picture.members(at: time), picture.cost, waitsFor: (picture.unanswered + picture.late).sorted())
    }

    /// Something is new between two looks, and the next one is not soon.
    private func lookOnceMore() {
        guard hasLooked, interval > Self.longInterval, !isExtra, !isExtraAsked else { return }
        isExtraAsked = true
        lookNow()
    }

    private func isDue(_ isWaiting: Bool) -> Bool {
        hasLooked ? publishAt.map { $0 <= .now } ?? false : isLooking && !isWaiting
    }

    /// - Returns: nil where that is known.
    private func waits(_ names: [String]) -> News? {
        // Before anything is known the entry is waited for.
        guard awaited != names else { return nil }
        awaited = names
        return .waits(names)
    }

    private var flood: NodeFailure {
        NodeFailure(
            .protocolViolation, stage: .up, node: administrator.node,
            message: "\(administrator.node) sends more than can be read",
            remedy: "look at what else runs there, and try again")
    }

    // MARK: those behind others

    /// Begins to ask them, where it is time to.
    private func askBehind(at time: Int) throws(NodeFailure) {
        let (somebody, unknown) = picture.isAnybodyBehind(at: time)
        let isTime = lastSurvey.map { $0 + interval <= .now } ?? true
        if somebody, survey == nil, isTime || unknown {
            let (roster, questions) = picture.survey()
            let survey = MemberSurvey(session, behind: roster, until: .now + Self.patience)
            survey.onEvent = { [weak self] in self?.picture.take(behind: $0) }
            survey.onChange = { [weak self] in
                guard let self, !isSurveyNoted else { return }
                isSurveyNoted = true
                signals.push(.surveyed, isVital: true)
            }
            self.survey = survey
            lastSurvey = .now
            try survey.begin(questions)
        }
        isHeldBack = unknown && survey != nil
    }

    /// Ends it where it is over, or has waited long enough for those who keep silent.
    private func endSurvey(atOnce: Bool) {
        guard let survey, survey.isOver || atOnce || survey.patienceEnd.map({ $0 <= .now }) ?? false else { return }
        survey.giveUpSilent()
        survey.cancel()
        self.survey = nil
        isHeldBack = false
        picture.settleBehind()
    }

    // MARK: time

    private func passTime() {
        let now = Instant.now
        let step = min(lastWake.duration(to: now), Self.longestStep)
        lastWake = now
        // While nothing is heard of the entry nobody behind it is late: it may be our way to it that has stopped.
        picture.passes(max(.zero, min(step, heard + Self.longestStep - clock)))
        clock += step
    }

    private func beat() throws(NodeFailure) {
        if let beatSent, clock - beatSent > Self.patience { throw administrator.timedOut(at: .up) }
        guard nextBeat <= .now || isSilenceToBeTold && beatSent == nil && program != nil else { return }
        send("beat")
        beatSent = beatSent ?? clock
        nextBeat = .now + Self.beatInterval
    }

    /// Somebody has not answered: is it he, or our way to the entry?
    private var isSilenceToBeTold: Bool { picture.isAnybodyUnanswered && clock - heard >= Self.closeInterval }

    private func wake(_ deadline: Instant?) -> Instant {
        var wake = min(nextBeat, deadline ?? nextBeat)
        if let survey { wake = min(wake, survey.patienceEnd ?? wake) }
        if hasLooked, !isHeldBack, let publishAt { wake = min(wake, publishAt) }
        // While the entry is not heard, that time stands still.
        if let late = picture.timeUntilLate, program != nil {
            if clock - heard < Self.longestStep { wake = min(wake, .now + max(late, .zero)) }
            if beatSent == nil { wake = min(wake, .now + max(heard + Self.closeInterval - clock, .zero)) }
        }
        return beatSent == nil ? wake : min(wake, .now + Self.longestStep)
    }
}
