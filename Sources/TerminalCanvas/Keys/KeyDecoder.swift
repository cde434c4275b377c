/// Turns what a terminal sends into keys. Fed in pieces of any size; it waits for the rest of a sequence. An Escape is
/// the Alt of the next key, as in Emacs, unless the owner says that nothing has followed it in time.
package struct KeyDecoder {
    /// More than anybody pastes; the rest of such a paste is dropped.
    static let pasteLimit = 4 << 20

    private enum State {
        case ground
        case escape
        case control([UInt8])
        case applicationKey
        case paste
    }

    private var state = State.ground
    private var character: [UInt8] = []
    private var missing = 0
    private var pasted: [UInt8] = []

    package init() {}

    package mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
        var keys: [Key] = []
        for byte in bytes {
            if let key = take(byte) { keys.append(key) }
        }
        return keys
    }

    /// How long a terminal may take between Escape and the rest of a sequence. People take longer between two keys.
    package static let escapeTime = Duration.milliseconds(50)

    /// Whether an Escape has come that may be a key of its own.
    package var hasLoneEscape: Bool { if case .escape = state { true } else { false } }

    /// Nothing has followed for `escapeTime`.
    /// - Returns: the Escape, if there was one.
    package mutating func endEscape() -> Key? {
        guard hasLoneEscape else { return nil }
        state = .ground
        return .escape
    }

    private mutating func take(_ byte: UInt8) -> Key? {
        switch state {
        case .ground: return ground(byte)
        case .escape:
            state = .ground
            return escaped(byte)
        case .applicationKey:
            state = .ground
            return Self.cursorKey(byte, [])
        case .control(var parameters):
            if (0x20...0x3F).contains(byte) {
                if parameters.count < 32 { parameters.append(byte) }
                state = .control(parameters)
                return nil
            }
            state = .ground
            if byte == 0x7E, parameters.elementsEqual("200".utf8) {
                state = .paste
                pasted = []
                return nil
            }
            return Self.cursorKey(byte, parameters)
        case .paste: return paste(byte)
        }
    }

    private mutating func ground(_ byte: UInt8) -> Key? {
        if missing > 0 {
            guard byte & 0xC0 == 0x80 else {
                missing = 0
                return ground(byte)
            }
            character.append(byte)
            missing -= 1
            if missing > 0 { return nil }
            return String(validating: character, as: UTF8.self).map { .text($0) }
        }
        switch byte {
        case 0x1B:
            state = .escape
            return nil
        case 0x0D, 0x0A: return .enter
        case 0x09: return .tab
        case 0x7F, 0x08: return .backspace
        case 0x00: return .control(" ")
        case 0x01...0x1A: return .control(Character(Unicode.Scalar(byte + 0x60)))
        case 0x1C...0x1F: return .control(Character(Unicode.Scalar(byte + 0x40)))
        case 0x20...0x7E: return .text(String(Unicode.Scalar(byte)))
        case 0xC2...0xF4:
            character = [byte]
            missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3
            return nil
        default: return nil
        }
    }

    private mutating func escaped(_ byte: UInt8) -> Key? {
        switch byte {
        case UInt8(ascii: "["):
            state = .control([])
            return nil
        case UInt8(ascii: "O"):
            state = .applicationKey
            return nil
        case 0x1B:
            state = .escape
            return nil
        case 0x0D, 0x0A: return .metaEnter
        case 0x7F, 0x08: return .metaBackspace
        case 0x20...0x7E: return .meta(Character(Unicode.Scalar(byte)))
        default: return .unknown
        }
    }

    private static func cursorKey(_ final: UInt8, _ parameters: [UInt8]) -> Key {
        let hasModifier = parameters.contains(UInt8(ascii: ";"))
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return hasModifier ? .wordRight : .right
        case UInt8(ascii: "D"): return hasModifier ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "Z"): return .backTab
        case 0x7E:
            switch parameters.prefix(while: { $0 != UInt8(ascii: ";") }).map({ Character(Unicode.Scalar($0)) }) {
            case ["1"], ["7"]: return .home
            case ["4"], ["8"]: return .end
            case ["3"]: return .delete
            case ["5"]: return .pageUp
            case ["6"]: return .pageDown
            default: return .unknown
            }
        default: return .unknown
        }
    }

    private mutating func paste(_ byte: UInt8) -> Key? {
        let mark: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]  // ESC [201~
        pasted.append(byte)
        if byte == 0x7E, pasted.suffix(mark.count).elementsEqual(mark) {
            state = .ground
            defer { pasted = [] }
            return .paste(Self.harmless(pasted.dropLast(mark.count)))
        }
        // The mark may still come, so the end is kept.
        if pasted.count > Self.pasteLimit { pasted.removeSubrange(Self.pasteLimit - 16..<pasted.count - 8) }
        return nil
    }

    /// Lines as they were, whatever ends them; other control characters left out.
    private static func harmless(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        var wasReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\r": text.append("\n")
            case "\n": if !wasReturn { text.append("\n") }
            case "\t": text.append("\t")
            default: if scalar.value >= 0x20, !(0x7F..<0xA0).contains(scalar.value) { text.append(scalar) }
            }
            wasReturn = scalar == "\r"
        }
        return String(text)
    }
}
