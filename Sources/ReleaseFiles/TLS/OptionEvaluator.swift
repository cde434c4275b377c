import ErlangTerm

/// Works out what the expressions of an option file come to, as `ssl_dist_sup:consult/1` does by `erl_eval`: operators,
/// funs without arguments, and the functions of `OptionFunctions`. What cannot be worked out is `.unknown`; whether that
/// matters the reader of options decides.
struct OptionEvaluator {
    let functions: OptionFunctions

    init(environment: [String: String], files: any FileSource) {
        functions = OptionFunctions(environment: environment, files: files)
    }

    /// The parser has put a limit to the depth.
    func value(of expression: Expression) -> OptionValue {
        OptionValue(content: content(of: expression), position: expression.position)
    }

    private func content(of expression: Expression) -> OptionValue.Content {
        switch expression.form {
        case .constant(let term): return .term(term)
        case .list(let elements, let tail):
            let values = elements.map(value(of:))
            guard let tail else { return .list(values) }
            guard let more = value(of: tail).elements else { return .unknown("a list with a tail") }
            return .list(values + more)
        case .tuple(let elements): return .tuple(elements.map(value(of:)))
        case .map(let parts): return .map(parts.map(value(of:)))
        case .constantFun(let body): return .constantFun(value(of: body))
        case .call(let module, let function, let arguments):
            return functions.call(module, function, arguments.map(value(of:)))
                ?? .unknown("\(module):\(function)/\(arguments.count)")
        case .prefix(let sign, let operand):
            return Self.apply(sign, value(of: operand)) ?? .unknown("\(sign) and an operand")
        case .infix(let sign, let left, let right):
            return Self.apply(sign, value(of: left), value(of: right)) ?? .unknown("an expression with \(sign)")
        case .other(let text): return .unknown(text)
        }
    }

    private static func apply(_ sign: String, _ operand: OptionValue) -> OptionValue.Content? {
        guard let term = operand.term else { return nil }
        switch (sign, term) {
        case ("+", .integer), ("+", .float): return .term(term)
        case ("-", .integer(let value)):
            let (result, overflow) = 0.subtractingReportingOverflow(value)
            return overflow ? nil : .term(.integer(result))
        case ("-", .float(let value)): return .term(.float(-value))
        case ("bnot", .integer(let value)): return .term(.integer(~value))
        case ("not", .atom("true")): return .term(.atom("false"))
        case ("not", .atom("false")): return .term(.atom("true"))
        default: return nil
        }
    }

    private static func apply(_ sign: String, _ left: OptionValue, _ right: OptionValue) -> OptionValue.Content? {
        if sign == "++" {
            // Of characters there may be many.
            if case .term(.list(let first)) = left.content, case .term(.list(let second)) = right.content {
                return .term(.list(first + second))
            }
            guard let first = left.elements, let second = right.elements else { return nil }
            return .list(first + second)
        }
        if sign == "--" {
            guard case .list(var rest) = left.term, case .list(let taken) = right.term,
                rest.count * taken.count <= 1 << 20
            else { return nil }
            for element in taken { if let index = rest.firstIndex(of: element) { rest.remove(at: index) } }
            return .term(.list(rest))
        }
        guard case .integer(let first) = left.term, case .integer(let second) = right.term else { return nil }
        return arithmetic(sign, first, second).map { .term(.integer($0)) }
    }

    /// Nil beyond `Int` and for what has no result: no option takes such numbers.
    private static func arithmetic(_ sign: String, _ left: Int, _ right: Int) -> Int? {
        let result: (partialValue: Int, overflow: Bool)
        switch sign {
        case "+": result = left.addingReportingOverflow(right)
        case "-": result = left.subtractingReportingOverflow(right)
        case "*": result = left.multipliedReportingOverflow(by: right)
        case "div": result = left.dividedReportingOverflow(by: right)
        case "rem": result = left.remainderReportingOverflow(dividingBy: right)
        case "band": return left & right
        case "bor": return left | right
        case "bxor": return left ^ right
        case "bsl" where (0..<62).contains(right) && abs(left.magnitude.leadingZeroBitCount) > right + 1:
            return left << right
        case "bsr" where right >= 0: return left >> right
        default: return nil
        }
        return result.overflow ? nil : result.partialValue
    }
}
