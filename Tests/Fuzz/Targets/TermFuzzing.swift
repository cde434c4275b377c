import ErlangTerm

/// Promises of the codec, the printer and the parser.
enum TermFuzzing {
    private static let limits = TermLimits(depth: 1000, terms: 1 << 18, atoms: 1 << 12, uncompressedBytes: 1 << 20)

    static func binary(_ input: [UInt8]) throws(FuzzFinding) {
        guard let decoded = try? DecodedTerm(packet: input, limits: limits) else { return }
        try FuzzFinding.check(decoded.endOffset <= input.count, "the term ends behind the packet")
        let term = decoded.root.term
        let encoded = term.encoded
        let again: DecodedTerm
        do { again = try DecodedTerm(packet: encoded, limits: .standard) } catch {
            throw FuzzFinding("what was encoded does not decode: \(error)")
        }
        try FuzzFinding.check(again.endOffset == encoded.count, "bytes behind what was encoded")
        try FuzzFinding.check(again.root.term.encoded == encoded, "encoding what was decoded gives other bytes")
        // A compressed term stands in memory of its own, the packet holds its packed form.
        var copy = TermEncoder()
        copy.writeVersion()
        copy.write(decoded.root)
        do { _ = try DecodedTerm(packet: copy.bytes, limits: .standard) } catch {
            throw FuzzFinding("a copied subterm does not decode: \(error)")
        }
        try print(decoded.root, term)
    }

    static func text(_ input: [UInt8]) throws(FuzzFinding) {
        // A few characters make a binary as large as it may be, and a fuzzer wants to try many.
        let limits = TermParser.Limits(depth: TermParser.Limits.standard.depth, binaryBytes: 1 << 20)
        if let term = try? TermParser.parse(one: input, limits: limits) { try print(term) }
        _ = try? TermParser.parse(arguments: input, limits: limits)
        let plain = Result { () throws(TermSyntaxError) in try TermParser.consult(bytes: input, limits: limits) }
        let located = Result { () throws(TermSyntaxError) in
            try TermParser.consultLocated(bytes: input, limits: limits)
        }
        switch (plain, located) {
        case (.success(let terms), .success(let places)):
            try FuzzFinding.check(terms == places.map(\.term), "terms differ with and without places")
            for term in terms { try print(term) }
        case (.failure(let one), .failure(let other)):
            try FuzzFinding.check(one.message == other.message, "\(one.message), with places \(other.message)")
        default:
            throw FuzzFinding("only one of consult and consultLocated reads it")
        }
    }

    private static func print(_ term: Term) throws(FuzzFinding) {
        guard let decoded = try? DecodedTerm(packet: term.encoded) else {
            throw FuzzFinding("what was parsed does not survive its encoding")
        }
        try FuzzFinding.check(decoded.root.term == term, "what was parsed changes on the wire")
        try print(decoded.root, term)
    }

    /// What is printed reads back as the same term, wherever it has a syntax.
    private static func print(_ view: TermView, _ term: Term) throws(FuzzFinding) {
        let hasSyntax = isReadable(term)
        for printer in printers {
            let text = printer.text(view)
            guard hasSyntax else { continue }
            var reprinted = try reprint(text, printer)
            // Large maps are printed from the last pair to the first, so that every second time is the same.
            if reprinted != text { reprinted = try reprint(reprinted, printer) }
            try FuzzFinding.check(
                reprinted == text, "printed \(text.prefix(200)), read and printed again \(reprinted.prefix(200))")
        }
    }

    private static func reprint(_ text: String, _ printer: TermPrinter) throws(FuzzFinding) -> String {
        do throws(TermSyntaxError) {
            return printer.text(try TermParser.parse(one: text))
        } catch {
            throw FuzzFinding("what was printed cannot be read: \(text.prefix(200)): \(error.message)")
        }
    }

    private static let printers = [
        TermPrinter(), TermPrinter(style: .plain), TermPrinter(width: 10, range: .unicode, dialect: .otp25),
        TermPrinter(width: 0, column: 70, range: .unicode, dialect: .otp28, localNode: "a@b"),
    ]

    /// Identifiers, funs and records are printed for people only.
    private static func isReadable(_ root: Term) -> Bool {
        var rest = [root]
        while let term = rest.popLast() {
            switch term {
            case .integer, .bigInteger, .float, .atom, .binary, .bitString: break
            case .tuple(let parts), .list(let parts): rest += parts
            case .improperList(let parts, let tail): rest += parts + [tail]
            case .map(let pairs): for pair in pairs { rest += [pair.key, pair.value] }
            case .pid, .port, .reference, .fun, .exportFun, .nativeRecord: return false
            }
        }
        return true
    }
}
