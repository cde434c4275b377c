/// Lets of a node's output pass what draws: text, line ends, colours and attributes, cursor movements, erasing. Titles,
/// the clipboard, modes, requests that the terminal would answer, and all else are left out.
struct DrawingFilter {
    private enum State {
        case text
        case escape
        case control([UInt8])
        /// OSC, DCS, SOS, PM and APC: all up to their terminator is left out.
        case string(sawEscape: Bool)
        /// After C2, which begins the C1 control characters.
        case c2
        /// The rest of a charset selection.
        case designation
    }

    private var state = State.text

    /// - Parameter bytes: UTF-8, cut anywhere.
    mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
        if case .text = state, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != 0xC2 || $0 == 0x0A || $0 == 0x09 })
        {
            return bytes
        }
        var passed: [UInt8] = []
        passed.reserveCapacity(bytes.count)
        for byte in bytes { take(byte, &passed) }
        return passed
    }

    private mutating func take(_ byte: UInt8, _ passed: inout [UInt8]) {
        switch state {
        case .text:
            switch byte {
            case 0x1B: state = .escape
            case 0xC2: state = .c2
            case 0x0A, 0x0D, 0x09, 0x08, 0x20...0x7E, 0x80...: passed.append(byte)
            default: break
            }
        case .c2:
            state = .text
            if byte >= 0xA0 {
                passed += [0xC2, byte]
            } else if byte == 0x9B {
                state = .control([])
            } else if [0x90, 0x98, 0x9D, 0x9E, 0x9F].contains(byte) {
                state = .string(sawEscape: false)
            } else if byte < 0x80 {
                take(byte, &passed)
            }
        case .escape:
            switch byte {
            case UInt8(ascii: "["): state = .control([])
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
                state = .string(sawEscape: false)
            case 0x20...0x2F: state = .designation
            case 0x1B: break
            default: state = .text
            }
        case .designation: if !(0x20...0x2F).contains(byte) { state = .text }
        case .control(var parameters):
            switch byte {
            case 0x20...0x3F:
                if parameters.count < 64 { parameters.append(byte) }
                state = .control(parameters)
            case 0x40...0x7E:
                state = .text
                if Self.draws(byte, parameters) { passed += [0x1B, 0x5B] + parameters + [byte] }
            default:
                state = .text
                if byte == 0x1B || byte == 0x0A { take(byte, &passed) }
            }
        case .string(let sawEscape):
            if byte == 0x07 || byte == 0x18 || byte == 0x1A || sawEscape && byte == 0x5C {
                state = .text
            } else {
                state = .string(sawEscape: byte == 0x1B)
            }
        }
    }

    private static func draws(_ final: UInt8, _ parameters: [UInt8]) -> Bool {
        guard parameters.allSatisfy({ (0x30...0x3B).contains($0) }) else { return false }
        return "mABCDEFGHJKdf".utf8.contains(final)
    }
}
