/// The length of a term in the external term format; the twin of `TermWriter`.
enum TermSize {
    static func of(_ term: Term) -> Int {
        var walk = TermWalk()
        var size = 0
        var next: Term? = term
        while let term = next {
            switch term {
            case .tuple(let elements):
                size += elements.count <= 255 ? 2 : 5
                walk.enter(elements)
            case .list(let elements):
                if elements.isEmpty {
                    size += 1
                } else if TermWriter.isByteList(elements) {
                    size += 3 + elements.count
                } else {
                    size += 5 + 1
                    walk.enter(elements)
                }
            case .improperList(let elements, let tail):
                size += 5
                walk.enter([tail])
                walk.enter(elements)
            case .map(let pairs):
                size += 5
                walk.enter(pairs)
            default:
                size += ofLeaf(term)
            }
            next = walk.next()
        }
        return size
    }

    @inline(__always)
    static func of(_ atom: Atom) -> Int {
        let length = atom.name.utf8.count
        return (length <= 255 ? 2 : 3) + length
    }

    private static func ofLeaf(_ term: Term) -> Int {
        switch term {
        case .integer(let value):
            if value >= 0, value <= 255 { return 2 }
            if Int32(exactly: value) != nil { return 5 }
            return 3 + TermWriter.magnitudeLength(of: value)
        case .bigInteger(let value): return (value.magnitude.count <= 255 ? 3 : 6) + value.magnitude.count
        case .float: return 9
        case .atom(let atom): return of(atom)
        case .binary(let bytes): return 5 + bytes.count
        case .bitString(let bits): return 6 + bits.bytes.count
        case .pid(let pid): return 1 + of(pid.node) + 12
        case .port(let port): return 1 + of(port.node) + (TermWriter.isWide(port) ? 12 : 8)
        case .reference(let reference): return 3 + of(reference.node) + 4 + 4 * reference.words.count
        case .fun(let fun): return fun.encoded.count
        case .exportFun(let module, let function, _): return 1 + of(module) + of(function) + 2
        case .nativeRecord(let record): return record.encoded.count
        case .tuple, .list, .improperList, .map: return 0
        }
    }
}
