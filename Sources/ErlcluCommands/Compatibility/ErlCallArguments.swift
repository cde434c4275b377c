/// erl_call's flags (erl_interface, `erl_call(1)`): letters and words behind one dash.
struct ErlCallArguments: Sendable {
    /// `-name`, `-sname` or `-n`; `-n` takes either kind.
    var node: String?
    /// `[HOST:]PORT` of `-address`.
    var address: String?
    var cookie: String?
    /// `--cookie-file` and `--cookie-env`, which erl_call itself has not.
    var cookieSource = CookieSourceOption()
    /// The text of `-a`: module, function and argument list, all in one argument.
    var application: String?
    /// `-e`: expressions on standard input.
    var evaluatesInput = false
    /// `-q`: halt the node.
    var halts = false
    /// `--yes`, which erl_call itself has not: a protected node is meant to be stopped.
    var isEndingMeant = false
    var fetchesOutput = false
    var printsResult = true
    var timeoutSeconds: Int?
    /// Flags that we cannot follow, with the reason.
    var unsupported: (flag: String, reason: String)?

    static let usage = """
        Usage: erl_call [-[qdersv]] [-c Cookie] [-h HiddenName]
                        [-fetch_stdout] [-no_result_term] [-timeout Secs]
                        -n Node | -name Node | -sname Node | -address [Host:]Port
                        -a 'Mod [Fun [Args]]' | -e

        """

    /// - Throws: the usage line's reason.
    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "-n", "-name", "-sname": node = try Self.value(of: argument, &rest)
            case "-address": address = try Self.value(of: argument, &rest)
            case "-a": application = try Self.value(of: argument, &rest)
            case "-c": cookie = try Self.value(of: argument, &rest)
            case "-h", "-x": _ = try Self.value(of: argument, &rest)
            case "-timeout":
                let text = try Self.value(of: argument, &rest)
                guard let seconds = Int(text), (0...31_622_400).contains(seconds) else {
                    throw .invalidValue(
                        place: "-timeout", value: text, expected: "a number of seconds", suggestion: nil)
                }
                timeoutSeconds = seconds
            case "--yes": isEndingMeant = true
            case "-fetch_stdout": fetchesOutput = true
            case "-no_result_term": printsResult = false
            case _ where cookieSource.takes(argument, &rest): break
            default: try takeLetters(argument)
            }
        }
        if node == nil, address == nil, unsupported == nil {
            throw .missingOperand("-n, -name, -sname or -address", verb: "erl_call")
        }
    }

    private static func value(of flag: String, _ rest: inout ArraySlice<String>) throws(UsageError) -> String {
        guard let value = rest.popFirst() else { throw .missingValue(option: flag, placeholder: "VALUE") }
        return value
    }

    private mutating func takeLetters(_ argument: String) throws(UsageError) {
        guard argument.hasPrefix("-"), argument.count > 1 else { throw .surplusOperand(argument, verb: "erl_call") }
        for letter in argument.dropFirst() {
            switch letter {
            case "e": evaluatesInput = true
            case "q": halts = true
            // Our name is always the dynamic one that -R asks for; failures are explained without -v, and there is no
            // log to send output to.
            case "v", "r", "R", "d": break
            case "s": unsupported = ("-s", "nodes are not started by erlclu-ctl")
            case "m": unsupported = ("-m", "modules are not compiled by erlclu-ctl")
            default: throw .unknownOption(argument, suggestion: nil)
            }
        }
    }

    /// `[HOST:]PORT` as an address to dial. relx's script joins an IPv6 address to the port without brackets.
    static func endpoint(_ text: String) -> String {
        guard let colon = text.lastIndex(of: ":") else { return "localhost:\(text)" }
        let host = text[..<colon]
        return host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" + text[colon...] : text
    }

    /// Expressions with the final period and line end that `erl_eval:eval_str/1` wants.
    static func complete(_ source: String) -> String {
        var text = Substring(source)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text.hasSuffix(".") ? text + "\n" : text + ".\n"
    }

    /// Module, function and the text of the arguments, `start` and `[]` where they are left out.
    static func split(application: String) -> (module: String, function: String, arguments: String) {
        let words = application.split(maxSplits: 2, whereSeparator: \.isWhitespace).map(String.init)
        return (
            words.first ?? "", words.count > 1 ? words[1] : "start", words.count > 2 ? words[2] : "[]"
        )
    }
}
