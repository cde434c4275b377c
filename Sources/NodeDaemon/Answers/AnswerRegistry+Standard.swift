import DistributionProtocol
import ErlangTerm

extension AnswerRegistry {
    /// What every erlclud answers.
    /// - Parameter version: of this program.
    static func standard(name: NodeName, version: String, links: NodeLinks) -> AnswerRegistry {
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
        registry.add("erlclu", "version", arity: 0) { _ in .returned(.binary(version)) }
        return registry
    }
}
