/// What a node printed behind the last line end: a prompt stands behind it, and a line that is edited below is drawn
/// anew with it.
struct OpenLine {
    /// More than fills a screen would be erased and drawn again for each key.
    private static let limit = 1024

    /// Text and attributes.
    private(set) var bytes: [UInt8] = []
    /// The cursor is elsewhere than behind `bytes`: something has moved it.
    private(set) var isElsewhere = false

    var isEmpty: Bool { bytes.isEmpty && !isElsewhere }

    /// - Parameter text: whole control sequences only.
    mutating func append(_ text: [UInt8]) {
        var rest = text[...]
        if let end = text.lastIndex(of: 0x0A) {
            self = OpenLine()
            rest = text[(end + 1)...]
        }
        while let byte = rest.popFirst(), !isElsewhere {
            switch byte {
            case 0x0D: bytes = []
            case 0x1B:
                let length = rest.dropFirst().firstIndex { (0x40...0x7E).contains($0) }.map { $0 - rest.startIndex + 1 }
                let sequence = rest.prefix(length ?? rest.count)
                rest = rest.dropFirst(sequence.count)
                switch sequence.last {
                case UInt8(ascii: "m"): bytes += [byte] + sequence
                case UInt8(ascii: "J"), UInt8(ascii: "K"): break
                default: isElsewhere = true
                }
            case ..<0x20: isElsewhere = true
            default: bytes.append(byte)
            }
            if bytes.count > Self.limit { isElsewhere = true }
        }
        if isElsewhere { bytes = [] }
    }
}
