/// Where printed text goes: one growing buffer, or chunks of about 64 KiB that are handed on, so that the text of a
/// big term need not exist as a whole.
struct TextSink {
    static let chunkBytes = 64 << 10

    private(set) var buffer: [UInt8] = []
    /// The receiver wants no more: what is appended from now on is dropped, and the writers stop at their next step.
    private(set) var isClosed = false
    private let handOver: (([UInt8]) -> Bool)?

    init() { handOver = nil }
    init(handOver: @escaping ([UInt8]) -> Bool) { self.handOver = handOver }

    /// Appends behind `text` without copying it; `give(to:)` puts the whole back.
    init(taking text: inout [UInt8]) {
        handOver = nil
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

    /// Called between the pieces of everything that can be long.
    mutating func handOnIfFull() {
        if buffer.count >= Self.chunkBytes, handOver != nil { handOn() }
    }

    mutating func handOn() {
        guard let handOver, !buffer.isEmpty else { return }
        if !isClosed { isClosed = !handOver(buffer) }
        buffer.removeAll(keepingCapacity: true)
    }
}
