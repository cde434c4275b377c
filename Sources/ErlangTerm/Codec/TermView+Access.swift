/// Shorthand for code that knows what it expects: nil stands for "something else".
extension TermView {
    package var integer: Int? {
        guard index >= 0 else { return Int(tape.packet[~index]) }
        let word = tape.word(index)
        switch word.tag {
        case ExternalTag.smallInteger, ExternalTag.integer, ExternalTag.smallBig, ExternalTag.largeBig:
            if case .integer(let value) = tape.integer(at: word.offset) { return value }
            return nil
        default: return nil
        }
    }

    /// A float, or an integer as one.
    package var number: Double? {
        switch kind {
        case .float(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    package var atom: Atom? {
        guard index >= 0 else { return nil }
        let word = tape.word(index)
        return word.isAtom ? tape.atoms[word.extra] : nil
    }

    package func isAtom(_ name: Atom) -> Bool { atom == name }

    /// `true` and `false` as atoms.
    package var bool: Bool? {
        guard let atom else { return nil }
        return atom == "true" ? true : atom == "false" ? false : nil
    }

    package var binary: ArraySlice<UInt8>? {
        if case .binary(let bytes) = kind { bytes } else { nil }
    }

    package var pid: PID? {
        if case .pid(let pid) = kind { pid } else { nil }
    }

    package var port: PortIdentifier? {
        if case .port(let port) = kind { port } else { nil }
    }

    package var reference: Reference? {
        if case .reference(let reference) = kind { reference } else { nil }
    }

    /// The elements of a tuple.
    package var elements: TermViews? {
        guard index >= 0 else { return nil }
        let tag = tape.word(index).tag
        return tag == ExternalTag.smallTuple || tag == ExternalTag.largeTuple ? parts : nil
    }

    /// The elements of a tuple of `count` elements.
    package func elements(_ count: Int) -> TermViews? {
        guard let elements, elements.count == count else { return nil }
        return elements
    }

    /// The elements of a tuple whose first one is the atom `tag`, that one included.
    package func elements(tagged tag: Atom, _ count: Int) -> TermViews? {
        guard let elements = elements(count), let first = elements[0], first.isAtom(tag) else { return nil }
        return elements
    }

    /// The elements of a proper list, in whatever form it came: empty, of cells, or of bytes.
    package var list: TermViews? {
        guard index >= 0 else { return nil }
        let word = tape.word(index)
        switch word.tag {
        case ExternalTag.nil: return TermViews(tape: tape, first: index, count: 0)
        case ExternalTag.list where word.extra != TapeWord.ListForm.improper: return parts
        case ExternalTag.string:
            return TermViews(tape: tape, first: ~(word.offset + 3), count: tape.uint16(at: word.offset + 1))
        default: return nil
        }
    }

    /// The value of an atom key in a map, or in a list of pairs (a property list).
    package func value(of key: Atom) -> TermView? {
        if case .map(let views) = kind {
            var views = views.makeIterator()
            while let candidate = views.next(), let value = views.next() {
                if candidate.isAtom(key) { return value }
            }
            return nil
        }
        guard let list else { return nil }
        for entry in list {
            if let pair = entry.elements(2), let first = pair[0], first.isAtom(key) { return pair[1] }
        }
        return nil
    }

    /// Text: a binary of UTF-8, or a list of code points. Nil for what is neither.
    package var text: String? {
        switch kind {
        case .binary(let bytes): return String(validating: bytes, as: UTF8.self)
        case .byteList(let bytes): return String(latin1: bytes)
        case .emptyList: return ""
        case .list(let views, tail: nil):
            var text = ""
            for view in views {
                guard let code = view.integer, let point = UInt32(exactly: code), let scalar = Unicode.Scalar(point)
                else { return nil }
                text.unicodeScalars.append(scalar)
            }
            return text
        default: return nil
        }
    }
}
