extension TermParser {
    /// `<<…>>` behind its opening.
    mutating func parseBinary(opening: TermToken, depth: Int) throws(TermSyntaxError) -> Term {
        guard depth < Self.binaryDepthLimit else {
            throw scanner.failure("term nested deeper than \(Self.binaryDepthLimit)", at: opening.start)
        }
        var bits = BitBuilder(limit: limits.binaryBytes)
        if try take(">>") { return bits.term }
        while true {
            let value = try parseSegmentValue(depth: depth)
            let form = try parseSegmentForm()
            do throws(BitBuilder.Refusal) {
                try bits.append(value, form)
            } catch {
                throw badTerm(at: opening, error.reason)
            }
            if try take(">>") { return bits.term }
            try expect(",")
        }
    }

    /// Binaries within binaries are rare, and this level is recursive.
    private static let binaryDepthLimit = 50

    private mutating func parseSegmentValue(depth: Int) throws(TermSyntaxError) -> SegmentValue {
        let token = try take()
        switch token.kind {
        case .integer(let number): return .number(number)
        case .character(let code): return .number(.integer(Int(code)))
        case .float(let value): return .number(.float(value))
        case .mark("-"), .mark("+"): return .number(try parseSigned(token))
        case .string(let codes): return .characters(try joinStrings(codes))
        case .stringSigil(let codes): return .characters(codes)
        case .binarySigil(let bytes): return .bits(bytes, bitCount: bytes.count * 8)
        case .mark("<<"):
            switch try parseBinary(opening: token, depth: depth + 1) {
            case .bitString(let bits):
                return .bits(bits.bytes, bitCount: bits.bytes.count * 8 - 8 + bits.bitsInLastByte)
            case .binary(let bytes):
                return .bits(bytes, bitCount: bytes.count * 8)
            default:
                throw badTerm(at: token)
            }
        case .mark("("):
            guard depth < Self.binaryDepthLimit else { throw badTerm(at: token) }
            let value = try parseSegmentValue(depth: depth + 1)
            try expect(")")
            return value
        case .atom, .variable: throw badTerm(at: token)
        default: throw syntaxError(before: token)
        }
    }

    /// `:Size` and `/type-list`.
    private mutating func parseSegmentForm() throws(TermSyntaxError) -> SegmentForm {
        var form = SegmentForm()
        if try take(":") {
            let isWrapped = try take("(")
            form.size = try parseCount()
            if isWrapped { try expect(")") }
        }
        guard try take("/") else { return form }
        repeat {
            let token = try take()
            guard case .atom(let word) = token.kind else { throw syntaxError(before: token) }
            if word == "unit" {
                try expect(":")
                form.unit = try parseCount()
            } else if !form.set(word) {
                throw badTerm(at: token, "undefined bit type '\(word)'")
            }
        } while try take("-")
        return form
    }

    private mutating func parseCount() throws(TermSyntaxError) -> Int {
        let token = try take()
        switch token.kind {
        case .integer(.integer(let count)): return count
        case .character(let code): return Int(code)
        case .integer, .atom, .variable, .mark("-"): throw badTerm(at: token, "not a size")
        default: throw syntaxError(before: token)
        }
    }
}
