/// Reads the expressions of a file as `erl_parse:parse_exprs/1` does, as far as `Expression` has forms for them.
///
/// A form that it has not is passed over to its end, which brackets and `end` give, and becomes `.other`; so what
/// stands around it is understood. Only what no Erlang can read is an error.
package struct ExpressionParser {
    /// Nesting of expressions; the parser is recursive.
    static let depthLimit = 100
    /// Tokens of a text: each takes about a hundred bytes.
    static let tokenLimit = 200_000

    private let source: [UInt8]
    private let tokens: [TermToken]
    /// Where each token stands; counted in one pass, since a place for each expression is wanted.
    private let positions: [SourcePosition]
    private var index = 0
    private var depth = 0

    /// The expressions of the text, which commas part and a period ends.
    ///
    /// - Parameter bytes: UTF-8 or, where a comment says so or it is no UTF-8, Latin-1.
    package static func parse(bytes: [UInt8]) throws(TermSyntaxError) -> [Expression] {
        var parser = try ExpressionParser(SourceEncoding.utf8OrLatin1(bytes))
        var expressions = [try parser.expression()]
        while parser.take(",") { expressions.append(try parser.expression()) }
        guard parser.current.kind == .dot else { throw parser.syntaxError() }
        parser.index += 1
        guard parser.current.kind == .end else { throw parser.syntaxError() }
        return expressions
    }

    private init(_ source: [UInt8]) throws(TermSyntaxError) {
        self.source = source
        var scanner = TermScanner(source)
        var tokens: [TermToken] = []
        repeat {
            tokens.append(try scanner.next())
            guard tokens.count <= Self.tokenLimit else {
                throw scanner.failure("more than \(Self.tokenLimit) words", at: scanner.offset)
            }
        } while tokens.last?.kind != .end
        self.tokens = tokens
        var place = SourcePosition(line: 1, column: 1)
        var offset = 0
        positions = tokens.map { token in
            place.advance(over: source[offset..<token.start])
            offset = token.start
            return place
        }
    }

    // MARK: Tokens

    /// The last one is `.end`, behind which nothing goes.
    private var current: TermToken { tokens[min(index, tokens.count - 1)] }

    private mutating func take(_ mark: String) -> Bool {
        guard current.kind == .mark(mark) else { return false }
        index += 1
        return true
    }

    private var place: SourcePosition { positions[min(index, tokens.count - 1)] }

    private func syntaxError() -> TermSyntaxError {
        TermSyntaxError(at: place, "syntax error before: " + current.spelling)
    }

    // MARK: Expressions

    /// The form is none that is known, or something else stands where it should go on.
    private enum Refusal: Error {
        case unknown
        case syntax(TermSyntaxError)
    }

    private mutating func expression() throws(TermSyntaxError) -> Expression {
        let start = index
        guard depth < Self.depthLimit else {
            throw TermSyntaxError(at: place, "nested deeper than \(Self.depthLimit)")
        }
        depth += 1
        defer { depth -= 1 }
        do throws(Refusal) {
            let found = try infix(above: 0)
            if endsExpression(current.kind) { return found }
        } catch {
            if case .syntax(let error) = error { throw error }
        }
        index = start
        return try passOver()
    }

    private mutating func operand() throws(Refusal) -> Expression {
        do throws(TermSyntaxError) { return try expression() } catch { throw .syntax(error) }
    }

    /// Operators with their strength (`erl_parse:inop_prec/1`), weakest first; `++` and `--` group to the right.
    private static let strengths: [String: Int] = [
        "++": 1, "--": 1, "+": 2, "-": 2, "bor": 2, "bxor": 2, "bsl": 2, "bsr": 2, "*": 3, "/": 3, "div": 3, "rem": 3,
        "band": 3,
    ]

    private mutating func infix(above strength: Int) throws(Refusal) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth < 2 * Self.depthLimit else { throw .unknown }
        var left = try prefix()
        var count = 0
        while let sign = current.kind.sign, let own = Self.strengths[sign], own > strength {
            // A chain is a tree as deep as it is long.
            count += 1
            guard count < Self.depthLimit else { throw .unknown }
            index += 1
            let right = try infix(above: own == 1 ? 0 : own)
            left = Expression(form: .infix(sign, left, right), position: left.position)
        }
        return left
    }

    private mutating func prefix() throws(Refusal) -> Expression {
        let place = place
        guard let sign = current.kind.sign, ["-", "+", "bnot", "not"].contains(sign) else { return try primary(place) }
        index += 1
        depth += 1
        defer { depth -= 1 }
        guard depth < 2 * Self.depthLimit else { throw .unknown }
        return Expression(form: .prefix(sign, try prefix()), position: place)
    }

    private mutating func primary(_ place: SourcePosition) throws(Refusal) -> Expression {
        let token = current
        index += 1
        let form: Expression.Form
        switch token.kind {
        case .integer(let number): form = .constant(number)
        case .float(let value): form = .constant(.float(value))
        case .character(let code): form = .constant(.integer(Int(code)))
        case .string(var codes):
            while case .string(let more) = current.kind {
                codes += more
                index += 1
            }
            form = .constant(.list(codes.map { .integer(Int($0)) }))
        case .stringSigil(let codes): form = .constant(.list(codes.map { .integer(Int($0)) }))
        case .binarySigil(let bytes): form = .constant(.binary(bytes))
        case .atom(let name): form = try atomOrCall(name)
        case .mark("["): form = try list()
        case .mark("{"): form = .tuple(try elements(until: "}"))
        case .mark("#") where take("{"): form = .map(try pairs())
        case .mark("<<"): form = .constant(try binary(from: token))
        case .mark("("):
            let inner = try operand()
            guard take(")") else { throw .unknown }
            return inner
        case .keyword("fun"): form = try fun()
        default: throw .unknown
        }
        return Expression(form: form, position: place)
    }

    private mutating func atomOrCall(_ name: String) throws(Refusal) -> Expression.Form {
        if take("(") { return .call(module: "erlang", function: name, try elements(until: ")")) }
        guard take(":") else { return .constant(.atom(Atom(name))) }
        guard case .atom(let function) = current.kind else { throw .unknown }
        index += 1
        guard take("(") else { throw .unknown }
        return .call(module: name, function: function, try elements(until: ")"))
    }

    private mutating func elements(until end: String) throws(Refusal) -> [Expression] {
        if take(end) { return [] }
        var elements = [try operand()]
        while take(",") { elements.append(try operand()) }
        guard take(end) else { throw .unknown }
        return elements
    }

    private mutating func list() throws(Refusal) -> Expression.Form {
        if take("]") { return .constant(.list([])) }
        var elements = [try operand()]
        while take(",") { elements.append(try operand()) }
        let tail: Expression? = take("|") ? try operand() : nil
        guard take("]") else { throw .unknown }
        return .list(elements, tail: tail)
    }

    private mutating func pairs() throws(Refusal) -> [Expression] {
        if take("}") { return [] }
        var parts: [Expression] = []
        repeat {
            parts.append(try operand())
            guard take("=>") else { throw .unknown }
            parts.append(try operand())
        } while take(",")
        guard take("}") else { throw .unknown }
        return parts
    }

    /// The parser of terms knows all that may stand in a binary without variables.
    private mutating func binary(from opening: TermToken) throws(Refusal) -> Term {
        var level = 1
        while level > 0 {
            switch current.kind {
            case .mark("<<"): level += 1
            case .mark(">>"): level -= 1
            case .end, .dot: throw .unknown
            default: break
            }
            index += 1
        }
        let text = Array(source[opening.start..<tokens[index - 1].end])
        do throws(TermSyntaxError) { return try TermParser.parse(one: text) } catch { throw .unknown }
    }

    /// `fun m:f/1` and `fun() -> A end`.
    private mutating func fun() throws(Refusal) -> Expression.Form {
        if take("(") {
            guard take(")"), take("->") else { throw .unknown }
            let body = try operand()
            guard current.kind == .keyword("end") else { throw .unknown }
            index += 1
            return .constantFun(body)
        }
        guard case .atom(let module) = current.kind else { throw .unknown }
        index += 1
        guard take(":"), case .atom(let function) = current.kind else { throw .unknown }
        index += 1
        guard take("/"), case .integer(.integer(let arity)) = current.kind, arity <= 255 else { throw .unknown }
        index += 1
        return .constant(.exportFun(module: Atom(module), function: Atom(function), arity: arity))
    }

    // MARK: What is not understood

    private func endsExpression(_ kind: TermToken.Kind) -> Bool {
        switch kind {
        case .mark(","), .mark("]"), .mark("}"), .mark(")"), .mark("|"), .mark("=>"), .keyword("end"), .dot, .end: true
        default: false
        }
    }

    private static let opening: [String: String] = ["[": "]", "{": "}", "(": ")", "<<": ">>"]

    /// To the end of the expression that begins here.
    private mutating func passOver() throws(TermSyntaxError) -> Expression {
        let (start, place) = (current, place)
        var ends: [TermToken.Kind] = []
        var isBehindOperand = false
        while !(ends.isEmpty && endsExpression(current.kind)) {
            let token = current
            switch token.kind {
            case .mark(let mark) where Self.opening[mark] != nil:
                ends.append(.mark(Self.opening[mark] ?? ""))
            case .keyword("begin"), .keyword("case"), .keyword("if"), .keyword("receive"), .keyword("try"):
                ends.append(.keyword("end"))
            case .keyword("fun") where opensBody: ends.append(.keyword("end"))
            case .mark("]"), .mark("}"), .mark(")"), .mark(">>"), .keyword("end"):
                guard ends.popLast() == token.kind else { throw syntaxError() }
            case .dot, .end: throw syntaxError()
            default:
                // No two names or numbers stand side by side in Erlang.
                if isBehindOperand, token.kind.isOperand { throw syntaxError() }
            }
            isBehindOperand = token.kind.isOperand
            index += 1
        }
        guard current.start > start.start else { throw syntaxError() }
        return Expression(form: .other(excerpt(from: start.start, to: tokens[index - 1].end)), position: place)
    }

    /// `fun (` and `fun Name (` have a body and an `end`, `fun f/1` and `fun m:f/1` have not.
    private var opensBody: Bool {
        guard index + 2 < tokens.count else { return false }
        if case .variable = tokens[index + 1].kind { return tokens[index + 2].kind == .mark("(") }
        return tokens[index + 1].kind == .mark("(")
    }

    /// At most this many characters of what is not understood stand in a message.
    private static let excerptLimit = 60

    private func excerpt(from start: Int, to end: Int) -> String {
        let words = String(decoding: source[start..<end], as: UTF8.self).split { $0.isWhitespace }
        let text = words.joined(separator: " ")
        return text.count > Self.excerptLimit ? text.prefix(Self.excerptLimit) + "..." : text
    }
}

extension TermToken.Kind {
    /// What may stand between or before operands.
    fileprivate var sign: String? {
        switch self {
        case .mark(let text), .keyword(let text): text
        default: nil
        }
    }

    fileprivate var isOperand: Bool {
        switch self {
        case .integer, .float, .character, .atom, .variable, .binarySigil: true
        default: false
        }
    }
}
