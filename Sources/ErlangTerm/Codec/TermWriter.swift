/// Writes a term at a pointer with room for `TermSize.of` it.
struct TermWriter {
    private(set) var position: UnsafeMutableRawPointer

    init(at position: UnsafeMutableRawPointer) { self.position = position }

    mutating func write(_ term: Term) {
        var walk = TermWalk()
        var next: Term? = term
        while let term = next {
            switch term {
            case .tuple(let elements):
                if elements.count <= 255 {
                    put(ExternalTag.smallTuple, UInt8(elements.count))
                } else {
                    put(ExternalTag.largeTuple, length: elements.count)
                }
                walk.enter(elements)
            case .list(let elements):
                if elements.isEmpty {
                    put(ExternalTag.nil)
                } else if Self.isByteList(elements) {
                    putString(elements)
                } else {
                    put(ExternalTag.list, length: elements.count)
                    walk.enter(Self.properTail)
                    walk.enter(elements)
                }
            case .improperList(let elements, let tail):
                put(ExternalTag.list, length: elements.count)
                walk.enter([tail])
                walk.enter(elements)
            case .map(let pairs):
                put(ExternalTag.map, length: pairs.count)
                walk.enter(pairs)
            default:
                writeLeaf(term)
            }
            next = walk.next()
        }
    }

    private static let properTail: [Term] = [.list([])]

    /// Whether Erlang writes the list as STRING_EXT: bytes only, at most 65535 of them.
    static func isByteList(_ elements: [Term]) -> Bool {
        guard elements.count <= 0xffff else { return false }
        for element in elements {
            guard case .integer(let value) = element, value >= 0, value <= 255 else { return false }
        }
        return true
    }

    static func isWide(_ port: PortIdentifier) -> Bool { port.isWide || port.id > UInt64(UInt32.max) }

    /// The bytes that the magnitude of an integer takes.
    static func magnitudeLength(of value: Int) -> Int { (64 - value.magnitude.leadingZeroBitCount + 7) / 8 }

    private mutating func writeLeaf(_ term: Term) {
        switch term {
        case .integer(let value): write(value)
        case .bigInteger(let value):
            if value.magnitude.count <= 255 {
                put(ExternalTag.smallBig, UInt8(value.magnitude.count))
            } else {
                put(ExternalTag.largeBig, length: value.magnitude.count)
            }
            put(value.isNegative ? 1 : 0)
            put(bytes: value.magnitude)
        case .float(let value):
            put(ExternalTag.newFloat)
            put(big: value.bitPattern)
        case .atom(let atom): write(atom)
        case .binary(let bytes):
            put(ExternalTag.binary, length: bytes.count)
            put(bytes: bytes)
        case .bitString(let bits):
            put(ExternalTag.bitBinary, length: bits.bytes.count)
            put(UInt8(truncatingIfNeeded: bits.bitsInLastByte))
            put(bytes: bits.bytes)
        case .pid(let pid): write(pid)
        case .port(let port): write(port)
        case .reference(let reference): write(reference)
        case .fun(let fun): put(bytes: fun.encoded)
        case .exportFun(let module, let function, let arity):
            put(ExternalTag.export)
            write(module)
            write(function)
            put(ExternalTag.smallInteger, UInt8(truncatingIfNeeded: arity))
        case .nativeRecord(let record): put(bytes: record.encoded)
        case .tuple, .list, .improperList, .map: break
        }
    }

    private mutating func write(_ value: Int) {
        if value >= 0, value <= 255 {
            put(ExternalTag.smallInteger, UInt8(value))
        } else if let value = Int32(exactly: value) {
            put(ExternalTag.integer)
            put(big: UInt32(bitPattern: value))
        } else {
            let length = Self.magnitudeLength(of: value)
            put(ExternalTag.smallBig, UInt8(length))
            put(value < 0 ? 1 : 0)
            for shift in 0..<length { put(UInt8(truncatingIfNeeded: value.magnitude >> (8 * UInt(shift)))) }
        }
    }

    private mutating func write(_ atom: Atom) {
        var name = atom.name
        name.withUTF8 { utf8 in
            if utf8.count <= 255 {
                put(ExternalTag.smallAtomUTF8, UInt8(utf8.count))
            } else {
                put(ExternalTag.atomUTF8)
                put(big: UInt16(truncatingIfNeeded: utf8.count))
            }
            put(raw: UnsafeRawBufferPointer(utf8))
        }
    }

    private mutating func write(_ pid: PID) {
        put(ExternalTag.newPID)
        write(pid.node)
        put(big: pid.id)
        put(big: pid.serial)
        put(big: pid.creation)
    }

    private mutating func write(_ port: PortIdentifier) {
        if Self.isWide(port) {
            put(ExternalTag.v4Port)
            write(port.node)
            put(big: port.id)
        } else {
            put(ExternalTag.newPort)
            write(port.node)
            put(big: UInt32(truncatingIfNeeded: port.id))
        }
        put(big: port.creation)
    }

    private mutating func write(_ reference: Reference) {
        put(ExternalTag.newerReference)
        put(big: UInt16(truncatingIfNeeded: reference.words.count))
        write(reference.node)
        put(big: reference.creation)
        for word in reference.words { put(big: word) }
    }

    private mutating func putString(_ elements: [Term]) {
        put(ExternalTag.string)
        put(big: UInt16(truncatingIfNeeded: elements.count))
        for element in elements {
            guard case .integer(let value) = element else { continue }
            put(UInt8(truncatingIfNeeded: value))
        }
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        position.storeBytes(of: byte, as: UInt8.self)
        position += 1
    }

    @inline(__always)
    private mutating func put(_ tag: UInt8, _ byte: UInt8) {
        put(tag)
        put(byte)
    }

    @inline(__always)
    private mutating func put(_ tag: UInt8, length: Int) {
        put(tag)
        put(big: UInt32(truncatingIfNeeded: length))
    }

    @inline(__always)
    private mutating func put<Word: FixedWidthInteger>(big word: Word) {
        position.storeBytes(of: word.bigEndian, as: Word.self)
        position += MemoryLayout<Word>.size
    }

    private mutating func put(bytes: [UInt8]) {
        bytes.withUnsafeBytes { put(raw: $0) }
    }

    private mutating func put(raw: UnsafeRawBufferPointer) {
        guard let base = raw.baseAddress else { return }
        position.copyMemory(from: base, byteCount: raw.count)
        position += raw.count
    }
}
