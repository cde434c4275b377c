/// A node was named without its host, and one was assumed.
extension NodeFailure {
    /// The same where that may be the whole cause: it is said first, and nothing is certain of a node that is perhaps
    /// not the one that is meant. Once the node is up there is no doubt left, and the failure stays as it is.
    package var onAssumedHost: NodeFailure {
        let parts = node.split(separator: "@", maxSplits: 1)
        guard stage < .up, parts.count == 2 else { return self }
        let (alive, host) = (parts[0], parts[1])
        let assumption = "the host \(host) is an assumption, as \(alive) was given without one"
        var failure = self
        if !message.hasPrefix(assumption) {
            failure.message = "\(assumption); \(message)"
            let rest: Remedy = remedy.isEmpty ? "" : "; if it is on \(host): \(remedy)"
            failure.remedy = "name the node in full, \(alive)@HOST\(rest)"
        }
        if certainty == .certain { failure.certainty = .likely(alternative: "\(alive) is on another host") }
        return failure
    }
}
