extension TermTape {
    /// An integer in any form, `.integer` whenever it fits.
    func integer(at offset: Int) -> TermKind {
        switch packet[offset] {
        case ExternalTag.smallInteger: return .integer(Int(packet[offset + 1]))
        case ExternalTag.integer: return .integer(Int(Int32(bitPattern: uint32(at: offset + 1))))
        case ExternalTag.smallBig:
            let length = Int(packet[offset + 1])
            return integer(isNegative: packet[offset + 2] != 0, magnitude: packet[(offset + 3)..<(offset + 3 + length)])
        default:
            let length = Int(uint32(at: offset + 1))
            return integer(isNegative: packet[offset + 5] != 0, magnitude: packet[(offset + 6)..<(offset + 6 + length)])
        }
    }

    private func integer(isNegative: Bool, magnitude: ArraySlice<UInt8>) -> TermKind {
        var significant = magnitude
        while significant.last == 0 { significant.removeLast() }
        if significant.count <= 8 {
            let value = significant.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if !isNegative, let value = Int(exactly: value) { return .integer(value) }
            if isNegative, value <= UInt64(Int.max) + 1 { return .integer(Int(truncatingIfNeeded: 0 &- value)) }
        }
        return .bigInteger(BigInteger(isNegative: isNegative, magnitude: Array(significant)))
    }

    func float(at offset: Int) -> Double {
        guard packet[offset] == ExternalTag.float else { return Double(bitPattern: uint64(at: offset + 1)) }
        return FloatText.value(packet[(offset + 1)..<(offset + 32)]) ?? 0
    }

    func pid(_ word: TapeWord) -> PID {
        let at = endOfAtom(at: word.offset + 1)
        return PID(
            node: atoms[word.extra], id: uint32(at: at), serial: uint32(at: at + 4),
            creation: word.tag == ExternalTag.pid ? UInt32(packet[at + 8]) : uint32(at: at + 8))
    }

    func port(_ word: TapeWord) -> PortIdentifier {
        let at = endOfAtom(at: word.offset + 1)
        let node = atoms[word.extra]
        switch word.tag {
        case ExternalTag.v4Port:
            return PortIdentifier(node: node, id: uint64(at: at), creation: uint32(at: at + 8), isWide: true)
        case ExternalTag.newPort:
            return PortIdentifier(
                node: node, id: UInt64(uint32(at: at)), creation: uint32(at: at + 4), isWide: false)
        default:
            return PortIdentifier(
                node: node, id: UInt64(uint32(at: at)), creation: UInt32(packet[at + 4]), isWide: false)
        }
    }

    func reference(_ word: TapeWord) -> Reference {
        let node = atoms[word.extra]
        if word.tag == ExternalTag.reference {
            let at = endOfAtom(at: word.offset + 1)
            return Reference(node: node, creation: UInt32(packet[at + 4]), words: [uint32(at: at)])
        }
        let count = uint16(at: word.offset + 1)
        let at = endOfAtom(at: word.offset + 3)
        let isNewer = word.tag == ExternalTag.newerReference
        let first = at + (isNewer ? 4 : 1)
        return Reference(
            node: node, creation: isNewer ? uint32(at: at) : UInt32(packet[at]),
            words: (0..<count).map { uint32(at: first + 4 * $0) })
    }

    func exportFun(_ word: TapeWord) -> TermKind {
        let function = endOfAtom(at: word.offset + 1)
        let arity = endOfAtom(at: function) + 1
        return .exportFun(module: atoms[word.extra], function: atom(at: function), arity: Int(packet[arity]))
    }
}
