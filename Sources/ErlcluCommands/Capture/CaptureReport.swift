import ByteTransport
import Diagnosis
import ErlangNode
import Glibc
import HandshakeTrace
import PacketCapture
import Presentation

/// `capture decode`: from packets to what is reported of them.
final class CaptureReport {
    private let run: CommandRun
    /// How long what was captured before a signal is waited for; the program that captures has got the same one.
    private static let patience = Duration.seconds(1)

    private let report: TraceReport
    private let path: String
    private var output: CaptureOutput?
    /// What ended a capture that is live.
    private var signal: Int32?
    /// Whether the deadline of the command came before the end of the capture.
    private var isLate = false

    init(_ run: CommandRun) throws(CommandFailure) {
        self.run = run
        path = run.operands.first ?? "-"
        let filter = AttemptFilter(
            failuresOnly: run.options.contains(.failures), peer: run.options.value(.peer).map { NameGlob($0) })
        report = TraceReport(run, filter: filter)
    }

    @LoopActor
    func perform() async throws(CommandFailure) -> ExitStatus {
        var feed = try open()
        if !feed.isLive { report.lines.ordersByTime() }
        do throws(CaptureFeedFault) { try await read(&feed) } catch {
            report(newsOf: feed)
            report.finish()
            switch error {
            case .file(let name, let fault): throw .input("\(name ?? path): \(fault.reason)")
            // What is there is reported; a capture that is stopped ends anywhere.
            case .capture(let fault) where fault.isCutShort: run.warn("\(path): \(fault)")
            case .capture(let fault): throw .input("\(path): \(fault)")
            }
        }
        report.finish()
        warn(feed)
        await output?.finish(isHurried: signal != nil)
        if let fault = output?.fault { throw .output(fault) }
        if !run.isQuiet { run.say("\(report.tally.words)\n") }
        if isLate { throw .late("\(path): the deadline passed before its end; what stands above was read until then") }
        return signal.map { ExitStatus(signal: $0) } ?? .done
    }

    @LoopActor
    private func read(_ feed: inout CaptureFeed) async throws(CaptureFeedFault) {
        let start = run.context.now()
        defer { run.endProgress() }
        var end: Instant?
        if feed.isLive, case .limited(let duration)? = run.options.value(.for).flatMap({ DurationSyntax($0) }) {
            end = start + duration
        }
        // A signal ends it in order. What is live may have captured more before it, which is still on its way.
        let signals = NotedSignals([SIGINT, SIGTERM])
        while true {
            let wait = [end, run.statedDeadline].compactMap { $0 }.min()
            await feed.awaitBytes(until: wait)
            let step = try feed.advance(at: run.context.now())
            var isOver = end.map { run.context.now() >= $0 } ?? false
            if signal == nil, let arrived = signals.arrived {
                signal = arrived
                isOver = isOver || !feed.isLive
                end = run.context.now() + Self.patience
            } else if signal != nil, step == .idle {
                isOver = true
            }
            if !isOver, signal == nil, step != .ended, let deadline = run.statedDeadline, run.context.now() >= deadline
            {
                (isLate, isOver) = (true, true)
            }
            if isOver, step != .ended { feed.stop() }
            report(newsOf: feed)
            if isOver || step == .ended { return }
            guard await hasRoom(signals) else {
                feed.stop()
                return report(newsOf: feed)
            }
            if !feed.isLive { showProgress(feed, since: start) }
        }
    }

    /// Lets the loop write what is queued, and waits until there is room for more.
    /// - Returns: false where nobody reads any more, or a signal or the deadline comes first.
    @LoopActor
    private func hasRoom(_ signals: NotedSignals) async -> Bool {
        // Also where there is room: the loop writes what is queued.
        guard await sleep(until: .now) else { return false }
        while true {
            let pause = Instant.now + CaptureFeed.pause
            let hasRoom = await run.results.awaitRoom(until: pause)
            if await output?.awaitRoom(until: pause) ?? true, hasRoom { return !run.results.hasFailed }
            if signal == nil, let arrived = signals.arrived { signal = arrived }
            isLate = run.statedDeadline.map { $0 <= run.context.now() } ?? false
            if signal != nil || isLate || Task.isCancelled { return false }
        }
    }

    private func showProgress(_ feed: CaptureFeed, since start: Instant) {
        guard let size = feed.size, size > 0 else { return }
        let progress = CaptureProgress(
            read: feed.readBytes, size: size, time: start.duration(to: run.context.now()), attempts: report.attempts)
        run.showProgress(progress.words)
    }

    private func open() throws(CommandFailure) -> CaptureFeed {
        let ports = try run.options.values(.port).map { (text) throws(CommandFailure) in
            guard let ports = PortSyntax.ports(text) else {
                throw .usage(
                    .invalidValue(place: "--port", value: text, expected: PortSyntax.expected, suggestion: nil))
            }
            return ports
        }
        let input = try source(path)
        // Only now: what is there already is lost by it.
        output = try run.options.value(.write).map { (output) throws(CommandFailure) in
            if output == "-" {
                throw .usage(
                    .notSupported("--write -", reason: "standard output is for the report; give a file or a pipe"))
            }
            return try CaptureOutput(
                output, besides: [path, run.options.value(.keylog)].compactMap { $0 }, on: run.context.loop)
        }
        let keyLog = try run.options.value(.keylog).map { (path) throws(CommandFailure) in
            KeyLogFollower(path: path, source: try source(path))
        }
        return CaptureFeed(input, keyLog: keyLog, keepsPackets: output != nil, nodePorts: ports)
    }

    private func source(_ path: String) throws(CommandFailure) -> any ByteSource {
        do throws(FileFault) { return try run.context.openFile(path) } catch {
            throw .input("\(path): \(error.reason)")
        }
    }

    private func report(newsOf feed: CaptureFeed) {
        for event in feed.decoder.takeEvents() {
            report.settle(at: event.time)
            report.add(event, at: event.time)
        }
        // Between packets it is our own clock that says when nothing more is to be expected.
        if feed.isLive { report.settle(at: run.context.time()) }
        for connection in feed.decoder.takeClosed() { write(connection, feed) }
        run.results.flush()
    }

    /// Keeps a connection's packets, or forgets them.
    private func write(_ connection: Int, _ feed: CaptureFeed) {
        guard let output else { return }
        let (packets, clientRandoms) = feed.decoder.takePackets(of: connection)
        let source = ConnectionAttempt.Source(.capture, connection)
        guard let found = report.attempt(of: source), found.isWanted else { return }
        var comment: String?
        if case .failed(let failure) = found.attempt.result {
            comment = "\(failure.code.rawValue): \(failure.message)"
        }
        output.write(
            packets, of: feed.interfaces, keyLog: feed.decoder.secrets.keyLog(for: clientRandoms), comment: comment)
    }

    /// TLS may be anything; an operator who knows that it is not says so.
    private func warn(unclaimed: [UInt16: CaptureFigures.Unclaimed]) {
        guard !unclaimed.isEmpty else { return }
        let count = unclaimed.values.reduce(0) { $0 + $1.connections }
        let failed = unclaimed.filter { $0.value.failed > 0 }
        var words =
            count == 1
            ? "1 TLS connection is not known to be between nodes and is left out"
            : "\(count) TLS connections are not known to be between nodes and are left out"
        words += ": to \(Self.ports(unclaimed))"
        if !failed.isEmpty {
            let failures = failed.values.reduce(0) { $0 + $1.failed }
            words += "; \(failures) failed, to \(Self.ports(failed))"
        }
        let long = unclaimed.filter { $0.value.tooLong > 0 }
        if !long.isEmpty {
            let dropped = long.values.reduce(0) { $0 + $1.tooLong }
            words += "; \(dropped) dropped in the handshake, which was too long to hold back, to \(Self.ports(long))"
        }
        let best = (failed.isEmpty ? unclaimed : failed).max { Self.isLess($0, $1) }?.key ?? 0
        run.warn("\(words). If nodes listen there, say --port \(best)")
    }

    private static func ports(_ counted: [UInt16: CaptureFigures.Unclaimed]) -> String {
        let ports = counted.sorted { isLess($1, $0) }.map { "\($0.key)" }
        let more = ports.count - 5
        return (ports.count == 1 ? "port " : "ports ") + ports.prefix(5).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }

    private static func isLess(
        _ one: (key: UInt16, value: CaptureFigures.Unclaimed), _ other: (key: UInt16, value: CaptureFigures.Unclaimed)
    ) -> Bool {
        (one.value.failed, one.value.connections, other.key) < (other.value.failed, other.value.connections, one.key)
    }

    private func warn(_ feed: CaptureFeed) {
        if let path = run.options.value(.keylog), feed.decoder.secrets.isEmpty {
            run.warn("\(path): there are no TLS secrets in it")
        }
        let figures = feed.decoder.figures
        if figures.unknownLinks > 0, let link = figures.unknownLink {
            run.warn("\(figures.unknownLinks) packets of link type \(link.rawValue), which is not read, are left out")
        }
        if figures.forgotten > 0 {
            run.warn("\(figures.forgotten) connections were forgotten: there are too many at once")
        }
        warn(unclaimed: figures.unclaimed)
        if figures.unkept > 0 {
            run.warn("\(figures.unkept) packets are not in the file: there are too many at once")
        }
    }
}
