extension AttemptFacts {
    /// Why the attempt failed: code, stage, sentence and remedy.
    /// - Returns: nil while nothing says that it failed.
    package var failure: NodeFailure? {
        guard let finding = AttemptRules.finding(for: self) else { return nil }
        if let own { return OwnWords(finding, self, own).failure }
        return WatchedWords(finding, self).failure
    }
}

extension NodeFailure {
    /// - Parameter words: about the alternatives; they count only where the finding has some.
    init(_ finding: Finding, node: String, message: String, remedy: Remedy, unless words: String?) {
        var certainty = Certainty.certain
        if !finding.isCertain {
            let others = finding.alternatives.map(\.rawValue).joined(separator: ", ")
            certainty = .likely(
                alternative: Alternative(
                    finding.alternatives,
                    words: words ?? "\(others): from here they look the "
                        + "same"))
        }
        self.init(
            finding.code, stage: finding.stage, node: node, message: message, remedy: remedy, certainty: certainty)
    }
}
