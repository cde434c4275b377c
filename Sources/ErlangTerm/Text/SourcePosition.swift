/// A place in a text, both numbers from 1; a column is a character, as in `erl_scan`.
package struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package var description: String { "\(line):\(column)" }

    /// Counts lines and characters up to a byte offset. Columns are only wanted when something is wrong, so nothing
    /// is counted while scanning.
    package init(offset: Int, in bytes: [UInt8]) {
        self.init(line: 1, column: 1)
        advance(over: bytes[..<min(max(offset, 0), bytes.count)])
    }

    /// Behind `text`, which follows this place.
    mutating func advance(over text: ArraySlice<UInt8>) {
        for byte in text {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }
}
