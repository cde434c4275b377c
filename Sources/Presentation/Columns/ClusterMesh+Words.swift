package import ClusterAdmin

extension ClusterMesh {
    /// The whole in a line.
    package var summary: String {
        var words = ["ok \(okCount) of \(pairCount)"]
        let (asymmetric, missing) = (
            troubles.count { $0.state == .asymmetric }, troubles.count { $0.state == .missing }
        )
        words += ["asymmetric \(asymmetric)", "missing \(missing)"]
        let changing = abnormal.count - troubles.count
        if changing > 0 { words.append("changing \(changing)") }
        if notSampledCount > 0 { words.append("not sampled \(notSampledCount)") }
        if components.count > 1 { words.append("components \(components.count)") }
        return words.joined(separator: "  ")
    }

    /// Sentences on what is not as it should be.
    /// - Parameter limit: of how many links each is named.
    package func sentences(limit: Int = 50) -> [String] {
        var sentences = separations
        let places = componentPlaces
        // Of a link that is missing because its ends are in different components each pair says the same.
        let named = abnormal.filter { $0.state == .asymmetric || places[$0.from] == places[$0.to] }
        sentences += named.prefix(limit).map(\.words)
        if named.count > limit { sentences.append("and so do \(named.count - limit) other pairs") }
        sentences += silent.prefix(limit).map(\.words)
        if silent.count > limit { sentences.append("nor did \(silent.count - limit) others") }
        if leftOut > 0 { sentences.append("\(leftOut) more members are listed, and left out") }
        return sentences
    }

    private var separations: [String] {
        guard components.count > 1 else { return [] }
        let names = components.prefix(10).enumerated().map { index, component in
            "\(index + 1) (\(Self.enumerated(component.nodes)))"
        }
        let rest = components.count > 10 ? " and \(components.count - 10) more" : ""
        return ["no link joins the components \(names.joined(separator: ", "))\(rest)"]
    }

    /// The first few.
    private static func enumerated(_ names: [String]) -> String {
        guard names.count > 4 else { return names.joined(separator: ", ") }
        return "\(names.prefix(3).joined(separator: ", ")) and \(names.count - 3) others"
    }
}

extension ClusterMesh.Link {
    /// What is not as it should be, in a sentence.
    package var words: String {
        let words =
            state == .asymmetric
            ? "\(from) lists \(to), which does not list it" : "\(from) and \(to) do not list each other"
        return isConfirmed ? words : "\(words), as seen once: the link may be coming up"
    }
}

extension ClusterMesh.Silent {
    package var words: String {
        guard let reason else { return "\(node) gave no answer" }
        return reason.hasPrefix(node) ? reason : "\(node) gave no answer: \(reason)"
    }
}
