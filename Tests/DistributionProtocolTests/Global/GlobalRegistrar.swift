import ErlangTerm

/// A process that registers a name, as `global:trans_all_known/1` does: it locks the node with the greatest name, then all
/// nodes, tells all of them, and lets go.
struct GlobalRegistrar {
    enum Action {
        case call(Atom, Term)
        /// `begin` is to be called later.
        case sleep
        case finished
    }

    private enum Phase {
        case asleep
        case lockingBoss
        case lockingAll
        case registering
        /// Then it tries again, or is done.
        case unlocking(isDone: Bool)
        case unlockingBoss(isDone: Bool)
    }

    let pid: PID
    let name: Term
    let named: PID
    private var phase = Phase.asleep
    private var known: [Atom] = []
    private var awaited: [Int: Atom] = [:]
    private var granted: [Atom] = []
    private var isRefused = false
    private var lastTag = 0

    init(pid: PID, name: Term, named: PID) {
        self.pid = pid
        self.name = name
        self.named = named
    }

    private var nodes: [Atom] { [pid.node] + known }
    private var boss: Atom { nodes.max { $0.name < $1.name } ?? pid.node }
    private var lock: Term { .tuple(.atom("global"), .pid(pid)) }

    mutating func begin(known: [String]) -> [Action] {
        self.known = known.map { Atom($0) }
        phase = .lockingBoss
        return call([boss], .tuple(.atom("set_lock"), lock))
    }

    mutating func received(_ message: Term, known: [String]) -> [Action] {
        guard case .tuple(let parts) = message, parts.count == 2, case .integer(let tag) = parts[0],
            let node = awaited.removeValue(forKey: tag)
        else { return [] }
        if parts[1] == .false { isRefused = true } else { granted.append(node) }
        return awaited.isEmpty ? proceed(Set(known.map { Atom($0) })) : []
    }

    /// What it has asked this node for is not answered any more.
    mutating func lost(_ node: Atom) -> [Action] {
        guard awaited.values.contains(node) else { return [] }
        awaited = awaited.filter { $0.value != node }
        return awaited.isEmpty ? proceed(Set(known)) : []
    }

    private mutating func proceed(_ now: Set<Atom>) -> [Action] {
        switch phase {
        case .asleep: return []
        case .lockingBoss:
            guard !isRefused else { return sleep() }
            phase = .lockingAll
            return call(nodes, .tuple(.atom("set_lock"), lock))
        case .lockingAll:
            if isRefused {
                phase = .unlocking(isDone: false)
                return call(granted, .tuple(.atom("del_lock"), lock))
            }
            guard now.subtracting(known).isEmpty else {
                phase = .unlockingBoss(isDone: false)
                return call([boss], .tuple(.atom("del_lock"), lock))
            }
            phase = .registering
            let method = Term.exportFun(module: "global", function: "random_exit_name", arity: 3)
            return call(nodes, .tuple(.atom("register"), name, .pid(named), method))
        case .registering:
            phase = .unlocking(isDone: true)
            return call(nodes.filter { $0 != boss }, .tuple(.atom("del_lock"), lock))
        case .unlocking(let isDone):
            phase = .unlockingBoss(isDone: isDone)
            return call([boss], .tuple(.atom("del_lock"), lock))
        case .unlockingBoss(let isDone): return isDone ? [.finished] : sleep()
        }
    }

    private mutating func sleep() -> [Action] {
        phase = .asleep
        return [.sleep]
    }

    private mutating func call(_ nodes: [Atom], _ request: Term) -> [Action] {
        granted = []
        isRefused = false
        guard !nodes.isEmpty else { return proceed(Set(known)) }
        return nodes.map { node in
            lastTag += 1
            awaited[lastTag] = node
            let from = Term.tuple(.pid(pid), .integer(lastTag))
            return .call(node, .tuple(.atom("$gen_call"), from, request))
        }
    }
}
