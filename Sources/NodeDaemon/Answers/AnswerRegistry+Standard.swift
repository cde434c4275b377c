import DistributionProtocol
import ErlangTerm

extension AnswerRegistry {
    /// What every erlclud answers.
    /// - Parameters:
    ///   - version: of this program.
    ///   - stop: ends it, and is called before the answer goes out.
    static func standard(
        name: NodeName, version: String, links: NodeLinks, stop: @escaping () -> Void
    ) -> AnswerRegistry {
        let own = Term.atom(Atom(name.name))
        let atoms = { (names: [String]) in Outcome.returned(.list(names.map { .atom(Atom($0)) })) }
        var registry = AnswerRegistry()
        registry.add("erlang", "node", arity: 0) { _ in .returned(own) }
        registry.add("erlang", "is_alive", arity: 0) { _ in .returned(.true) }
        registry.add("erlang", "nodes", arity: 0) { [links] _ in atoms(links.visible) }
        registry.add("erlang", "nodes", arity: 1) { [links] arguments in
            switch arguments.first {
            case .atom("visible"): atoms(links.visible)
            case .atom("hidden"): atoms(links.names.filter { !links.visible.contains($0) })
            case .atom("connected"): atoms(links.names)
            case .atom("this"): atoms([name.name])
            case .atom("known"): atoms([name.name] + links.names)
            default: .badArgument
            }
        }
        registry.add("init", "stop", arity: 0) { _ in
            stop()
            return .returned(.atom("ok"))
        }
        registry.add("erlclu", "version", arity: 0) { _ in .returned(.binary(version)) }
        // As nodetool and erl_call of erlclu-ctl call: a failure is a value then.
        let functions = registry
        registry.add("rpc", "call", arity: 4) { arguments in
            guard arguments[0] == own else { return .returned(.tuple(.atom("badrpc"), .atom("nodedown"))) }
            guard case .atom(let module) = arguments[1], case .atom(let function) = arguments[2],
                case .list(let values) = arguments[3]
            else { return .badArgument }
            return .returned(functions.remoteCall(module, function, values))
        }
        return registry
    }
}
