package import Diagnosis
import ErlangNode

/// What was found out of the members of a cluster and of every pair of them.
package struct MeshFindings: Sendable {
    /// Whether those that were not connected were to dial each other.
    package var connects: Bool
    /// Visible members, in order.
    package var members: [String] = []
    /// Members that are connected, and do not answer.
    package var hung: [String: NodeFailure] = [:]
    /// By the first, then by the second member.
    package var pairs: [MeshPair] = []
    /// Sentences on members, one a line.
    package var notes: [String] = []
    /// Nodes that were named and do not let us in.
    package var leftOut: [NodeFailure] = []

    init(connects: Bool) { self.connects = connects }

    /// - Parameters:
    ///   - traced: what the trace says of the attempt, which is more than the node itself can.
    ///   - silence: why the first node gave no report.
    func pair(
        _ from: String, _ to: String, _ reports: [ReachReport], _ traced: NodeFailure?, _ silence: NodeFailure?
    ) -> MeshPair {
        let back = reports.first { $0.from == to && $0.target == from }
        guard let report = reports.first(where: { $0.from == from && $0.target == to }) else {
            // What the other end says of their connection holds for both, unless this one hangs.
            if traced == nil, hung[from] == nil, let back, back.isConnected {
                return MeshPair(from: from, to: to, state: back.state == .up ? .up : .made)
            }
            return MeshPair(from: from, to: to, state: traced == nil ? .unknown : .failed, failure: traced ?? silence)
        }
        let found = report.failure ?? back.flatMap { report.mismatch(with: $0) }
        switch report.state {
        // The other end may have made it just before this one was asked.
        case .up where back?.state == .made: return MeshPair(from: from, to: to, state: .made)
        case .up: return MeshPair(from: from, to: to, state: .up)
        case .made: return MeshPair(from: from, to: to, state: .made)
        case .down, .trying:
            return MeshPair(
                from: from, to: to, state: traced == nil ? .down : .failed, failure: traced ?? silence ?? found)
        case .failed:
            return MeshPair(from: from, to: to, state: .failed, failure: traced ?? found)
        }
    }

    /// What differs among them.
    mutating func note(_ members: [Member]) {
        let releases = Dictionary(grouping: members.compactMap(\.otpRelease)) { $0 }
        if releases.count > 1 {
            let words = releases.sorted { $0.key < $1.key }.map { "OTP \($0.key) (\($0.value.count))" }
            notes.append("they run different releases: \(words.joined(separator: ", "))")
        }
        let carriers = Set(members.compactMap(\.transport))
        if carriers.count > 1 { notes.append("some distribute over TLS, others over TCP") }
    }

    /// Whom no visible node is connected to: that is not for us to judge.
    mutating func note(leftOut others: [Member]) {
        guard !others.isEmpty else { return }
        let words = others.map { "\($0.node) (\($0.remark ?? $0.state.rawValue))" }
        notes.append("left out, as nobody reports whether they are hidden nodes: \(words.joined(separator: "; "))")
    }
}
