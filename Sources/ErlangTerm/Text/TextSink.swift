/// Where printed text goes: one growing buffer, or chunks of about 64 KiB that are taken one by one, so that the text
/// of a big term need not exist as a whole.
struct TextSink {
    static let chunkBytes = 64 << 10

    private(set) var buffer: [UInt8] = []
    /// Something could not be written before the time was over; the writers stop at their next step.
    private(set) var isClosed = false
    /// What is not yet written of something long. Nothing else may be written before it.
    private(set) var pending: LongLeaf?
    private let isPaced: Bool
    /// Whether there is time for more; asked by what takes long without writing.
    let goesOn: () -> Bool

    init() {
        isPaced = false
        goesOn = { true }
    }

    /// One that is full with each chunk.
    init(goesOn: @escaping () -> Bool) {
        isPaced = true
        self.goesOn = goesOn
    }

    /// Appends behind `text` without copying it; `give(to:)` puts the whole back.
    init(taking text: inout [UInt8]) {
        self.init()
        swap(&buffer, &text)
    }

    mutating func give(to text: inout [UInt8]) { swap(&buffer, &text) }

    mutating func removeAll() { buffer.removeAll(keepingCapacity: true) }

    mutating func append(_ byte: UInt8) { buffer.append(byte) }
    mutating func append(_ bytes: [UInt8]) { buffer.append(contentsOf: bytes) }
    mutating func append(_ text: String) { buffer.append(contentsOf: text.utf8) }
    mutating func append(_ text: StaticString) {
        buffer.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends what `write` puts into room for so many bytes.
    /// - Parameter write: returns how many it has put there, from the beginning.
    mutating func append(atMost capacity: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int) {
        withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { room in
            let count = write(room)
            buffer.append(contentsOf: room[..<count])
        }
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            buffer.append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
            buffer.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    mutating func append(decimal number: UInt64) {
        if number < 10 { return buffer.append(0x30 + UInt8(truncatingIfNeeded: number)) }
        var rest = number
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: DecimalDigits.count(number)))
        var at = buffer.count
        while at > start {
            at -= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            buffer[at] = 0x30 + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
    }

    mutating func append(decimal number: Int) {
        if number < 0 { buffer.append(UInt8(ascii: "-")) }
        append(decimal: UInt64(number.magnitude))
    }

    mutating func newline(indent: Int) {
        buffer.append(UInt8(ascii: "\n"))
        buffer.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }

    /// Whether the chunk is to be taken before more is written: asked between the pieces of everything that can be long.
    var isFull: Bool { isPaced && buffer.count >= Self.chunkBytes }

    mutating func close() { isClosed = true }

    /// - Returns: what has been written since the last time.
    mutating func takeChunk() -> [UInt8] {
        var chunk: [UInt8] = []
        swap(&chunk, &buffer)
        return chunk
    }

    /// Writes what can be long. What does not fit into the chunk is left pending.
    mutating func append(_ leaf: LongLeaf) {
        var leaf = leaf
        if !leaf.write(to: &self) { pending = leaf }
    }

    /// Goes on with what is pending.
    mutating func resume() {
        guard let leaf = pending else { return }
        pending = nil
        append(leaf)
    }
}
