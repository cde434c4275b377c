package import ErlangTerm

/// A process as a signal names it.
package enum ProcessAddress: Hashable, Sendable {
    case pid(PID)
    /// A registered name on the node that receives.
    case name(Atom)
    /// An active alias of a process.
    case alias(Reference)

    package var term: Term {
        switch self {
        case .pid(let pid): .pid(pid)
        case .name(let name): .atom(name)
        case .alias(let reference): .reference(reference)
        }
    }
}

/// A module, function and arity, as a spawn request names them.
package struct FunctionName: Hashable, Sendable {
    package var module: Atom
    package var function: Atom
    package var arity: Int

    package init(module: Atom, function: Atom, arity: Int) {
        self.module = module
        self.function = function
        self.arity = arity
    }
}
