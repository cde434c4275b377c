/// What became of a member since it was last looked at.
package struct MemberChange: Hashable, Sendable {
    /// What of a member is compared. The raw values are the keys of the columns of a member, in their order.
    package enum Aspect: String, CaseIterable, Sendable {
        case entry
        case state
        case kind
        case address
        case transport
        case otpRelease = "otp_release"
        case links
        case certificateDays = "certificate_days"
    }

    package enum What: Hashable, Sendable {
        /// It was there when the watch began.
        case found
        case joined
        case left
        case changed([Aspect])
    }

    package var member: Member
    package var what: What
    /// Others that the very same happened to; the member stands for all of them.
    package var others: [String] = []

    package init(member: Member, what: What) {
        self.member = member
        self.what = what
    }

    /// What is not the same any more.
    static func aspects(_ old: Member, _ new: Member) -> [Aspect] {
        let changed = Aspect.allCases.filter { !$0.isSame(old, new) }
        // A hidden node is not expected to see whoever has joined.
        return new.kind == .hidden && old.links == new.links ? changed.filter { $0 != .links } : changed
    }

    /// How much it matters; the least is reported first.
    var rank: Int {
        switch what {
        case .left: 0
        case _ where member.state != .up: 1
        case .joined: 2
        case .changed(let aspects) where aspects.contains(.state): 3
        case .changed, .found: 4
        }
    }

    /// What changes that are one line have in common.
    private struct Likeness: Hashable {
        var aspects: [Aspect]
        var links: [Int?] = []
        var certificateDays: Int?

        /// nil where a change is a line of its own.
        init?(_ change: MemberChange) {
            guard case .changed(let aspects) = change.what,
                change.member.state == .unknown
                    || aspects.allSatisfy({ $0 == .links || $0 == .certificateDays })
            else { return nil }
            self.aspects = aspects
            if aspects.contains(.links) { links = [change.member.links, change.member.linksExpected] }
            if aspects.contains(.certificateDays) { certificateDays = change.member.certificateDays }
        }
    }

    /// A member that joins or leaves is news; that all others have a link more or less, each, is one line, and so is that
    /// nothing is known of some.
    /// - Parameter changes: in the order in which they are reported.
    package static func folded(_ changes: [MemberChange]) -> [MemberChange] {
        var groups: [Likeness: [Int]] = [:]
        for (index, change) in changes.enumerated() {
            if let likeness = Likeness(change) { groups[likeness, default: []].append(index) }
        }
        var folded = changes
        var gone: Set<Int> = []
        for group in groups.values where group.count > 1 {
            folded[group[0]].others = group.dropFirst().map { changes[$0].member.node }
            gone.formUnion(group.dropFirst())
        }
        return folded.indices.filter { !gone.contains($0) }.map { folded[$0] }
    }
}

extension MemberChange.Aspect {
    fileprivate func isSame(_ old: Member, _ new: Member) -> Bool {
        switch self {
        case .entry: old.isEntry == new.isEntry
        case .state: old.state == new.state
        case .kind: old.kind == new.kind
        case .address: old.address == new.address
        case .transport: old.transport == new.transport
        case .otpRelease: Self.isSame(old.otpRelease, new.otpRelease)
        case .links: old.links == new.links && old.linksExpected == new.linksExpected
        case .certificateDays: Self.isSame(old.certificateDays, new.certificateDays)
        }
    }

    /// What is not known any more, or is known again, has not changed for that.
    private static func isSame<Value: Equatable>(_ old: Value?, _ new: Value?) -> Bool {
        guard let old, let new else { return true }
        return old == new
    }
}
