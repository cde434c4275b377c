import ErlangTerm

/// The functions that this node answers, by module, name and arity. There is no other way to have it do something: it
/// runs no code that a peer sends or names.
struct AnswerRegistry {
    /// What a function of the registry came to.
    enum Outcome: Hashable, Sendable {
        case returned(Term)
        /// `error:badarg`.
        case badArgument
    }

    typealias Function = (_ arguments: [Term]) -> Outcome

    private struct Key: Hashable {
        var module: String
        var function: String
        var arity: Int
    }

    private var functions: [Key: Function] = [:]

    init() {}

    mutating func add(_ module: String, _ function: String, arity: Int, _ body: @escaping Function) {
        functions[Key(module: module, function: function, arity: arity)] = body
    }

    /// - Returns: nil for what is not there: `error:undef`.
    func call(_ module: Atom, _ function: Atom, _ arguments: [Term]) -> Outcome? {
        functions[Key(module: module.name, function: function.name, arity: arguments.count)]?(arguments)
    }

    /// What `rpc:call/4` gives: a failure is `{badrpc, {'EXIT', {Reason, Stack}}}`.
    func remoteCall(_ module: Atom, _ function: Atom, _ arguments: [Term]) -> Term {
        let reason: Atom
        switch call(module, function, arguments) {
        case .returned(let value): return value
        case .badArgument: reason = "badarg"
        case nil: reason = "undef"
        }
        let stack = Term.list([.tuple(.atom(module), .atom(function), .list(arguments), .emptyList)])
        return .tuple(.atom("badrpc"), .tuple(.atom("EXIT"), .tuple(.atom(reason), stack)))
    }
}
