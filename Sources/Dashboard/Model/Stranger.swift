/// A name that an epmd has, and that no member lists.
package struct Stranger: Hashable, Sendable {
    /// What the node that is asked knows of it.
    package enum Acquaintance: Hashable, Sendable {
        /// It has been asked, and has not answered yet.
        case asked
        /// It has heard of it since it began: it was connected, has tried to be, or stands in a configuration. It is meant
        /// to be a member.
        case familiar
        /// It has never heard of it: it may well belong to another cluster.
        case unheard
        /// It cannot be asked.
        case undecided
    }

    package var node: String
    var port: UInt16
    package var acquaintance: Acquaintance

    /// Whether a person should look at it. The other half of a split alarms, a node of somebody else's cluster on the same
    /// host does not.
    var alarms: Bool { acquaintance == .familiar || acquaintance == .undecided }

    /// In a list, in few words.
    var remark: String {
        switch acquaintance {
        case .familiar: "cut off?"
        case .unheard: "never joined"
        case .asked, .undecided: "not joined"
        }
    }
}

/// What stands in the status bar of names that no member lists.
enum StrangerAlarm {
    /// From the longest to the shortest form; nil where none alarms.
    static func forms(_ strangers: [Stranger]) -> [String]? {
        let count = strangers.count(where: \.alarms)
        return count == 0
            ? nil
            : [
                "\(count) registered, not joined: d says why", "\(count) registered, not joined",
                "\(count) not joined!",
            ]
    }

    /// Of those that alarm nobody; nil where there are none.
    static func remark(_ strangers: [Stranger]) -> String? {
        let count = strangers.count { $0.acquaintance == .unheard }
        return count == 0 ? nil : "\(count) registered, never joined"
    }
}

/// Which of the names that no member lists the node that is asked has heard of, as far as it was asked.
struct AcquaintanceBook: Sendable {
    /// More are not kept, but for those that are listed.
    private static let limit = 4_096

    private var answers: [String: Stranger.Acquaintance] = [:]

    func acquaintance(with node: String) -> Stranger.Acquaintance { answers[node] ?? .undecided }

    /// Whether an answer is to come.
    var isAsking: Bool { answers.values.contains(.asked) }

    /// - Parameter nodes: those that are listed.
    /// - Returns: those to ask for, which are taken for asked. Whoever has been heard of once stays so; of the others the
    ///   node may hear at any time.
    mutating func ask(for nodes: [String]) -> [String] {
        if answers.count + nodes.count > Self.limit {
            let kept = Set(nodes)
            answers = answers.filter { kept.contains($0.key) }
        }
        let open = nodes.filter { answers[$0] != .familiar }
        for node in open where answers[node] != .unheard { answers[node] = .asked }
        return open
    }

    /// - Parameter known: those of the nodes that the node that was asked has heard of; nil: it gave no answer.
    mutating func take(_ nodes: [String], known: Set<String>?) {
        for node in nodes where answers[node] != .familiar {
            if let known {
                answers[node] = known.contains(node) ? .familiar : .unheard
            } else if answers[node] == .asked {
                answers[node] = .undecided
            }
        }
    }
}
