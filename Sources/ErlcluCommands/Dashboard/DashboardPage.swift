import ByteTransport
import Dashboard
import Diagnosis
import Glibc
import Presentation
import TerminalCanvas

/// The dashboard without a terminal: one screen as soon as it is complete, or the changes as sentences.
@LoopActor
final class DashboardPage {
    private let run: CommandRun
    private let source: any DashboardSource
    private let messages: EventQueue<DashboardMessage>
    private let recording: DashboardRecording?
    private var model: DashboardModel

    init(
        _ model: DashboardModel, _ source: any DashboardSource, _ messages: EventQueue<DashboardMessage>,
        _ run: CommandRun, recording: DashboardRecording?
    ) {
        self.model = model
        self.source = source
        self.messages = messages
        self.run = run
        self.recording = recording
    }

    // MARK: once

    /// Writes the screen.
    /// - Parameters:
    ///   - screen: which one.
    ///   - time: how long it is looked at, once it is there; nil: not at all.
    ///   - hasOneWay: whether nobody else is asked where the entry gives no answer.
    func show(_ screen: Screen, for time: Duration?, hasOneWay: Bool) async throws(CommandFailure) -> ExitStatus {
        let isReplay = model.replay != nil
        var problem: String?
        let timeout = run.deadline
        let isComplete = await attending { group in
            var end: Instant?
            var isOpen = screen == .members
            while true {
                // Once it is there, the time that it is looked at counts alone.
                let limit = end ?? timeout
                guard case .value(let message) = await self.messages.next(until: limit) else { return end != nil }
                self.take(message, &group)
                if case .replayEnded(let fault) = message {
                    problem = fault
                    for effect in self.model.open(screen) { self.start(effect, &group) }
                    return true
                }
                if hasOneWay, !self.model.isListed, self.model.failure != nil { return false }
                guard !isReplay, self.model.isListed else { continue }
                if !isOpen {
                    isOpen = true
                    for effect in self.model.show(screen) { self.start(effect, &group) }
                }
                guard self.model.isComplete else { continue }
                guard let time else { return true }
                end = end ?? .now + time
            }
        }
        await recording?.finish(isHurried: false)
        if let fault = recording?.fault { throw .output("\(fault); the recording ends early") }
        if let problem { throw .input(problem) }
        guard isComplete || model.isListed else {
            if let failure = model.failure { throw .node(failure) }
            throw .late("nothing has been seen of the cluster")
        }
        if !isComplete { run.warn("the time is over before the screen is complete") }
        let canvas = model.view()
        switch (run.ownFormat, run.format) {
        case ("svg"?, _): run.results.add(output: Array(canvas.svg(title: "erlclu-ctl ui: \(screen.title)").utf8))
        case (_, .table), (_, .raw): run.results.add(output: Array(canvas.text.utf8))
        case (_, .json), (_, .jsonl), (_, .term):
            for item in model.items {
                run.results.add(json: { $0.value(item) }, term: { TermOutput.line(item.term) }, text: { "" })
            }
        }
        return isComplete ? .done : .timeout
    }

    // MARK: plain

    /// Prints changes until a signal comes, or the replay is over.
    func follow(tracing: Bool) async throws(CommandFailure) -> ExitStatus {
        var report = PlainReport(means: Remedy.option)
        var received: Int32?
        let signals = try? SignalSource([SIGINT, SIGTERM, SIGHUP], on: LoopActor.loop) { [messages] signal in
            received = received ?? signal
            // Wakes the task that waits for messages.
            messages.push(.awaiting([]), isVital: true)
        }
        defer { signals?.cancel() }
        run.results.watchReader()
        _ = await attending { group in
            var isTraced = !tracing
            while !self.run.results.hasFailed, received == nil {
                guard case .value(let message) = await self.messages.next(until: .now + .seconds(1)) else {
                    if self.model.replay == nil { _ = self.model.update(.clock(self.run.context.time())) }
                    self.say(report.sentences(for: .clock(self.model.now), at: self.model.now))
                    continue
                }
                self.take(message, &group)
                self.say(report.sentences(for: message, at: self.model.now))
                switch message {
                case .members, .changes, .registrations, .familiar:
                    let model = self.model
                    self.say(report.sentences(of: model.strangers, listed: model.listedNodes, at: model.now))
                default: break
                }
                // Ends of attempts are due by the time that has passed.
                var now = self.model.now
                if case .replayEnded = message { now += 1_000_000 }
                self.say(report.sentences(for: .clock(now), at: now))
                if case .replayEnded = message { return true }
                if self.model.isListed, !isTraced {
                    isTraced = true
                    for effect in self.model.show(.handshakes) { self.start(effect, &group) }
                }
            }
            return false
        }
        await recording?.finish(isHurried: received != nil)
        if let fault = recording?.fault { throw .output("\(fault); the recording ends early") }
        return received.map { ExitStatus(signal: $0) } ?? .done
    }

    private func say(_ sentences: [String]) {
        for sentence in sentences { run.results.add(text: "\(TerminalText.escaped(sentence, keepingLines: false))\n") }
        if !sentences.isEmpty { run.results.flush() }
    }

    // MARK: messages

    private func attending(
        _ body: @LoopActor (inout TaskGroup<Void>) async -> Bool
    ) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            let feeding: @LoopActor @Sendable () async -> Void = { [source] in await source.feed() }
            group.addTask(operation: feeding)
            let result = await body(&group)
            group.cancelAll()
            return result
        }
    }

    private func take(_ message: DashboardMessage, _ group: inout TaskGroup<Void>) {
        if model.replay == nil { _ = model.update(.clock(run.context.time())) }
        recording?.add(message, at: model.now)
        for effect in model.update(message) { start(effect, &group) }
    }

    private func start(_ effect: DashboardEffect, _ group: inout TaskGroup<Void>) {
        for errand in source.errands(for: effect) { group.addTask(operation: errand) }
    }
}
