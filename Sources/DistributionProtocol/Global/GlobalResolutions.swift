import ErlangTerm

/// Names that both partitions have, with different processes: a fun on the node of one of them says which stays.
struct GlobalResolutions: Sendable {
    /// The names of one node, while there are conflicts that are not settled.
    struct Exchange: Sendable {
        var tag: Int
        var operations: [Term]
        var results: [Term]
        var open: Set<Int> = []
    }

    struct Conflict: Sendable {
        var with: Atom
        /// The node that is asked.
        var asked: Atom
        var name: Term
        var theirs: (pid: PID, method: Term)
        var ours: (pid: PID, method: Term)
    }

    fileprivate var exchanges: [Atom: Exchange] = [:]
    fileprivate var conflicts: [Int: Conflict] = [:]

    func isOpen(with node: Atom) -> Bool { exchanges[node] != nil }

    mutating func cancel(_ node: Atom, tag: Int?) {
        guard let exchange = exchanges[node], exchange.tag == tag else { return }
        for number in exchange.open { conflicts[number] = nil }
        exchanges[node] = nil
    }
}

extension GlobalServer {
    /// `exchange_names`: the node with the lower name settles conflicts.
    mutating func resolve(_ theirs: [Term], of node: Atom, tag: Int) {
        var exchange = GlobalResolutions.Exchange(tag: tag, operations: [], results: [])
        for entry in theirs {
            guard let parts = entry.asTuple(3), let pid = parts[1].asPID else { continue }
            guard let mine = names[parts[0]] else {
                exchange.operations.append(.tuple(.atom("insert"), entry))
                continue
            }
            guard mine.pid != pid, Atom.precedes(own, node) else { continue }
            let conflict = GlobalResolutions.Conflict(
                with: node, asked: mine.pid.node, name: parts[0], theirs: (pid, parts[2]),
                ours: (mine.pid, mine.method))
            guard connected.contains(mine.pid.node) else {
                exchange.operations.append(.tuple(.atom("insert"), entry))
                continue
            }
            let number = nextNumber()
            exchange.open.insert(number)
            resolutions.conflicts[number] = conflict
            emit(
                .resolve(
                    number, on: conflict.asked, arguments: [mine.method, parts[0], .pid(pid), .pid(mine.pid)]))
        }
        resolutions.exchanges[node] = exchange
        finishExchange(with: node)
    }

    mutating func conflictSettled(_ number: Int, _ value: Term?) {
        guard let conflict = resolutions.conflicts.removeValue(forKey: number) else { return }
        let node = conflict.with
        func insert(_ winner: (pid: PID, method: Term)) -> Term {
            .tuple(.atom("insert"), .tuple(conflict.name, .pid(winner.pid), winner.method))
        }
        resolutions.exchanges[node]?.open.remove(number)
        switch value {
        case nil, .pid(conflict.theirs.pid)?: resolutions.exchanges[node]?.operations.append(insert(conflict.theirs))
        case .pid(conflict.ours.pid)?: resolutions.exchanges[node]?.results.append(insert(conflict.ours))
        default:
            let deletion = Term.tuple(.atom("delete"), conflict.name)
            resolutions.exchanges[node]?.operations.append(deletion)
            resolutions.exchanges[node]?.results.append(deletion)
        }
        finishExchange(with: node)
    }

    /// This node is not there to settle anything any more.
    mutating func resolutionsLost(_ node: Atom) {
        let numbers = resolutions.conflicts.filter { $0.value.asked == node }.keys
        for number in numbers.sorted() { conflictSettled(number, nil) }
    }

    private mutating func finishExchange(with node: Atom) {
        guard let exchange = resolutions.exchanges[node], exchange.open.isEmpty else { return }
        resolutions.exchanges[node] = nil
        namesSettled(with: node, tag: exchange.tag, operations: exchange.operations, results: exchange.results)
    }
}
