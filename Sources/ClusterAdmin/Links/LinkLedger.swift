/// What became of a link since it was last looked at.
package struct LinkChange: Hashable, Sendable {
    /// What of a link is compared. The raw values are the keys of its columns.
    package enum Aspect: String, CaseIterable, Sendable {
        case state
        case kind
        case transport
        case address
        case busy
    }

    package enum What: Hashable, Sendable {
        /// It was there when the watch began.
        case found
        case made
        case gone
        case changed([Aspect])
    }

    package var link: DistributionLink
    package var what: What

    package init(link: DistributionLink, what: What) {
        self.link = link
        self.what = what
    }

    /// Whether those who send over it began to be suspended, or it is gone.
    package var isBad: Bool {
        switch what {
        case .gone: true
        case .found, .made: link.isBusy == true
        case .changed(let aspects): aspects.contains(.busy) && link.isBusy == true
        }
    }
}

/// Knows the links as they were. What they carry is not compared: it changes all the time.
package struct LinkLedger {
    private struct Ends: Hashable {
        var node: String
        var peer: String
    }

    private var known: [Ends: DistributionLink] = [:]
    private var hasLooked = false

    package init() {}

    /// - Returns: what is different from before: what is gone first, then by names.
    package mutating func take(_ answers: [NodeLinks]) -> [LinkChange] {
        var changes: [LinkChange] = []
        var present: Set<Ends> = []
        // Of who gives no answer nothing is known.
        var silent: Set<String> = []
        for answer in answers {
            if answer.failure != nil { silent.insert(answer.node) }
            for link in answer.links {
                let ends = Ends(node: link.node, peer: link.peer)
                present.insert(ends)
                guard let old = known.updateValue(link, forKey: ends) else {
                    changes.append(LinkChange(link: link, what: hasLooked ? .made : .found))
                    continue
                }
                let aspects = LinkChange.Aspect.allCases.filter { !$0.isSame(old, link) }
                if !aspects.isEmpty { changes.append(LinkChange(link: link, what: .changed(aspects))) }
            }
        }
        hasLooked = true
        let gone = known.keys.filter { !present.contains($0) && !silent.contains($0.node) }
        let losses = gone.compactMap { known.removeValue(forKey: $0) }.map { LinkChange(link: $0, what: .gone) }
        func order(_ change: LinkChange) -> (String, String) { (change.link.node, change.link.peer) }
        return losses.sorted { order($0) < order($1) } + changes.sorted { order($0) < order($1) }
    }
}

extension LinkChange.Aspect {
    fileprivate func isSame(_ old: DistributionLink, _ new: DistributionLink) -> Bool {
        switch self {
        case .state: old.state == new.state
        case .kind: old.kind == new.kind
        case .transport: old.transport == new.transport
        case .address: old.address == new.address
        case .busy: old.isBusy == new.isBusy
        }
    }
}
