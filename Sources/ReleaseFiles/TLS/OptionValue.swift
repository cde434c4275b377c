import ErlangTerm

/// What an expression of an option file comes to, and where it stands.
struct OptionValue {
    indirect enum Content {
        case term(Term)
        case list([OptionValue])
        case tuple([OptionValue])
        /// Keys and values by turns.
        case map([OptionValue])
        case known(Known)
        /// `fun() -> A end`.
        case constantFun(OptionValue)
        /// What cannot be worked out here, as it is written.
        case unknown(String)
    }

    /// Values that only a node can hold, and whose meaning is known.
    enum Known {
        /// `public_key:pkix_verify_hostname_match_fun(https)`.
        case httpsMatch
        /// `public_key:cacerts_get()`.
        case systemAuthorities
    }

    var content: Content
    var position: SourcePosition

    /// The whole value, when all of it is known and is a term.
    var term: Term? {
        switch content {
        case .term(let term): return term
        case .list(let elements): return Self.terms(elements).map(Term.list)
        case .tuple(let elements): return Self.terms(elements).map(Term.tuple)
        case .map(let parts):
            guard let terms = Self.terms(parts) else { return nil }
            // Of a key given twice the last value counts.
            var values: [Term: Term] = [:]
            var keys: [Term] = []
            for index in stride(from: 0, to: terms.count - 1, by: 2) {
                if values.updateValue(terms[index + 1], forKey: terms[index]) == nil { keys.append(terms[index]) }
            }
            return .map(keys.compactMap { key in values[key].map { MapPair(key, $0) } })
        case .known, .constantFun, .unknown: return nil
        }
    }

    private static func terms(_ values: [OptionValue]) -> [Term]? {
        var terms: [Term] = []
        for value in values {
            guard let term = value.term else { return nil }
            terms.append(term)
        }
        return terms
    }

    /// The elements of a proper list, known or not; nil for anything else.
    var elements: [OptionValue]? {
        switch content {
        case .list(let values): values
        case .term(.list(let terms)): terms.map { OptionValue(content: .term($0), position: position) }
        default: nil
        }
    }

    /// The elements of a tuple, known or not; nil for anything else.
    var fields: [OptionValue]? {
        switch content {
        case .tuple(let values): values
        case .term(.tuple(let terms)): terms.map { OptionValue(content: .term($0), position: position) }
        default: nil
        }
    }

    /// Keys and values of a map by turns, known or not; nil for anything else.
    var associations: [OptionValue]? {
        switch content {
        case .map(let parts): parts
        case .term(.map(let pairs)):
            pairs.flatMap { [$0.key, $0.value] }.map { OptionValue(content: .term($0), position: position) }
        default: nil
        }
    }

    var atom: String? {
        if case .term(.atom(let atom)) = content { atom.name } else { nil }
    }

    /// What is not known of it, as it is written; nil when all of it is known.
    var unknown: String? {
        switch content {
        case .unknown(let text): text
        case .list(let parts), .tuple(let parts), .map(let parts): parts.lazy.compactMap(\.unknown).first
        case .constantFun(let body): body.unknown
        case .term, .known: nil
        }
    }
}
