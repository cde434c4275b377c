/// The end of what a program says.
package struct OutputTail {
    private static let limit = 2_048
    private static let lines = 2
    private static let width = 300
    private var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ more: UnsafeRawBufferPointer) {
        bytes += more.suffix(Self.limit)
        if bytes.count > Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
    }

    package mutating func removeAll() { bytes = [] }

    /// Its last lines as one, without empty ones. It comes from a program: escape it before it is shown.
    package var lastWords: String {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { line in
                // Swift's own trimming needs Foundation.
                var line = line
                while line.first?.isWhitespace == true { line.removeFirst() }
                while line.last?.isWhitespace == true { line.removeLast() }
                return String(line.prefix(Self.width))
            }.filter { !$0.isEmpty }.suffix(Self.lines).joined(separator: "; ")
    }
}
