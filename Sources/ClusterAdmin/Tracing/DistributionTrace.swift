package import ByteTransport
package import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
package import HandshakeTrace

/// A trace of the handshakes on one node, and on its members where that is asked for. It ends on the node when our
/// connection does. It beats while it is wanted, so that the node ends it where it hears nothing of us, but cannot see
/// that the connection is cut; and it begins anew when the connection or the node was gone.
@LoopActor
package final class DistributionTrace {
    package enum Event {
        /// The trace is installed on a node.
        case began(NodeTraceFacts)
        case happened(TraceEvent)
        /// Events on a node that were above the rate of a second, that our connection did not take in time, or that were
        /// old when the node came to them. Those of members may be counted with the entry's.
        case dropped(node: String, Int)
        /// The trace on a node is interrupted, and begins anew as soon as that can be.
        case interrupted(node: String, reason: String)
        /// The events of a node come late, or not at all, or are in time again.
        case timeliness(node: String, TraceTimeliness.Remark)
        /// A member cannot be traced.
        case refused(node: String, reason: String)
    }

    package enum End {
        /// The node's time or number of messages was used up, or we asked for the end.
        case limit
        /// Somebody else traces the same functions on the node.
        case busy([(what: String, who: String)])
    }

    private enum Signal {
        case item(TermView)
        case ended(ProgramEnd)
        case endAsked
    }

    /// How one run of the program on the node ended.
    private enum RunEnd {
        case over(End)
        /// The node may be asked again at once.
        case unheard
        /// It is tried again in a while.
        case interrupted(reason: String)
        /// The same, where the program itself failed.
        case failed(reason: String)
    }

    private static let beatInterval = Duration.milliseconds(250)
    private static let retryInterval = Duration.milliseconds(500)
    /// Items of a node that wait to be read: the node sends some thousand a second.
    private static let signalLimit = 65_536

    private let administrator: NodeAdministrator
    private let request: TraceRequest
    private let onEvent: (Event) -> Void
    private let signals = EventQueue<Signal>(limit: signalLimit)
    private var feed: TraceFeed
    private var isEndAsked = false
    /// What the node is asked with to end the trace, while there is one.
    private var running: (session: any LeadingSession, tracer: PID)?

    /// - Parameter onEvent: called for all that happens while `run` does.
    package init(
        _ administrator: NodeAdministrator, _ request: TraceRequest,
        readCertificate: @escaping NodeTraceReader.CertificateReading, onEvent: @escaping (Event) -> Void
    ) {
        self.administrator = administrator
        self.request = request
        self.onEvent = onEvent
        feed = TraceFeed(request, readCertificate: readCertificate, onEvent: onEvent)
    }

    /// Asks the node to end the trace when it has reported all that came before, and how much it dropped; `run` returns
    /// then.
    package func askForEnd() {
        isEndAsked = true
        signals.push(.endAsked, isVital: true)
        guard let running else { return administrator.close() }
        running.session.send(encoded: Self.message("stop"), to: running.tracer)
    }

    /// Traces until the end of the time or number of messages, or until `askForEnd`. Cancelling takes the trace away at
    /// once; no event follows.
    package func run() async throws(NodeFailure) -> End {
        let end = request.duration.map { Instant.now + $0 }
        var failuresInARow = 0
        while true {
            if let over = try await connectAndTrace(until: end, &failuresInARow) { return over }
            if Task.isCancelled { throw administrator.givenUp(at: .up) }
            if let end, .now >= end { return .limit }
        }
    }

    /// - Returns: nil where it is to begin anew.
    private func connectAndTrace(
        until end: Instant?, _ failuresInARow: inout Int
    ) async throws(NodeFailure) -> End? {
        let session: any LeadingSession
        do throws(NodeFailure) {
            session = try await administrator.connected()
        } catch {
            if isEndAsked { return .limit }
            // A node that was there comes back; one that never was is a mistake.
            guard feed.hasBegun else { throw error }
            return await pause()
        }
        // Over SSH such a node is come to as well.
        guard session.nodeName != NodeName.ofUndistributed else {
            throw NodeFailure(
                .unavailable, stage: .up, node: administrator.node,
                message: "\(administrator.node) takes no part in distribution: there is no handshake to trace",
                remedy: "start it with -name or -sname")
        }
        while true {
            feed.hasNews = false
            let how = try await trace(on: session, until: end)
            if feed.hasNews { failuresInARow = 0 }
            switch how {
            case .over(let end): return end
            case .unheard: continue
            case .interrupted(let reason):
                if !reason.isEmpty { onEvent(.interrupted(node: administrator.node, reason: reason)) }
            case .failed(let reason):
                failuresInARow += 1
                guard failuresInARow < 4 else { throw endedAgain(reason) }
                onEvent(.interrupted(node: administrator.node, reason: "it was ended there: \(reason)"))
            }
            return await pause()
        }
    }

    private func endedAgain(_ reason: String) -> NodeFailure {
        NodeFailure(
            .rpc, stage: .up, node: administrator.node,
            message: "\(administrator.node) ends our trace again and again: \(reason)",
            remedy: "somebody kills it there, or it is overwhelmed: try again with less load")
    }

    /// Waits before it is tried again.
    private func pause() async -> End? {
        let again = Instant.now + Self.retryInterval
        while true {
            switch await signals.next(until: again) {
            case .value(.endAsked): return .limit
            case .value: continue
            case .deadline, .cancelled: return isEndAsked ? .limit : nil
            }
        }
    }

    // MARK: one run of the program

    private func trace(on session: any LeadingSession, until end: Instant?) async throws(NodeFailure) -> RunEnd {
        let request = session.run(.traceDist, bindings: try bindings(until: end)) { [signals, feed] event in
            switch event {
            case .item(let item): if !signals.push(.item(item)) { feed.unread += 1 }
            case .ended(let how): signals.push(.ended(how), isVital: true)
            }
        }
        defer {
            session.cancel(request)
            running = nil
            feed.forgetTimes()
        }
        var lastStop: NodeTraceItem.StopReason?
        var beat: Instant?
        while true {
            if let due = beat, due <= .now {
                sendBeat()
                beat = .now + Self.beatInterval
            }
            switch await signals.next(until: beat) {
            case .cancelled: throw administrator.givenUp(at: .up)
            case .deadline:
                sendBeat()
                feed.listen(administrator.node)
                beat = .now + Self.beatInterval
            case .value(.endAsked):
                // Before it is installed there is nothing to report.
                guard running != nil else { return .over(.limit) }
            case .value(.item(let item)):
                if Task.isCancelled { throw administrator.givenUp(at: .up) }
                guard let item = NodeTraceItem(item) else { continue }
                switch item {
                case .tracing(let pid, _):
                    running = (session, pid)
                    sendBeat()
                    beat = .now + Self.beatInterval
                case .busy(let found): return .over(.busy(found))
                // The entry's end is reported when its process is over.
                case .stopped(let why): lastStop = why
                default: break
                }
                feed.take(item, from: administrator.node, isEntry: true)
            case .value(.ended(let how)):
                if case .exited(let reason) = how,
                    let failure = NodeFailure.noEvaluation(on: administrator.node, endedWith: reason)
                {
                    throw failure
                }
                return runEnd(how, lastStop, until: end)
            }
        }
    }

    private func runEnd(
        _ how: ProgramEnd, _ lastStop: NodeTraceItem.StopReason?, until end: Instant?
    ) -> RunEnd {
        switch how {
        case .lost(let failure):
            return .interrupted(reason: failure.message)
        case .finished:
            if let end, .now + .milliseconds(50) >= end { return .over(.limit) }
            if lastStop == .count || lastStop == .asked { return .over(.limit) }
            guard lastStop == .silence else { return .interrupted(reason: "") }
            onEvent(.interrupted(node: administrator.node, reason: feed.unheard))
            // It could say so: it hears us now.
            return .unheard
        case .exited(let reason): return .failed(reason: TermPrinter.excerpt(reason))
        }
    }

    private func bindings(until end: Instant?) throws(NodeFailure) -> [ProgramBinding] {
        let forms = request.includesMembers ? try NodeProgram.traceDist.forms(for: administrator.node) : .atom("none")
        let left = end.map { Instant.now.duration(to: $0) } ?? TraceRequest.longestRun
        let milliseconds = min(max(1, Int(left / .milliseconds(1))), Int(TraceRequest.longestRun / .milliseconds(1)))
        return [
            ProgramBinding("Forms", forms), ProgramBinding("Max", .integer(request.messages)),
            ProgramBinding("Rate", .integer(request.rate)),
            ProgramBinding("Silence", .integer(Int(request.silence / .milliseconds(1)))),
            ProgramBinding("Ttl", .integer(milliseconds)),
        ]
    }

    /// Who traces a node already: registered names or pids, or what is known of them otherwise.
    package nonisolated static func words(_ found: [(what: String, who: String)]) -> String {
        var owners: [String] = []
        for entry in found where !entry.who.isEmpty && !owners.contains(entry.who) { owners.append(entry.who) }
        guard owners.isEmpty else { return owners.joined(separator: ", ") }
        return "patterns of an unknown owner on \(found.prefix(3).map(\.what).joined(separator: ", "))"
    }

    /// Why nothing is traced there, and what to do: a sentence.
    package nonisolated static func isBusy(with found: [(what: String, who: String)]) -> String {
        "\(words(found)) traces there already, and before OTP 27 a node has one tracer; end that one first "
            + "(dbg:stop_clear() there ends one of dbg's), or trace other nodes"
    }

    // MARK: beats

    private func sendBeat() {
        guard let running else { return }
        running.session.send(encoded: Self.beatMessage, to: running.tracer)
    }

    private static let beatMessage = message("beat")

    /// `{erlclu, Word}` in external term format, without the version byte.
    private static func message(_ word: String) -> [UInt8] {
        [104, 2, 119, 6] + Array("erlclu".utf8) + [119, UInt8(word.utf8.count)] + Array(word.utf8)
    }
}
