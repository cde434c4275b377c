import ErlangNode
import HandshakeTrace

/// `capture decode`: from packets to what is told of them.
final class CaptureReport {
    private let run: CommandRun
    private var ledger = AttemptLedger()

    init(_ run: CommandRun) { self.run = run }

    func perform() throws(CommandFailure) -> ExitStatus {
        let path = run.operands.first ?? "-"
        var feed: CaptureFeed
        do throws(FileFault) {
            let keyLog = try run.options.value(.keylog).map { (path) throws(FileFault) in
                KeyLogFollower(source: try run.context.openFile(path))
            }
            feed = CaptureFeed(try run.context.openFile(path), keyLog: keyLog, keepsPackets: false)
        } catch {
            throw .input("\(path): \(error.reason)")
        }
        do throws(CaptureFeedFault) {
            while try feed.advance() == .read { tell(feed) }
            tell(feed)
        } catch {
            tell(feed)
            switch error {
            case .file(let fault): throw .input("\(path): \(fault.reason)")
            // What was read is told; a live capture ends anywhere.
            case .capture(let fault) where fault.isCutShort: run.warn("\(path): \(fault)")
            case .capture(let fault): throw .input("\(path): \(fault)")
            }
        }
        warn(feed)
        return .done
    }

    private func tell(_ feed: CaptureFeed) {
        for event in feed.decoder.takeEvents() {
            run.results.add(
                json: { $0.value(event.json) }, term: { [] },
                text: {
                    let who = "\(event.initiator) -> \(event.acceptor)"
                    return Array("\(event.connection ?? 0) \(who) \(event.stage.rawValue) \(event.what)\n".utf8)
                })
        }
        run.results.flush()
    }

    private func warn(_ feed: CaptureFeed) {
        let figures = feed.decoder.figures
        if figures.unknownLinks > 0, let link = figures.unknownLink {
            run.warn("\(figures.unknownLinks) packets of link type \(link.rawValue), which is not read, are left out")
        }
        if figures.forgotten > 0 {
            run.warn("\(figures.forgotten) connections were forgotten: there are too many at once")
        }
    }
}
