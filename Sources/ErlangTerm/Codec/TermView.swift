/// A term inside a `DecodedTerm`, read lazily: a reference and an index.
package struct TermView: Sendable {
    let tape: TermTape
    /// The index of the term's word, or `~offset` of a byte that is an integer without a word.
    let index: Int

    /// The value of an integer without a word.
    var byte: UInt8? { index < 0 ? tape.packet[~index] : nil }

    /// One level of the term; children are views again.
    package var kind: TermKind {
        guard index >= 0 else { return .integer(Int(tape.packet[~index])) }
        let word = tape.word(index)
        switch word.tag {
        case ExternalTag.smallInteger, ExternalTag.integer, ExternalTag.smallBig, ExternalTag.largeBig:
            return tape.integer(at: word.offset)
        case ExternalTag.newFloat, ExternalTag.float: return .float(tape.float(at: word.offset))
        case ExternalTag.smallTuple, ExternalTag.largeTuple: return .tuple(children)
        case ExternalTag.map: return .map(children)
        case ExternalTag.list: return .list(children, tail: word.extra == TapeWord.ListForm.improper ? tail : nil)
        case ExternalTag.nil: return .emptyList
        case ExternalTag.string: return .byteList(tape.packet[(word.offset + 3)..<tape.range(index).upperBound])
        case ExternalTag.binary: return .binary(tape.packet[(word.offset + 5)..<tape.range(index).upperBound])
        case ExternalTag.bitBinary: return bits
        case ExternalTag.newPID, ExternalTag.pid: return .pid(tape.pid(word))
        case ExternalTag.newPort, ExternalTag.port, ExternalTag.v4Port: return .port(tape.port(word))
        case ExternalTag.newerReference, ExternalTag.newReference, ExternalTag.reference:
            return .reference(tape.reference(word))
        case ExternalTag.newFun: return .fun(OpaqueFun(encoded: Array(encodedBytes)))
        case ExternalTag.nativeRecord: return .nativeRecord(OpaqueRecord(encoded: Array(encodedBytes)))
        case ExternalTag.export: return tape.exportFun(word)
        default: return .atom(tape.atoms[word.extra])
        }
    }

    /// The subterm's own bytes, without the version byte, as they came.
    package var encodedBytes: ArraySlice<UInt8> {
        guard index >= 0 else { return [ExternalTag.smallInteger, tape.packet[~index]] }
        return tape.packet[tape.range(index)]
    }

    /// The children of a tuple, list or map.
    private var children: TermViews {
        let word = tape.word(index)
        if word.tag == ExternalTag.list, word.extra == TapeWord.ListForm.packed {
            // Behind the list's tag and length, and the first element's tag.
            return TermViews(tape: tape, first: ~(word.offset + 6), count: tape.word(index + 1).count, stride: 2)
        }
        let perCount = word.tag == ExternalTag.map ? 2 : 1
        return TermViews(tape: tape, first: index + 2, count: tape.word(index + 1).count * perCount)
    }

    /// The children of any container; the tail of an improper list comes last. Nil for a term that is none.
    var parts: TermViews? {
        guard index >= 0, tape.word(index).isContainer else { return nil }
        let word = tape.word(index)
        guard word.tag == ExternalTag.list, word.extra == TapeWord.ListForm.improper else { return children }
        return TermViews(tape: tape, first: index + 2, count: tape.word(index + 1).count + 1)
    }

    private var tail: TermView {
        var last = index + 2
        for _ in 0..<tape.word(index + 1).count { last = tape.indexAfter(last) }
        return TermView(tape: tape, index: last)
    }

    private var bits: TermKind {
        let range = tape.range(index)
        let bytes = tape.packet[(range.lowerBound + 6)..<range.upperBound]
        let bitsInLastByte = Int(tape.packet[range.lowerBound + 5])
        return (1...7).contains(bitsInLastByte)
            ? .bitString(bytes, bitsInLastByte: bitsInLastByte) : .binary(bytes)
    }
}
