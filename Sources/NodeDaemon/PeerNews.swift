import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// Decides what the log says of peers: what has changed, once. The canary and the links find the same things out, each for
/// itself and again and again.
final class PeerNews {
    private enum Finding: Equatable {
        case nothing
        case good
        case failed(FailureCode)

        var isFailure: Bool { if case .failed = self { true } else { false } }
    }

    /// What was found out last, in both ways.
    private struct Known {
        var probe = Finding.nothing
        var link = Finding.nothing
        /// Whether the probe was before the link went down: that it came up says nothing any more.
        var isProbeOld = false
    }

    private let log: (LogEntry) -> Void
    private var peers: [String: Known] = [:]

    init(_ log: @escaping (LogEntry) -> Void) { self.log = log }

    /// The peers from now on. Of others everything is said.
    func keep(_ names: Set<String>) {
        peers = peers.filter { names.contains($0.key) }
        for name in names where peers[name] == nil { peers[name] = Known() }
    }

    /// - Parameter entry: as it was found out, whether or not that was known.
    func report(_ entry: LogEntry) {
        if let news = news(in: entry) { log(news) }
    }

    private func news(in entry: LogEntry) -> LogEntry? {
        switch entry {
        case .reached(let peer, _): reached(peer) ? entry : nil
        case .unreached(let failure): unreached(failure) ? entry : nil
        case .notLinked(let failure): notLinked(failure)
        case .up(let peer, _, _):
            change(peer, entry) {
                $0.link = .good
                // It is said again if it is so still.
                if $0.probe.isFailure { $0.probe = .nothing }
            }
        case .down(let peer, _):
            change(peer, entry) {
                $0.link = .nothing
                $0.isProbeOld = true
            }
        case .global(.unreachable(let peer)): isFailing(peer.name) ? nil : entry
        default: entry
        }
    }

    private func change(_ peer: String, _ entry: LogEntry, _ body: (inout Known) -> Void) -> LogEntry {
        if var known = peers[peer] {
            body(&known)
            peers[peer] = known
        }
        return entry
    }

    private func isFailing(_ peer: String) -> Bool {
        peers[peer].map { $0.probe.isFailure || $0.link.isFailure } ?? false
    }

    private func reached(_ peer: String) -> Bool {
        guard let known = peers[peer] else { return true }
        peers[peer]?.probe = .good
        peers[peer]?.isProbeOld = false
        guard known.probe != .good else { return false }
        if known.link.isFailure { peers[peer]?.link = .nothing }
        return true
    }

    private func unreached(_ failure: NodeFailure) -> Bool {
        guard let known = peers[failure.node] else { return true }
        peers[failure.node]?.probe = .failed(failure.code)
        peers[failure.node]?.isProbeOld = false
        return known.probe != .failed(failure.code) && known.link != .failed(failure.code)
    }

    /// It is the link alone that fails where the canary gets in.
    private func notLinked(_ failure: NodeFailure) -> LogEntry? {
        guard let known = peers[failure.node] else { return .notLinked(failure) }
        peers[failure.node]?.link = .failed(failure.code)
        guard known.probe != .failed(failure.code), known.link != .failed(failure.code) else { return nil }
        guard known.probe == .good else { return .unreached(failure) }
        guard known.isProbeOld else { return .notLinked(failure) }
        peers[failure.node]?.probe = .nothing
        return .unreached(failure)
    }
}
