package import Diagnosis
import ErlangNode

/// Who lists whom: the visible members, and the links between each two of them, at one moment.
///
/// A member lists another one that it has a link to which is up. Nothing is deduced of a member that gave no answer: its
/// pairs are not sampled, and it belongs to no component.
package struct ClusterMesh: Hashable, Sendable {
    /// What a pair is as a whole.
    package enum LinkState: String, Sendable {
        case ok
        /// One lists the other only.
        case asymmetric
        case missing
        case notSampled = "not_sampled"
    }

    /// What a pair is as its first member sees it.
    package enum Relation: Sendable {
        case itself
        case both
        case firstOnly
        case secondOnly
        case none
        case notSampled
    }

    package struct Link: Hashable, Sendable {
        /// Of an asymmetric link the member that lists the other one; else the first by name.
        package var from: String
        package var to: String
        package var state: LinkState
        /// Nil where the member gave no answer.
        package var fromLists: Bool?
        package var toLists: Bool?
        /// Whether it was the same at the look before. A link that is abnormal once may be coming up.
        package var isConfirmed: Bool
    }

    /// Members that reach each other over links that both ends list.
    package struct Component: Hashable, Sendable {
        package var nodes: [String]
        /// Links within it that one end lists, or none.
        package var asymmetric = 0
        package var missing = 0
    }

    /// A member that is listed, and gave no answer.
    package struct Silent: Hashable, Sendable {
        package var node: String
        package var reason: String?
        package var failure: NodeFailure?
    }

    /// A full mesh of so many has 125,000 links. Whatever members list beyond that is left out.
    package static let mostNodes = 500

    /// In order.
    package let nodes: [String]
    package let silent: [Silent]
    /// How many members there are besides `nodes`.
    package let leftOut: Int
    /// Asymmetric and missing links, by names.
    package private(set) var abnormal: [Link] = []
    /// The largest first.
    package private(set) var components: [Component] = []
    /// By the places in `nodes`: whom it lists of them.
    private let lists: [Set<Int>?]

    /// - Parameter members: as `members` lists them; hidden ones are no part of the mesh, nor is one that nobody has a link
    ///   to yet that is up.
    package init(_ members: [Member]) {
        let visible = members.filter { $0.kind != .hidden && ($0.state == .up || $0.state == .unreachable) }
        // Those that answered are kept before those that are only heard of.
        let kept = visible.sorted { ($0.lists == nil ? 1 : 0, $0.node) < ($1.lists == nil ? 1 : 0, $1.node) }
            .prefix(Self.mostNodes).sorted { $0.node < $1.node }
        leftOut = visible.count - kept.count
        nodes = kept.map(\.node)
        silent = kept.filter { $0.lists == nil }.map { Silent(node: $0.node, reason: $0.remark, failure: $0.silence) }
        let places = Dictionary(nodes.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        lists = kept.enumerated().map { place, member in
            member.lists.map { Set($0.compactMap { places[$0] }).subtracting([place]) }
        }
        let pairs = abnormalPairs
        abnormal = pairs.map { link($0.from, $0.to) }
        components = findComponents(pairs)
    }

    private var sampled: [Int] { lists.indices.filter { lists[$0] != nil } }

    /// By the places of their ends in `nodes`, in order: the end that lists the other one first.
    private var abnormalPairs: [(from: Int, to: Int)] {
        let sampled = sampled
        let all = Set(sampled)
        var pairs: [(from: Int, to: Int)] = []
        for first in sampled {
            // Of each pair somebody does not list the other: the pairs that are in order cost a set operation.
            for second in all.subtracting(lists[first] ?? []) where second != first {
                if lists[second]?.contains(first) == true {
                    pairs.append((second, first))
                } else if first < second {
                    // Where neither lists the other, both come here.
                    pairs.append((first, second))
                }
            }
        }
        return pairs.sorted { $0 < $1 }
    }

    private func findComponents(_ abnormal: [(from: Int, to: Int)]) -> [Component] {
        var component = [Int?](repeating: nil, count: nodes.count)
        var groups: [[Int]] = []
        for start in sampled where component[start] == nil {
            component[start] = groups.count
            var group = [start]
            var next = 0
            while next < group.count {
                let place = group[next]
                next += 1
                for other in lists[place] ?? [] where component[other] == nil && lists[other]?.contains(place) == true {
                    component[other] = groups.count
                    group.append(other)
                }
            }
            groups.append(group.sorted())
        }
        var found = groups.map { Component(nodes: $0.map { nodes[$0] }) }
        for (from, to) in abnormal {
            guard let one = component[from], one == component[to] else { continue }
            if lists[from]?.contains(to) == true { found[one].asymmetric += 1 } else { found[one].missing += 1 }
        }
        return found.sorted { (-$0.nodes.count, $0.nodes.first ?? "") < (-$1.nodes.count, $1.nodes.first ?? "") }
    }

    /// The place of each member's component in `components`.
    package var componentPlaces: [String: Int] {
        var places: [String: Int] = [:]
        for (place, component) in components.enumerated() {
            for node in component.nodes { places[node] = place }
        }
        return places
    }

    // MARK: pairs

    /// - Parameters: places in `nodes`.
    package func relation(_ first: Int, _ second: Int) -> Relation {
        if first == second { return .itself }
        guard let ours = lists[first], let theirs = lists[second] else { return .notSampled }
        return switch (ours.contains(second), theirs.contains(first)) {
        case (true, true): .both
        case (true, false): .firstOnly
        case (false, true): .secondOnly
        case (false, false): .none
        }
    }

    private func link(_ first: Int, _ second: Int) -> Link {
        let relation = relation(first, second)
        let ends =
            switch relation {
            case .firstOnly: (first, second)
            case .secondOnly: (second, first)
            case .itself, .both, .none, .notSampled: (min(first, second), max(first, second))
            }
        let state: LinkState =
            switch relation {
            case .itself, .both: .ok
            case .firstOnly, .secondOnly: .asymmetric
            case .none: .missing
            case .notSampled: .notSampled
            }
        return Link(
            from: nodes[ends.0], to: nodes[ends.1], state: state, fromLists: lists[ends.0]?.contains(ends.1),
            toLists: lists[ends.1]?.contains(ends.0), isConfirmed: state == .ok)
    }

    /// Every pair, by names: quadratic.
    package var links: [Link] {
        let known = Dictionary(abnormal.map { (Set([$0.from, $0.to]), $0) }) { first, _ in first }
        return nodes.indices.flatMap { first in
            (first + 1..<max(nodes.count, first + 1)).map { second in
                known[Set([nodes[first], nodes[second]])] ?? link(first, second)
            }
        }
    }

    package var pairCount: Int { nodes.count * (nodes.count - 1) / 2 }

    package var notSampledCount: Int {
        let answered = nodes.count - silent.count
        return pairCount - answered * (answered - 1) / 2
    }

    package var okCount: Int { pairCount - notSampledCount - abnormal.count }

    // MARK: the look before

    /// The same mesh, its abnormal links confirmed that were so at an earlier look.
    package func confirmed(by earlier: ClusterMesh) -> ClusterMesh {
        struct Key: Hashable {
            var from: String, to: String, state: LinkState
            init(_ link: Link) { (from, to, state) = (link.from, link.to, link.state) }
        }
        let before = Set(earlier.abnormal.map(Key.init))
        var mesh = self
        for index in mesh.abnormal.indices { mesh.abnormal[index].isConfirmed = before.contains(Key(abnormal[index])) }
        return mesh
    }

    /// What is wrong for certain. Where there are two components, each pair across them is here.
    package var troubles: [Link] { abnormal.filter(\.isConfirmed) }

    /// Whether something is abnormal that was not so at the look before.
    package var isChanging: Bool { abnormal.contains { !$0.isConfirmed } }
}
