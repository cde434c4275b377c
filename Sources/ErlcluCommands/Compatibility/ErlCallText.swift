/// Terms as erl_call prints them: on one line, with a space behind the commas of lists, tuples and maps. Scripts cut
/// answers apart by that space; relx's own does.
enum ErlCallText {
    /// - Parameter text: a term on one line, as the node's shell prints it.
    static func spaced(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 8)
        var quote: UInt8?
        var isEscaped = false
        for (index, byte) in text.enumerated() {
            result.append(byte)
            if isEscaped {
                isEscaped = false
            } else if let open = quote {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ","), index + 1 < text.count, text[index + 1] != UInt8(ascii: " ") {
                result.append(UInt8(ascii: " "))
            }
        }
        return result
    }
}
