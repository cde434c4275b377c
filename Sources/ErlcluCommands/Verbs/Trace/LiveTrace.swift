import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Glibc
import HandshakeTrace
import Presentation
import TLSTransport

/// The numbers of a trace, as the help tells them.
enum TraceRequestWords {
    static var rate: Int { TraceRequest.usualRate }
}

/// Traces nodes until a limit or a signal ends it.
final class LiveTrace {
    private static let settleInterval = Duration.milliseconds(100)
    /// How long nodes may take to tell what they have when a trace is interrupted.
    private static let endInterval = Duration.milliseconds(500)

    private let run: CommandRun
    private let report: TraceReport
    private let recording: OutputFile?
    private let eventLimit: Int?
    private let request: TraceRequest
    private var traces: [DistributionTrace] = []
    /// Nodes whose trace is not over.
    private var open = 0
    private var hasBegun: Set<String> = []
    private var statuses: [ExitStatus] = []
    private var signal: Int32?
    private var isDone = false
    private var isInterrupted = false
    private var timer: TimerHandle?

    init(_ run: CommandRun, _ report: TraceReport) throws(CommandFailure) {
        self.run = run
        self.report = report
        recording = try run.options.value(.record).map { (path) throws(CommandFailure) in
            try OutputFile(path, whileWaiting: run.context.whileWaiting)
        }
        if let text = run.options.value(.max) {
            guard let limit = Int(text), limit > 0 else {
                throw .usage(
                    .invalidValue(place: "--max", value: text, expected: "a number of events", suggestion: nil))
            }
            eventLimit = limit
        } else {
            eventLimit = nil
        }
        let duration = run.options.value(.for).flatMap { DurationSyntax($0) }.map(\.duration)
        // A filter shows only a part of what the node passes on.
        let isFiltered = run.options.contains(.failures) || run.options.contains(.peer)
        let messages = isFiltered ? nil : eventLimit.map { min($0, 100_000) * 4 + 200 }
        request = TraceRequest(
            duration: duration ?? nil, messages: messages ?? TraceRequest.usualMessages,
            includesMembers: run.options.contains(.all), silence: try Self.silence(run.options.value(.silence)))
    }

    private static func silence(_ text: String?) throws(CommandFailure) -> Duration {
        guard let text else { return TraceRequest.usualSilence }
        guard let duration = DurationSyntax(text)?.duration, TraceRequest.silences.contains(duration) else {
            throw .usage(
                .invalidValue(place: "--silence", value: text, expected: "a time from 1s to 60s", suggestion: nil))
        }
        return duration
    }

    func attend() throws(CommandFailure) -> ExitStatus {
        let nodes = try run.namedNodes()
        guard let loop = nodes.first?.loop else { return .done }
        report.lines.tellsSide = nodes.count > 1 || request.includesMembers
        let signals = try? SignalSource([SIGINT, SIGTERM], on: loop) { [weak self] in
            self?.signal = $0
            self?.isInterrupted = true
        }
        loop.givesUpWaiting = { [weak self] in
            signals?.deliver()
            return self?.isInterrupted ?? false
        }
        defer {
            loop.givesUpWaiting = nil
            signals?.cancel()
        }
        for node in nodes { begin(node) }
        settleLater(on: loop)
        _ = loop.run(until: nil) { signal != nil || isDone || open == 0 }
        if signal != nil { awaitEnds(on: loop) }
        timer?.cancel()
        for trace in traces { trace.stop() }
        report.finish()
        if !run.isQuiet, !hasBegun.isEmpty { run.say("\(report.tally.words)\n") }
        if let fault = recording?.fault { throw .output("\(fault); the recording ends early") }
        return status
    }

    /// Lets the nodes tell what they saw last, and how much of it they dropped. A second signal ends that at once.
    private func awaitEnds(on loop: EventLoop) {
        let first = signal
        signal = nil
        for trace in traces { trace.askForEnd() }
        if !loop.run(until: .now + Self.endInterval, or: { signal != nil || isDone || open == 0 }), signal == nil {
            run.warn("the last events may be missing: a node did not send them in time")
        }
        signal = first
    }

    private var status: ExitStatus {
        if let signal { return ExitStatus(rawValue: 128 + signal) }
        guard let first = statuses.first else { return .done }
        return statuses.allSatisfy { $0 == first } ? first : .partial
    }

    private func begin(_ node: any Administration) {
        open += 1
        let name = node.node
        let trace = node.traceDistribution(request, readCertificate: Self.certificate) { [weak self] event in
            self?.take(event, of: name)
        }
        if let trace { traces.append(trace) }
    }

    private static func certificate(_ der: [UInt8]) -> CertificateFacts? { (try? Certificate(der: der))?.facts }

    private func settleLater(on loop: EventLoop) {
        timer = loop.schedule(at: .now + Self.settleInterval) { [weak self] in
            guard let self else { return }
            report.settle(at: run.context.time())
            checkOutput()
            settleLater(on: loop)
        }
    }

    /// Nobody reads any more, or the recording cannot go on.
    private func checkOutput() {
        if run.results.hasFailed || recording?.fault != nil { isDone = true }
    }

    private func take(_ event: DistributionTrace.Event, of node: String) {
        // What came with the last one that was asked for.
        guard !isDone else { return }
        switch event {
        case .began(let facts): began(facts)
        case .happened(let event):
            recording?.add(event.json.line)
            report.add(event, at: run.context.time())
            if let eventLimit, report.shown >= eventLimit { isDone = true }
        case .dropped(let name, let count):
            run.warn(
                "\(name): \(count) events are missing: more in a second than the trace passes on or we took, or older than "
                    + "5 s when the node came to them")
        case .timeliness(let name, let remark): run.warn("\(name): \(Self.words(remark))")
        case .interrupted(let name, let reason): run.warn("\(name): the trace is interrupted: \(reason)")
        case .refused(let name, let reason): run.warn("\(name) is not traced: \(reason)")
        case .over(let end): over(end, of: node)
        }
    }

    private static func words(_ remark: TraceTimeliness.Remark) -> String {
        func seconds(_ microseconds: Int) -> Int { (microseconds + 500_000) / 1_000_000 }
        return switch remark {
        case .behind(let lag): "its trace is \(seconds(lag)) s behind: the node, or the way to it, is busy"
        case .inTime: "its trace is in time again"
        case .silent(let time):
            "nothing has come for \(seconds(time)) s, not even a sign of life: the node, or the way to it, stands still"
        case .heardAgain(let time): "it is heard again, after \(seconds(time)) s"
        }
    }

    private func began(_ facts: NodeTraceFacts) {
        guard !run.isQuiet else { return }
        let again = hasBegun.insert(facts.node).inserted ? "" : " again"
        let way =
            switch facts.way {
            case .session: "in a trace session of its own"
            case .legacy: "in the trace session that all tracers of the node share"
            case .meta: "beside the trace of somebody else"
            }
        run.say("tracing \(facts.node)\(again) (OTP \(facts.otpRelease), \(way))\n")
    }

    private func over(_ end: DistributionTrace.End, of node: String) {
        open -= 1
        let failure: CommandFailure
        switch end {
        case .limit: return statuses.append(.done)
        case .busy(let found):
            failure = .unavailable(
                node: node,
                message:
                    "\(node) is traced by somebody else already, in every way that there is before OTP 27: "
                    + "\(DistributionTrace.words(found)). End that one first; dbg:stop_clear() there ends one of dbg's")
        case .failed(let reason): failure = .node(reason)
        }
        statuses.append(failure.status)
        run.report(failure, isOneOfSeveral: traces.count > 1)
    }
}
