/// Reads terms as `file:consult/1` and `erl_parse:parse_term/1` do.
///
/// Containers are kept on a stack of our own, so that no nesting can overflow the thread's.
package struct TermParser {
    /// What a text may ask for at most.
    package struct Limits: Sendable {
        /// Nesting of containers.
        package var depth: Int
        /// Bytes of one binary: `<<0:99999999999>>` is short to write.
        package var binaryBytes: Int

        package init(depth: Int, binaryBytes: Int) {
            self.depth = depth
            self.binaryBytes = binaryBytes
        }

        /// The depth is that of the decoder (`TermLimits.standard`).
        package static let standard = Limits(depth: TermLimits.standard.depth, binaryBytes: 64 << 20)
    }

    var scanner: TermScanner
    let limits: Limits
    private let keepsPlaces: Bool
    private var lookahead: TermToken?
    private var frames: [Frame] = []

    init(_ bytes: [UInt8], limits: Limits, keepsPlaces: Bool = false) {
        scanner = TermScanner(bytes)
        self.limits = limits
        self.keepsPlaces = keepsPlaces
    }

    // MARK: Entry points

    /// One term, with or without the final period.
    package static func parse(
        one source: [UInt8], limits: Limits = .standard
    ) throws(TermSyntaxError) -> Term {
        var parser = TermParser(source, limits: limits)
        let term = try parser.parseTerm().term
        if try parser.peek().kind == .dot { _ = try parser.take() }
        let next = try parser.take()
        guard next.kind == .end else { throw parser.syntaxError(before: next) }
        return term
    }

    /// One term, with or without the final period.
    package static func parse(one source: String, limits: Limits = .standard) throws(TermSyntaxError) -> Term {
        try parse(one: Array(source.utf8), limits: limits)
    }

    /// A list of arguments as `apply/3` takes it: `[1, "a"]`.
    ///
    /// - Throws: `TermSyntaxError` also for a term that is not a proper list.
    package static func parse(
        arguments source: [UInt8], limits: Limits = .standard
    ) throws(TermSyntaxError) -> [Term] {
        guard case .list(let arguments) = try parse(one: source, limits: limits) else {
            throw TermSyntaxError(at: SourcePosition(line: 1, column: 1), "bad argument list: not a proper list")
        }
        return arguments
    }

    /// A list of arguments as `apply/3` takes it: `[1, "a"]`.
    package static func parse(
        arguments source: String, limits: Limits = .standard
    ) throws(TermSyntaxError) -> [Term] {
        try parse(arguments: Array(source.utf8), limits: limits)
    }

    /// All terms of a file, each ended by a period. `%% coding: latin-1` in the first two lines is honoured.
    package static func consult(
        bytes: [UInt8], limits: Limits = .standard
    ) throws(TermSyntaxError) -> [Term] {
        var parser = TermParser(SourceEncoding.utf8(bytes), limits: limits)
        var terms: [Term] = []
        while try parser.peek().kind != .end {
            terms.append(try parser.parseTerm().term)
            try parser.expectDot()
        }
        return terms
    }

    /// As `consult`, with places for messages.
    package static func consultLocated(
        bytes: [UInt8], limits: Limits = .standard
    ) throws(TermSyntaxError) -> [LocatedTerm] {
        let source = SourceEncoding.utf8(bytes)
        var parser = TermParser(source, limits: limits, keepsPlaces: true)
        var terms: [LocatedTerm] = []
        while try parser.peek().kind != .end {
            terms.append(try parser.parseTerm().located(in: source))
            try parser.expectDot()
        }
        return terms
    }

    private mutating func expectDot() throws(TermSyntaxError) {
        let next = try take()
        guard next.kind == .dot else { throw syntaxError(before: next) }
    }

    // MARK: Tokens

    mutating func peek() throws(TermSyntaxError) -> TermToken {
        if let lookahead { return lookahead }
        let token = try scanner.next()
        lookahead = token
        return token
    }

    mutating func take() throws(TermSyntaxError) -> TermToken {
        let token = try peek()
        lookahead = nil
        return token
    }

    /// Takes the next token if it is this mark.
    mutating func take(_ mark: String) throws(TermSyntaxError) -> Bool {
        guard try peek().kind == .mark(mark) else { return false }
        lookahead = nil
        return true
    }

    mutating func expect(_ mark: String) throws(TermSyntaxError) {
        guard try take(mark) else { throw syntaxError(before: try take()) }
    }

    func syntaxError(before token: TermToken) -> TermSyntaxError {
        scanner.failure("syntax error before: " + token.spelling, at: token.start)
    }

    /// For what is an expression but not a term.
    func badTerm(at token: TermToken, _ reason: String? = nil) -> TermSyntaxError {
        scanner.failure("bad term" + (reason.map { ": " + $0 } ?? ""), at: token.start)
    }

    // MARK: Terms

    /// A container whose end has not come yet.
    private struct Frame {
        enum Kind {
            case list, listTail, tuple, mapKey, mapValue, parentheses
        }

        var kind: Kind
        var opening: TermToken
        /// Elements; for a map, keys and values by turns.
        var terms: [Term] = []
        var places: [TermPlace] = []
    }

    /// A finished term; `children` only when places are kept.
    struct Parsed {
        var term: Term
        var place: TermPlace

        func located(in source: [UInt8]) -> LocatedTerm { place.located(term, in: source) }
    }

    private mutating func parseTerm() throws(TermSyntaxError) -> Parsed {
        frames.removeAll()
        while true {
            guard var value = try startTerm() else { continue }
            while true {
                guard !frames.isEmpty else { return value }
                guard let outer = try close(with: value) else { break }
                value = outer
            }
        }
    }

    private mutating func open(_ kind: Frame.Kind, at token: TermToken) throws(TermSyntaxError) {
        guard frames.count < limits.depth else {
            throw scanner.failure("term nested deeper than \(limits.depth)", at: token.start)
        }
        frames.append(Frame(kind: kind, opening: token))
    }

    /// A leaf or an empty container; nil when a container was opened, whose first element comes next.
    private mutating func startTerm() throws(TermSyntaxError) -> Parsed? {
        let token = try take()
        let term: Term
        switch token.kind {
        case .mark("["):
            guard try take("]") else {
                try open(.list, at: token)
                return nil
            }
            term = .list([])
        case .mark("{"):
            guard try take("}") else {
                try open(.tuple, at: token)
                return nil
            }
            term = .tuple([])
        case .mark("("):
            try open(.parentheses, at: token)
            return nil
        case .mark("#"):
            guard try take("{") else { throw try recordOrSyntaxError(token) }
            guard try take("}") else {
                try open(.mapKey, at: token)
                return nil
            }
            term = .map([])
        case .mark("<<"):
            term = try parseBinary(opening: token, depth: 0)
        case .keyword("fun"):
            term = try parseFun(token)
        default:
            term = try parseLeaf(token)
        }
        return Parsed(term: term, place: TermPlace(offset: token.start))
    }

    private mutating func recordOrSyntaxError(_ token: TermToken) throws(TermSyntaxError) -> TermSyntaxError {
        let next = try peek()
        if case .atom = next.kind { return badTerm(at: token, "records have no meaning here") }
        return syntaxError(before: next)
    }

    /// Numbers with or without a sign, atoms, strings.
    private mutating func parseLeaf(_ token: TermToken) throws(TermSyntaxError) -> Term {
        switch token.kind {
        case .integer(let number): return number
        case .float(let value): return .float(value)
        case .character(let code): return .integer(Int(code))
        case .atom(let name):
            if try peek().kind == .mark("(") { throw badTerm(at: token, "nothing is called here") }
            return .atom(Atom(name))
        case .string(let codes):
            return Self.list(try joinStrings(codes))
        case .stringSigil(let codes): return Self.list(codes)
        case .binarySigil(let bytes): return .binary(bytes)
        case .mark("-"), .mark("+"): return try parseSigned(token)
        case .variable(let name): throw badTerm(at: token, "variable '\(name)' is unbound")
        default: throw syntaxError(before: token)
        }
    }

    /// `"a" "b"` is one string.
    mutating func joinStrings(_ first: [UInt32]) throws(TermSyntaxError) -> [UInt32] {
        var codes = first
        while case .string(let more) = try peek().kind {
            lookahead = nil
            codes += more
        }
        return codes
    }

    private static func list(_ codes: [UInt32]) -> Term { .list(codes.map { .integer(Int($0)) }) }

    /// A sign and a number; a sign before anything else is an expression.
    mutating func parseSigned(_ sign: TermToken) throws(TermSyntaxError) -> Term {
        let isNegative = sign.kind == .mark("-")
        let token = try take()
        switch token.kind {
        case .integer(let number): return isNegative ? IntegerLiteral.negated(number) : number
        case .float(let value): return .float(isNegative ? -value : value)
        case .character(let code): return .integer(isNegative ? -Int(code) : Int(code))
        case .end, .dot: throw syntaxError(before: token)
        default: throw badTerm(at: sign, "a sign needs a number")
        }
    }

    /// `fun M:F/A`.
    private mutating func parseFun(_ token: TermToken) throws(TermSyntaxError) -> Term {
        let module = try take()
        guard case .atom(let moduleName) = module.kind else { throw syntaxError(before: module) }
        if try peek().kind == .mark("/") { throw badTerm(at: token, "a fun needs its module") }
        try expect(":")
        let function = try take()
        guard case .atom(let functionName) = function.kind else { throw syntaxError(before: function) }
        try expect("/")
        let arity = try take()
        guard case .integer(let number) = arity.kind else { throw syntaxError(before: arity) }
        guard case .integer(let count) = number, count <= 255 else { throw badTerm(at: token) }
        return .exportFun(module: Atom(moduleName), function: Atom(functionName), arity: count)
    }

    /// Gives a finished term to the innermost container.
    ///
    /// - Returns: the container when this ended it, nil when its next element comes.
    private mutating func close(with value: Parsed) throws(TermSyntaxError) -> Parsed? {
        guard var frame = frames.popLast() else { return value }
        let token = try take()
        if frame.kind == .parentheses {
            guard token.kind == .mark(")") else { throw syntaxError(before: token) }
            return value
        }
        frame.terms.append(value.term)
        if keepsPlaces { frame.places.append(value.place) }
        switch (frame.kind, token.kind) {
        case (.list, .mark(",")), (.tuple, .mark(",")):
            frames.append(frame)
            return nil
        case (.list, .mark("|")):
            frame.kind = .listTail
            frames.append(frame)
            return nil
        case (.mapKey, .mark("=>")):
            frame.kind = .mapValue
            frames.append(frame)
            return nil
        case (.mapValue, .mark(",")):
            frame.kind = .mapKey
            frames.append(frame)
            return nil
        case (.mapKey, .mark(":=")):
            throw badTerm(at: frame.opening, "':=' has no meaning here")
        case (.list, .mark("]")), (.listTail, .mark("]")), (.tuple, .mark("}")), (.mapValue, .mark("}")):
            let place = TermPlace(offset: frame.opening.start, children: frame.places)
            return Parsed(term: Self.container(frame.kind, frame.terms), place: place)
        default:
            throw syntaxError(before: token)
        }
    }

    private static func container(_ kind: Frame.Kind, _ terms: [Term]) -> Term {
        switch kind {
        case .tuple: .tuple(terms)
        case .mapKey, .mapValue: .map(pairs(terms))
        case .listTail: cons(terms)
        case .list, .parentheses: .list(terms)
        }
    }

    /// The last element is the tail.
    private static func cons(_ terms: [Term]) -> Term {
        guard let tail = terms.last else { return .list([]) }
        let elements = terms.dropLast()
        switch tail {
        case .list(let more): return .list(elements + more)
        case .improperList(let more, let end): return .improperList(elements + more, tail: end)
        default: return .improperList(Array(elements), tail: tail)
        }
    }

    /// Of equal keys the last one's value counts (`maps:from_list/1`).
    private static func pairs(_ terms: [Term]) -> [MapPair] {
        var pairs: [MapPair] = []
        var places: [Term: Int] = [:]
        for index in stride(from: 0, to: terms.count - 1, by: 2) {
            if let place = places[terms[index]] {
                pairs[place].value = terms[index + 1]
            } else {
                places[terms[index]] = pairs.count
                pairs.append(MapPair(terms[index], terms[index + 1]))
            }
        }
        return pairs
    }
}

/// Byte offsets of a term and its parts.
struct TermPlace {
    var offset: Int
    var children: [TermPlace] = []

    func located(_ term: Term, in source: [UInt8]) -> LocatedTerm {
        let parts: [Term] =
            switch term {
            case .tuple(let elements), .list(let elements): elements
            case .map(let pairs): pairs.flatMap { [$0.key, $0.value] }
            default: []
            }
        let located = zip(parts, children).map { part, place in place.located(part, in: source) }
        return LocatedTerm(term: term, position: SourcePosition(offset: offset, in: source), children: located)
    }
}
