extension TermView {
    /// The whole subterm as a value. Needs no stack, however deep the term is.
    package var term: Term {
        var unfinished: [UnfinishedContainer] = []
        var view = self
        while true {
            if let container = UnfinishedContainer(view) {
                unfinished.append(container)
            } else {
                let leaf = view.leafTerm
                guard !unfinished.isEmpty else { return leaf }
                unfinished[unfinished.count - 1].terms.append(leaf)
            }
            while true {
                if let next = unfinished[unfinished.count - 1].rest.next() {
                    view = next
                    break
                }
                guard let term = unfinished.popLast()?.finished else { return .list([]) }
                guard !unfinished.isEmpty else { return term }
                unfinished[unfinished.count - 1].terms.append(term)
            }
        }
    }

    /// The value of a term that holds no views.
    private var leafTerm: Term {
        switch kind {
        case .integer(let value): .integer(value)
        case .bigInteger(let value): .bigInteger(value)
        case .float(let value): .float(value)
        case .atom(let atom): .atom(atom)
        case .binary(let bytes): .binary(Array(bytes))
        case .bitString(let bytes, let bits): .bitString(BitString(bytes: Array(bytes), bitsInLastByte: bits))
        case .byteList(let bytes): .list(bytes.map { .integer(Int($0)) })
        case .pid(let pid): .pid(pid)
        case .port(let port): .port(port)
        case .reference(let reference): .reference(reference)
        case .fun(let fun): .fun(fun)
        case .exportFun(let module, let function, let arity):
            .exportFun(module: module, function: function, arity: arity)
        case .nativeRecord(let record): .nativeRecord(record)
        case .emptyList, .tuple, .list, .map: .list([])
        }
    }
}

/// A container whose children are still being turned into values.
private struct UnfinishedContainer {
    private enum Shape {
        case tuple
        case list
        case improperList
        case map
    }

    private let shape: Shape
    var rest: TermViews.Iterator
    var terms: [Term] = []

    /// Nil for a term without children of its own.
    init?(_ view: TermView) {
        guard let views = view.parts else { return nil }
        let word = view.tape.word(view.index)
        switch word.tag {
        case ExternalTag.map: shape = .map
        case ExternalTag.list: shape = word.extra == TapeWord.ListForm.improper ? .improperList : .list
        default: shape = .tuple
        }
        rest = views.makeIterator()
        terms.reserveCapacity(views.count)
    }

    var finished: Term {
        switch shape {
        case .tuple: return .tuple(terms)
        case .list: return .list(terms)
        case .improperList: return .improperList(Array(terms.dropLast()), tail: terms.last ?? .list([]))
        case .map:
            return .map(stride(from: 0, to: terms.count - 1, by: 2).map { MapPair(terms[$0], terms[$0 + 1]) })
        }
    }
}
