package import ErlangTerm

/// What `GlobalServer` wants done.
package enum GlobalAction: Hashable, Sendable {
    /// To the process that is registered as `global_name_server` on this node.
    case send(Term, to: Atom)
    /// To a process, which lives on another node.
    case tell(Term, to: PID)
    /// Where its node has no link, `gone` comes of it, as with monitor/2.
    case monitor(PID, Reference)
    case demonitor(PID, Reference)
    /// Bring up a link, once, unless there is one; what comes of it is `nodeUp`, `linkUp` or `connectFailed`.
    case connect(Atom)
    /// End the link.
    case disconnect(Atom)
    /// Call `global:resolve_it/4` on this node; what comes of it is `resolved(_:_:)` with the number.
    case resolve(Int, on: Atom, arguments: [Term])
    /// Call `lockerWoke` after so many milliseconds; an earlier call of this kind is off then.
    case wakeLocker(afterMilliseconds: Int)
    case report(GlobalReport)
}

/// What an operator is to know of it.
package enum GlobalReport: Hashable, Sendable {
    /// We have asked this node to disconnect from us, or have been asked to by it, so that no two partitions overlap.
    case disconnectRequested(from: Atom)
    case disconnected(by: Atom)
    /// It is in the cluster, and cannot be reached from here.
    case unreachable(Atom)
    /// There is a link, and only one of its ends knows the other: they are joined, over a new link where need be.
    case halfKnown(Atom)
    /// The lock for joining this node was held, or waited for, too long without a word from `silent`: from the node itself,
    /// or from one that was asked for the lock.
    case joiningGivenUp(Atom, silent: Atom)
}

extension Atom {
    /// Erlang's order of atoms: by code points, and UTF-8 is in the order of those.
    static func precedes(_ left: Atom, _ right: Atom) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}

extension Term {
    static func cast(_ elements: Term...) -> Term { .tuple(.atom("$gen_cast"), .tuple(elements)) }

    /// The elements of a tuple that begins with this atom.
    var tagged: (tag: String, elements: [Term])? {
        guard case .tuple(let elements) = self, case .atom(let tag)? = elements.first else { return nil }
        return (tag.name, elements)
    }

    var asAtom: Atom? { if case .atom(let atom) = self { atom } else { nil } }
    var asPID: PID? { if case .pid(let pid) = self { pid } else { nil } }
    var asInteger: Int? { if case .integer(let value) = self { value } else { nil } }
    var asList: [Term]? { if case .list(let elements) = self { elements } else { nil } }

    func asTuple(_ count: Int) -> [Term]? {
        if case .tuple(let elements) = self, elements.count == count { elements } else { nil }
    }
}
