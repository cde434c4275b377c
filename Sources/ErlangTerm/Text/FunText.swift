/// Funs, as the emulator writes them: `fun mod:name/1` and `#Fun<mod.index.uniq>`.
///
/// Its rules for quotes differ from those for atoms: reserved words stay bare, a name with `@` is quoted, ESC is octal.
/// Where it lets control characters through we do not follow it: it writes DEL raw, and names beyond ASCII as UTF-8
/// bytes taken for Latin-1 characters, C1 controls among them. We write `\d`, and the characters that they are.
enum FunText {
    static func write(module: Atom, function: Atom, arity: Int, to sink: inout TextSink) {
        sink.append("fun ")
        write(name: module.name, to: &sink)
        sink.append(UInt8(ascii: ":"))
        write(name: function.name, to: &sink)
        sink.append(UInt8(ascii: "/"))
        sink.append(decimal: arity)
    }

    static func write(_ fun: OpaqueFun, to sink: inout TextSink) {
        guard let parts = FunParts(fun) else { return sink.append("#Fun<>") }
        sink.append("#Fun<")
        write(name: parts.module.name, to: &sink)
        sink.append(UInt8(ascii: "."))
        sink.append(decimal: parts.index)
        sink.append(UInt8(ascii: "."))
        sink.append(decimal: parts.uniq)
        sink.append(UInt8(ascii: ">"))
    }

    private static func write(name: String, to sink: inout TextSink) {
        guard needsQuotes(name) else { return sink.append(name) }
        sink.append(UInt8(ascii: "'"))
        for scalar in name.unicodeScalars {
            switch scalar.value {
            case 0x1B: sink.append("\\033")
            default: EscapedText.write(scalar, quote: "'", to: &sink)
            }
        }
        sink.append(UInt8(ascii: "'"))
    }

    private static func needsQuotes(_ name: String) -> Bool {
        var isFirst = true
        for scalar in name.unicodeScalars {
            switch scalar.value {
            case 0x61...0x7A, 0xDF...0xF6, 0xF8...0xFF: break
            case 0x30...0x39, 0x41...0x5A, 0x5F, 0xC0...0xD6, 0xD8...0xDE: if isFirst { return true }
            default: return true
            }
            isFirst = false
        }
        return isFirst
    }
}

/// What NEW_FUN_EXT says about its code: tag, size (4), arity (1), hash (16), index (4), number of free variables (4),
/// then module, old index and old uniq as terms.
struct FunParts {
    var module: Atom
    var index: Int
    /// OldUniq, the number that the text shows.
    var uniq: Int

    init?(_ fun: OpaqueFun) {
        let head = 1 + 4 + 1 + 16 + 4 + 4
        guard fun.encoded.count > head else { return nil }
        // The terms behind the head, read with the version byte put in front of each. An atom has at most 255
        // characters, so that the three lie in the first 1100 bytes; the free variables behind them may be large.
        var rest = fun.encoded[head...].prefix(1100)
        func next() -> TermKind? {
            guard let term = try? DecodedTerm(packet: [131] + rest) else { return nil }
            rest = rest.dropFirst(term.endOffset - 1)
            return term.root.kind
        }
        guard case .atom(let module)? = next(), case .integer(let index)? = next(), case .integer(let uniq)? = next()
        else { return nil }
        self.module = module
        self.index = index
        self.uniq = uniq
    }
}
