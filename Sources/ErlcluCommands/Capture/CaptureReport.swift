import ErlangNode
import HandshakeTrace

/// `capture decode`: from packets to what is told of them.
final class CaptureReport {
    private let run: CommandRun
    private let report: TraceReport
    private let path: String
    private let output: CaptureOutput?

    init(_ run: CommandRun) throws(CommandFailure) {
        self.run = run
        path = run.operands.first ?? "-"
        let filter = AttemptFilter(
            failuresOnly: run.options.contains(.failures), peer: run.options.value(.peer).map { NameGlob($0) })
        report = TraceReport(run, filter: filter)
        output = try run.options.value(.write).map { (path) throws(CommandFailure) in try CaptureOutput(path) }
    }

    func perform() throws(CommandFailure) -> ExitStatus {
        var feed = try open()
        do throws(CaptureFeedFault) {
            while try feed.advance() == .read { tell(feed) }
            tell(feed)
        } catch {
            tell(feed)
            report.finish()
            switch error {
            case .file(let name, let fault): throw .input("\(name ?? path): \(fault.reason)")
            // What is there is told; a capture that is stopped ends anywhere.
            case .capture(let fault) where fault.isCutShort: run.warn("\(path): \(fault)")
            case .capture(let fault): throw .input("\(path): \(fault)")
            }
        }
        report.finish()
        warn(feed)
        if let fault = output?.fault { throw .input(fault) }
        if !run.isQuiet { run.say("\(report.tally.words)\n") }
        return .done
    }

    private func open() throws(CommandFailure) -> CaptureFeed {
        let keyLog = try run.options.value(.keylog).map { (path) throws(CommandFailure) in
            KeyLogFollower(path: path, source: try source(path))
        }
        return CaptureFeed(try source(path), keyLog: keyLog, keepsPackets: output != nil)
    }

    private func source(_ path: String) throws(CommandFailure) -> any ByteSource {
        do throws(FileFault) { return try run.context.openFile(path) } catch {
            throw .input("\(path): \(error.reason)")
        }
    }

    private func tell(_ feed: CaptureFeed) {
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

    private func warn(_ feed: CaptureFeed) {
        let figures = feed.decoder.figures
        if figures.unknownLinks > 0, let link = figures.unknownLink {
            run.warn("\(figures.unknownLinks) packets of link type \(link.rawValue), which is not read, are left out")
        }
        if figures.forgotten > 0 {
            run.warn("\(figures.forgotten) connections were forgotten: there are too many at once")
        }
        if figures.unkept > 0 {
            run.warn("\(figures.unkept) packets are not in the file: there are too many at once")
        }
    }
}
