import ErlangTerm

extension Term {
    /// The same term with the pairs of its maps in one order. Nodes send equal maps in different orders: from OTP 26 on
    /// atoms as keys are in that of each node's table of atoms.
    var withSortedMaps: Term { hasMaps ? sorted : self }

    private var sorted: Term {
        switch self {
        case .tuple(let elements): return .tuple(elements.map(\.sorted))
        case .list(let elements): return .list(elements.map(\.sorted))
        case .improperList(let elements, let tail): return .improperList(elements.map(\.sorted), tail: tail.sorted)
        case .map(let pairs):
            let ordered = pairs.map { pair in
                let key = pair.key.sorted
                return (order: key.encoded, pair: MapPair(key, pair.value.sorted))
            }.sorted { $0.order.lexicographicallyPrecedes($1.order) }
            return .map(ordered.map(\.pair))
        default: return self
        }
    }

    private var hasMaps: Bool {
        switch self {
        case .map: true
        case .tuple(let elements), .list(let elements): elements.contains(where: \.hasMaps)
        case .improperList(let elements, let tail): tail.hasMaps || elements.contains(where: \.hasMaps)
        default: false
        }
    }
}
