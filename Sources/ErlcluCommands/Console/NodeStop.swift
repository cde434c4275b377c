/// Finds what would take the node down in what a person typed. It may see too much, never too little of the plain
/// forms: a question costs a key, a stopped node more.
enum NodeStop {
    private static let calls = [
        "System.halt", "System.stop", "System.restart", "init:stop(", "init:restart(", "init:reboot(", ":init.stop",
        ":init.restart", ":init.reboot", "halt(", "q()",
    ]

    /// - Returns: the call, as it is to be named in a question.
    static func find(in text: String) -> String? {
        // Blanks may stand anywhere between tokens: `init : stop ()`.
        let dense = text.filter { !$0.isWhitespace && $0 != "'" }
        return calls.first { occurs($0, in: dense) }.map { $0.hasSuffix("(") ? $0 + ")" : $0 }
    }

    private static func occurs(_ call: String, in text: String) -> Bool {
        let (text, call) = (Array(text.utf8), Array(call.utf8))
        guard text.count >= call.count else { return false }
        return (0...text.count - call.count).contains { start in
            guard text[start..<start + call.count].elementsEqual(call) else { return false }
            guard start > 0 else { return true }
            // The end of a longer name is another name.
            switch text[start - 1] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), 0x80...:
                return false
            default: return true
            }
        }
    }
}
