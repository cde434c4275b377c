/// The arguments of relx's nodetool: `-setcookie C`, `-name N` or `-sname N`, `-start_epmd false`, then a command.
/// Anything that starts with a dash and is not known is skipped with its value, as release scripts of many ages pass
/// what their own nodetool wants.
struct NodetoolArguments: Hashable, Sendable {
    enum Command: Hashable, Sendable {
        case ping
        case processID
        case control(String)
        /// Module, function, and the text of the argument list. `rpc_infinity` has no deadline.
        case call(module: String, function: String, arguments: String, hasDeadline: Bool)
        case evaluate(String)
        /// What nodetool answers with its usage.
        case unknown([String])
    }

    var node: String?
    var cookie: String?
    /// `--cookie-file` and `--cookie-env`, which nodetool itself has not: a cookie need not be an argument.
    var cookieSource = CookieSourceOption()
    /// `--yes`, which nodetool itself has not: a protected node is meant to be stopped.
    var isEndingMeant = false
    var command = Command.unknown([])

    /// What it has the node run, as Erlang has it; nil where it only asks.
    var runs: String? {
        switch command {
        case .ping, .processID, .unknown: nil
        case .control(let word): CallSyntax.text("init", word, "")
        case .call(let module, let function, let arguments, _): CallSyntax.text(module, function, arguments)
        case .evaluate(let source): source
        }
    }

    static let usage =
        "Usage: nodetool {ping|stop|restart|reboot|getpid|rpc|rpcterms|rpc_infinity|eval [Terms]} [RPC]\n"

    init(_ arguments: [String]) {
        var words: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "-setcookie" where words.isEmpty: cookie = rest.popFirst()
            case "-name" where words.isEmpty, "-sname" where words.isEmpty: node = rest.popFirst()
            case "--yes" where words.isEmpty: isEndingMeant = true
            case _ where words.isEmpty && cookieSource.takes(argument, &rest): break
            case _ where words.isEmpty && argument.hasPrefix("-"): _ = rest.popFirst()
            default: words.append(argument)
            }
        }
        command = Self.command(words)
    }

    private static func command(_ words: [String]) -> Command {
        guard let verb = words.first else { return .unknown([]) }
        let operands = Array(words.dropFirst())
        switch verb {
        case "ping": return .ping
        case "getpid": return .processID
        case "stop", "restart", "reboot": return .control(verb)
        case "rpc", "rpcterms", "rpc_infinity":
            guard operands.count >= 2 else { return .unknown(words) }
            return .call(
                module: operands[0], function: operands[1], arguments: operands.dropFirst(2).joined(),
                hasDeadline: verb != "rpc_infinity")
        case "eval": return .evaluate(operands.joined(separator: " "))
        default: return .unknown(words)
        }
    }
}
