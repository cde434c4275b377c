import ByteTransport
import Diagnosis
import ErlangNode
import ReleaseFiles

/// The nodes that are named: one that lets us in, or each of them.
extension CommandRun {
    /// Every node that is named, none of them dialled yet.
    func namedNodes() throws(CommandFailure) -> [any Administration] {
        let settings = try self.settings()
        var nodes: [any Administration] = []
        for node in settings.nodes.value { nodes.append(try open(node, settings)) }
        if nodes.isEmpty { throw noNode(settings) }
        return nodes
    }

    func noNode(_ settings: TargetSettings) -> CommandFailure {
        if let problem = settings.nameProblem {
            return .configuration(message: "no node is named: \(problem)", remedy: "name it with --node NAME")
        }
        guard let source = settings.release else { return .usage(.noNode) }
        return .configuration(
            message: "\(source.value) names no node: its vm.args has neither -name nor -sname",
            remedy: "name it with --node NAME")
    }

    /// Gives a named node that can be reached, and that `body` succeeds with: the first, unless it is slow to answer.
    func withEntryNode(
        _ body: (any Administration) throws(CommandFailure) -> Void
    ) throws(CommandFailure) {
        let settings = try self.settings()
        var names = settings.nodes.value[...]
        guard let only = names.first else { throw noNode(settings) }
        // A console answers to keys while it waits for the only one.
        if names.count == 1 { return try body(try open(only, settings)) }
        var dialled: [any Administration] = []
        defer { for node in dialled { node.close() } }
        while true {
            if let name = names.popFirst() {
                do throws(CommandFailure) {
                    dialled.append(try open(name, settings))
                } catch {
                    // Another one may still let us in.
                    if dialled.isEmpty { throw error }
                    continue
                }
            }
            guard let index = firstConnected(of: dialled, until: names.isEmpty ? nil : patienceEnd) else { continue }
            let node = dialled.remove(at: index)
            do throws(CommandFailure) {
                return try body(node)
            } catch {
                guard case .node(let failure) = error, failure.stage < .up, !names.isEmpty || !dialled.isEmpty
                else { throw error }
                warn("\(failure.node): \(failure.message); trying the next one")
            }
        }
    }

    /// How long nodes are waited for in the order in which they are named, before the next one's turn comes. A node
    /// that hangs is not to use up the time of the others.
    private var patienceEnd: Instant { context.now() + .milliseconds(500) }

    /// Dials all of them.
    /// - Returns: the first, unless it is slow to answer and another one is there.
    private func inTurn(_ nodes: [any Administration], patienceEnd: Instant) -> Int {
        for node in nodes { node.beginConnecting() }
        return firstConnected(of: Array(nodes.prefix(1)), until: nodes.count > 1 ? patienceEnd : nil)
            ?? firstConnected(of: nodes, until: nil) ?? 0
    }

    /// Dials all of them.
    /// - Returns: the first of them that is connected, or that cannot be; nil when the time has come.
    private func firstConnected(of nodes: [any Administration], until time: Instant?) -> Int? {
        for node in nodes { node.beginConnecting() }
        let ended = { nodes.firstIndex { $0.hasEndedConnecting } }
        _ = nodes.first?.loop.run(forAnswerUntil: time) { ended() != nil }
        return ended()
    }

    /// Does `body` for each node that is named. Failures of some are reported as they come, and the command ends with
    /// status 2 then.
    func forEachNode(
        _ body: (any Administration, _ isOneOfSeveral: Bool) throws(CommandFailure) -> Void
    ) throws(CommandFailure) -> ExitStatus {
        try statusOfEachNode { (node, isOneOfSeveral) throws(CommandFailure) in
            try body(node, isOneOfSeveral)
            return .done
        }
    }

    /// The same where an answer may be a status other than 0.
    func statusOfEachNode(
        _ body: (any Administration, _ isOneOfSeveral: Bool) throws(CommandFailure) -> ExitStatus
    ) throws(CommandFailure) -> ExitStatus {
        let settings = try self.settings()
        let nodes = settings.nodes.value
        guard nodes.count > 1 else {
            guard let node = nodes.first else { throw noNode(settings) }
            return try body(try open(node, settings), false)
        }
        if case .context(let name, _, _) = settings.nodes.origin {
            // Those of a context are ways into one cluster.
            if line.verb?.effect == .ends {
                throw .configuration(
                    message:
                        "context \(name) has \(nodes.count) nodes, and \(line.verbName) is for those that are meant",
                    remedy: "name them with --node")
            }
            var status = ExitStatus.done
            try withEntryNode { (node) throws(CommandFailure) in status = try body(node, false) }
            return status
        }
        let tally = NodeTally(self)
        var dialled: [any Administration] = []
        for node in nodes {
            do throws(CommandFailure) { dialled.append(try open(node, settings)) } catch { tally.add(error) }
        }
        let patienceEnd = self.patienceEnd
        var again: Set<String> = []
        while !dialled.isEmpty {
            // The steps of one connection at a time, where a person reads them.
            let turn = options.contains(.verbose) ? Array(dialled.prefix(1)) : dialled
            let node = dialled.remove(at: inTurn(turn, patienceEnd: patienceEnd))
            do throws(CommandFailure) { tally.add(try body(node, true)) } catch { tally.add(error) }
            dialled = redialled(dialled, settings, but: &again, tally)
        }
        return tally.finish()
    }

    /// While one node was asked, the time of others may have run out, or they were lost: that is no answer to what they
    /// have not been asked yet.
    /// - Parameter again: those for whom this was done; it is once.
    private func redialled(
        _ nodes: [any Administration], _ settings: TargetSettings, but again: inout Set<String>, _ tally: NodeTally
    ) -> [any Administration] {
        var kept: [any Administration] = []
        for node in nodes {
            guard node.isOutdated, again.insert(node.node).inserted else {
                kept.append(node)
                continue
            }
            node.close()
            // With what is left of the time.
            do throws(CommandFailure) { kept.append(try open(node.node, settings)) } catch { tally.add(error) }
        }
        return kept
    }
}
