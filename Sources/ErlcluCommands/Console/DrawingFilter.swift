import Presentation

/// Lets of a node's output pass what draws: text, line ends, colours and attributes, cursor movements, erasing. Titles,
/// the clipboard, modes, requests that the terminal would answer, hidden text, and all else are left out.
///
/// It cannot be made to hide what follows: a sequence that is not ended soon, and within its line, was none, and is
/// shown as text.
struct DrawingFilter {
    /// Bytes behind the introducer of a title or the like; longer ones were none.
    static let stringLimit = 512
    /// The same of a control sequence: colours take some forty.
    static let controlLimit = 128

    private enum State {
        case text
        case escape
        /// The rest of a charset selection and its like (`nF`).
        case designation
        case control
        /// OSC, DCS, SOS, PM and APC: up to their terminator.
        case string
        /// An ESC in one of them: the begin of the terminator, or of something else.
        case stringEscape
    }

    /// A dumb terminal gets no sequence at all.
    private let passesSequences: Bool
    private var state = State.text
    /// What stands behind the introducer of a sequence that is not ended yet.
    private var held: [UInt8] = []
    /// A character that is not whole yet.
    private var partial: [UInt8] = []
    /// Attributes have been set and not been reset.
    private var hasAttributes = false
    /// There may be text behind the cursor.
    private var reach = Reach.end

    private enum Reach {
        /// The cursor stands where text has ended so far.
        case end
        /// It went back in its line.
        case back
        /// It was moved elsewhere.
        case away
    }

    init(passesSequences: Bool = true) { self.passesSequences = passesSequences }

    /// - Parameter bytes: UTF-8, cut anywhere; what is none becomes U+FFFD.
    mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
        if case .text = state, partial.isEmpty, reach != .back, TerminalText.isPlain(bytes) { return bytes }
        var passed: [UInt8] = []
        passed.reserveCapacity(bytes.count)
        for byte in bytes { take(byte, &passed) }
        return passed
    }

    /// Nothing of what was begun is going to be continued: what follows begins in plain text.
    /// - Returns: what is to be shown before. Behind the cursor nothing stays that what follows would be mixed with.
    mutating func end() -> [UInt8] {
        var passed: [UInt8] = []
        takePartial(&passed)
        giveUp(&passed)
        if hasAttributes { passed += [0x1B, 0x5B, 0x6D] }
        if reach != .end, passesSequences { passed += [0x1B, 0x5B, 0x4A] }
        (hasAttributes, reach) = (false, .end)
        return passed
    }

    // MARK: characters

    private mutating func take(_ byte: UInt8, _ passed: inout [UInt8]) {
        if let length = partial.first.flatMap(UTF8Sequence.length(from:)), UTF8Sequence.continues(partial, with: byte) {
            partial.append(byte)
            if partial.count == length {
                let whole = partial
                partial = []
                take(character: whole, &passed)
            }
            return
        }
        takePartial(&passed)
        if case .text = state, (0x20...0x7E).contains(byte) { return passed.append(byte) }
        switch byte {
        case ..<0x80: take(character: [byte], &passed)
        case _ where UTF8Sequence.length(from: byte) != nil: partial = [byte]
        default: take(character: Self.replacement, &passed)
        }
    }

    private mutating func takePartial(_ passed: inout [UInt8]) {
        guard !partial.isEmpty else { return }
        partial = []
        take(character: Self.replacement, &passed)
    }

    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    // MARK: sequences

    /// - Parameter character: one, whole.
    private mutating func take(character: [UInt8], _ passed: inout [UInt8]) {
        let first = character[0]
        switch state {
        case .text:
            if first == 0x1B {
                state = .escape
            } else {
                pass(character, &passed)
            }
        case .escape:
            switch first {
            case UInt8(ascii: "["): state = .control
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
                state = .string
            case 0x20...0x2F:
                state = .designation
                held = character
            case 0x1B: break
            case 0x30...0x7E: state = .text
            default: giveUp(before: character, &passed)
            }
        case .designation:
            switch first {
            case 0x20...0x2F where held.count < 2: held += character
            case 0x30...0x7E: drop()
            default: giveUp(before: character, &passed)
            }
        case .control:
            switch first {
            case 0x30...0x3F where held.count < Self.controlLimit && !Self.isIntermediate(held.last): held += character
            case 0x20...0x2F where !Self.isIntermediate(held.last): held += character
            case 0x40...0x7E:
                let parameters = held
                drop()
                pass(control: first, parameters, &passed)
            case 0x18, 0x1A: drop()
            default: giveUp(before: character, &passed)
            }
        case .string:
            switch first {
            case 0x07, 0x18, 0x1A: drop()
            case 0x1B: state = .stringEscape
            case 0x0A, 0x0D: giveUp(before: character, &passed)
            case _ where held.count >= Self.stringLimit: giveUp(before: character, &passed)
            default: held += character
            }
        case .stringEscape:
            if first == UInt8(ascii: "\\") { return drop() }
            giveUp(&passed)
            state = .escape
            take(character: character, &passed)
        }
    }

    /// Between parameters and final byte there is one at most in what terminals know.
    private static func isIntermediate(_ byte: UInt8?) -> Bool { byte.map { (0x20...0x2F).contains($0) } ?? false }

    private mutating func drop() {
        state = .text
        held = []
    }

    /// What was held back was no sequence.
    private mutating func giveUp(_ passed: inout [UInt8]) {
        var rest = held[...]
        drop()
        // Characters are whole here, and none of them begins a sequence.
        while let first = rest.first {
            let character = Array(rest.prefix(UTF8Sequence.length(from: first) ?? 1))
            pass(character, &passed)
            rest = rest.dropFirst(character.count)
        }
    }

    private mutating func giveUp(before character: [UInt8], _ passed: inout [UInt8]) {
        giveUp(&passed)
        take(character: character, &passed)
    }

    private mutating func pass(_ character: [UInt8], _ passed: inout [UInt8]) {
        guard Self.isText(character) else { return }
        switch (character[0], reach) {
        case (0x0A, .back): reach = .end
        case (0x0D, .end), (0x08, .end): reach = .back
        default: break
        }
        passed += character
    }

    /// Neither a control character, those of C1 and DEL included, nor one that reorders others.
    private static func isText(_ character: [UInt8]) -> Bool {
        switch character[0] {
        case 0x0A, 0x0D, 0x09, 0x08: true
        default:
            String(decoding: character, as: UTF8.self).unicodeScalars.allSatisfy { TerminalText.isHarmless($0.value) }
        }
    }

    private mutating func pass(control final: UInt8, _ parameters: [UInt8], _ passed: inout [UInt8]) {
        guard passesSequences, parameters.allSatisfy({ (0x30...0x3B).contains($0) }),
            "mABCDEFGHJKdf".utf8.contains(final)
        else { return }
        guard final == UInt8(ascii: "m") else {
            if final != UInt8(ascii: "J"), final != UInt8(ascii: "K") { reach = .away }
            passed += [0x1B, 0x5B] + parameters + [final]
            return
        }
        guard let visible = GraphicRendition.withoutConcealment(parameters) else { return }
        passed += [0x1B, 0x5B] + visible + [final]
        hasAttributes = !visible.isEmpty && visible != [0x30]
    }
}

/// How UTF-8 is made (RFC 3629 §4).
private enum UTF8Sequence {
    /// Bytes of a character that begins so; nil for what begins none, and for ASCII.
    static func length(from lead: UInt8) -> Int? {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: nil
        }
    }

    static func continues(_ begun: [UInt8], with byte: UInt8) -> Bool {
        guard begun.count == 1 else { return (0x80...0xBF).contains(byte) }
        return switch begun[0] {
        case 0xE0: (0xA0...0xBF).contains(byte)
        case 0xED: (0x80...0x9F).contains(byte)
        case 0xF0: (0x90...0xBF).contains(byte)
        case 0xF4: (0x80...0x8F).contains(byte)
        default: (0x80...0xBF).contains(byte)
        }
    }
}

/// Parameters of SGR (ECMA-48 §8.3.117).
private enum GraphicRendition {
    /// - Returns: the parameters but 8, which hides text; nil when there was nothing else.
    static func withoutConcealment(_ parameters: [UInt8]) -> [UInt8]? {
        let all = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        var kept: [ArraySlice<UInt8>] = []
        var index = 0
        while index < all.count {
            let parameter = all[index]
            var count = 1
            switch number(parameter) {
            case 8:
                index += 1
                continue
            // A colour: its numbers follow.
            case 38, 48, 58:
                switch index + 1 < all.count ? number(all[index + 1]) : nil {
                case 5: count = 3
                case 2: count = 5
                default: break
                }
            default: break
            }
            kept += all[index..<min(index + count, all.count)]
            index += count
        }
        return kept.isEmpty ? nil : Array(kept.joined(separator: [UInt8(ascii: ";")]))
    }

    /// nil where sub-parameters follow a colon.
    private static func number(_ parameter: ArraySlice<UInt8>) -> Int? {
        String(decoding: parameter, as: UTF8.self).split(separator: ":").first.flatMap { Int($0) }
    }
}
