import Glibc

/// Writes terms behind the bytes that it is given. Recursive: `TermLimits.standard` says how deep a term may be.
///
/// Fields gather in a buffer by pointer, since an array's own append costs more than the field. The buffer grows by
/// realloc(3), which moves pages instead of bytes. What is large goes to the array directly, so that it is in memory
/// only once.
struct TermWriter: ~Copyable {
    private static let firstSize = 4096
    private static let largestSize = 32 << 20
    /// From this many bytes on something is large.
    private static let largeCount = 1024

    private var output: [UInt8]
    private var start: UnsafeMutableRawPointer
    private var position: UnsafeMutableRawPointer
    private var limit: UnsafeMutableRawPointer

    init(behind bytes: consuming [UInt8] = []) {
        output = bytes
        guard let memory = malloc(Self.firstSize) else { preconditionFailure("no memory for a message") }
        start = memory
        position = memory
        limit = memory + Self.firstSize
    }

    deinit { free(start) }

    /// All bytes; the writer is empty afterwards.
    mutating func takeBytes() -> [UInt8] {
        flush()
        var bytes: [UInt8] = []
        swap(&bytes, &output)
        return bytes
    }

    /// Makes room for `count` bytes more, at most `largeCount`.
    @inline(__always)
    private mutating func reserve(_ count: Int) {
        if count > limit - position { makeRoom() }
    }

    @inline(never)
    private mutating func makeRoom() {
        let (size, used) = (limit - start, position - start)
        guard size < Self.largestSize, let memory = realloc(start, 2 * size) else { return flush() }
        start = memory
        position = memory + used
        limit = memory + 2 * size
    }

    @inline(never)
    private mutating func flush() {
        output.append(contentsOf: UnsafeRawBufferPointer(start: start, count: position - start))
        position = start
    }

    mutating func write(_ term: Term) {
        switch term {
        case .tuple(let elements):
            if elements.count <= 255 {
                put(ExternalTag.smallTuple, UInt8(elements.count))
            } else {
                put(ExternalTag.largeTuple, length: elements.count)
            }
            writeAll(elements)
        case .list(let elements):
            writeList(elements)
        case .improperList(let elements, let tail):
            put(ExternalTag.list, length: elements.count)
            writeAll(elements)
            write(tail)
        case .map(let pairs):
            put(ExternalTag.map, length: pairs.count)
            for pair in pairs {
                write(pair.key)
                write(pair.value)
            }
        case .atom(let atom): write(atom)
        case .integer(let value): write(value)
        default: writeLeaf(term)
        }
    }

    private mutating func writeList(_ elements: [Term]) {
        if elements.isEmpty {
            put(ExternalTag.nil)
        } else if Self.isByteList(elements) {
            putString(elements)
        } else {
            put(ExternalTag.list, length: elements.count)
            writeAll(elements)
            put(ExternalTag.nil)
        }
    }

    /// Each where it lies: taken out of the array, every element would be retained and released.
    private mutating func writeAll(_ elements: [Term]) {
        elements.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: LentTerm.self) { lent in
                for index in lent.indices { write(lent[index]) }
            }
        }
    }

    private mutating func write(_ lent: borrowing LentTerm) { write(lent.term) }

    /// Whether Erlang writes the list as STRING_EXT: bytes only, at most 65535 of them.
    static func isByteList(_ elements: [Term]) -> Bool {
        guard elements.count <= 0xffff else { return false }
        return elements.withUnsafeBufferPointer { buffer in
            for index in buffer.indices {
                guard case .integer(let value) = buffer[index], value >= 0, value <= 255 else { return false }
            }
            return true
        }
    }

    static func isWide(_ port: PortIdentifier) -> Bool { port.isWide || port.id > UInt64(UInt32.max) }

    /// The bytes that the magnitude of an integer takes.
    static func magnitudeLength(of value: Int) -> Int { (64 - value.magnitude.leadingZeroBitCount + 7) / 8 }

    private mutating func writeLeaf(_ term: Term) {
        switch term {
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
        case .atom, .integer, .tuple, .list, .improperList, .map: break
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
        // Swift's own strings all have it; withUTF8 would retain them first.
        let isWritten: Void? = atom.name.utf8.withContiguousStorageIfAvailable { write(atom: $0) }
        guard isWritten == nil else { return }
        var name = atom.name
        name.withUTF8 { write(atom: $0) }
    }

    @inline(__always)
    private mutating func write(atom utf8: UnsafeBufferPointer<UInt8>) {
        if utf8.count <= 255 {
            put(ExternalTag.smallAtomUTF8, UInt8(utf8.count))
        } else {
            put(ExternalTag.atomUTF8)
            put(big: UInt16(truncatingIfNeeded: utf8.count))
        }
        put(raw: UnsafeRawBufferPointer(utf8))
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
    mutating func put(_ byte: UInt8) {
        reserve(1)
        position.storeBytes(of: byte, as: UInt8.self)
        position += 1
    }

    @inline(__always)
    private mutating func put(_ tag: UInt8, _ byte: UInt8) {
        reserve(2)
        position.storeBytes(of: tag, as: UInt8.self)
        position.storeBytes(of: byte, toByteOffset: 1, as: UInt8.self)
        position += 2
    }

    @inline(__always)
    private mutating func put(_ tag: UInt8, length: Int) {
        put(tag)
        put(big: UInt32(truncatingIfNeeded: length))
    }

    @inline(__always)
    private mutating func put<Word: FixedWidthInteger>(big word: Word) {
        reserve(MemoryLayout<Word>.size)
        position.storeBytes(of: word.bigEndian, as: Word.self)
        position += MemoryLayout<Word>.size
    }

    mutating func put(bytes: [UInt8]) {
        bytes.withUnsafeBytes { put(raw: $0) }
    }

    private mutating func put(raw: UnsafeRawBufferPointer) {
        guard let base = raw.baseAddress else { return }
        guard raw.count <= Self.largeCount else {
            flush()
            output.append(contentsOf: raw)
            return
        }
        reserve(raw.count)
        position.copyMemory(from: base, byteCount: raw.count)
        position += raw.count
    }
}

/// A term that cannot be copied, so that the compiler leaves it in its place. It has a term's layout.
private struct LentTerm: ~Copyable {
    let term: Term
}
