import ClusterAdmin

/// A weakness belongs to a release, and it is reported once: with the first node that has it.
struct ReportedWeaknesses {
    /// The node that each was reported for.
    private var nodes: [String: String] = [:]

    /// What is new with `node`; the rest becomes one remark.
    mutating func news(of checks: [HealthCheck], node: String) -> [HealthCheck] {
        var known: [(weakness: String, node: String)] = []
        let news = checks.filter { check in
            guard let weakness = check.weakness else { return true }
            guard let first = nodes[weakness] else {
                nodes[weakness] = node
                return true
            }
            known.append((weakness, first))
            return false
        }
        guard let first = known.first?.node else { return news }
        let words = known.map(\.weakness).joined(separator: ", ")
        return news + [.fine(.advisory, "as \(first): \(words)")]
    }
}
