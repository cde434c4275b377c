/// Terms as erl_call prints them: on one line, with a space behind the commas of lists, tuples and maps. Scripts cut
/// answers apart by that space; relx's own does.
struct ErlCallText {
    private var quote: UInt8?
    private var isEscaped = false
    /// The last byte was a comma that wants a space.
    private var isBehindComma = false

    /// - Parameter text: the next piece of a term on one line, as the node's shell prints it.
    mutating func spaced(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 8)
        for byte in text {
            if isBehindComma, byte != UInt8(ascii: " ") { result.append(UInt8(ascii: " ")) }
            isBehindComma = false
            result.append(byte)
            if isEscaped {
                isEscaped = false
            } else if let open = quote {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else {
                isBehindComma = byte == UInt8(ascii: ",")
            }
        }
        return result
    }
}
