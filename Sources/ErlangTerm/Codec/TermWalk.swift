/// Visits a term and all it contains in the order of the wire, without recursion: a term of ours may be as deep as a
/// decoded one.
struct TermWalk {
    private enum Level {
        case terms([Term], next: Int)
        case pairs([MapPair], next: Int)
    }

    private var levels: [Level] = []

    /// Puts a container's children in front of what is still to be visited.
    mutating func enter(_ terms: [Term]) { levels.append(.terms(terms, next: 0)) }
    mutating func enter(_ pairs: [MapPair]) { levels.append(.pairs(pairs, next: 0)) }

    /// The next term to visit.
    mutating func next() -> Term? {
        while let last = levels.indices.last {
            switch levels[last] {
            case .terms(let terms, let next):
                guard next < terms.count else { break }
                levels[last] = .terms(terms, next: next + 1)
                return terms[next]
            case .pairs(let pairs, let next):
                guard next < 2 * pairs.count else { break }
                levels[last] = .pairs(pairs, next: next + 1)
                return next % 2 == 0 ? pairs[next / 2].key : pairs[next / 2].value
            }
            levels.removeLast()
        }
        return nil
    }
}
