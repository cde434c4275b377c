/// What several nodes came to, one after the other: their failures are reported, and one status sums them up.
final class NodeTally {
    private let run: CommandRun
    private var statuses: [ExitStatus] = []
    private var faults: [SyntaxFault] = []

    init(_ run: CommandRun) { self.run = run }

    /// What the node answered is shown at once: the next one may keep us waiting.
    func add(_ status: ExitStatus) {
        statuses.append(status)
        run.results.flush()
    }

    /// A failure is reported at once, but for text that does not parse: all nodes are likely to say the same of it.
    func add(_ failure: CommandFailure) {
        statuses.append(failure.status)
        if case .syntax(let fault) = failure { faults.append(fault) } else { run.report(failure, isOneOfSeveral: true) }
    }

    /// Reports what is left to report.
    /// - Returns: the status that all agree on, else that of a partial success.
    func finish() -> ExitStatus {
        reportFaults()
        guard let first = statuses.first else { return .done }
        return statuses.allSatisfy { $0 == first } ? first : .partial
    }

    /// Scripts get each node's error; people read each text once, with the nodes that gave it unless all did.
    private func reportFaults() {
        while var fault = faults.first {
            let nodes = faults.filter { $0.isSame(as: fault) }.map(\.node)
            faults.removeAll { $0.isSame(as: fault) }
            let isAgreed = nodes.count == statuses.count
            run.emitForScripts(
                nodes.map { node in
                    fault.node = node
                    return .syntax(fault)
                })
            fault.node = nodes.joined(separator: ", ")
            run.printFailure(.syntax(fault), isOneOfSeveral: !isAgreed)
        }
    }
}

extension SyntaxFault {
    /// Whether it is the same mistake, whoever found it.
    fileprivate func isSame(as other: SyntaxFault) -> Bool {
        var own = self
        own.node = other.node
        return own == other
    }
}
