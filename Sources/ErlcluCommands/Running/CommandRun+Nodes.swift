import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation
import ReleaseFiles

/// The nodes that are named: one that lets us in, or each of them.
extension CommandRun {
    /// Every node that is named, none of them dialled yet.
    @LoopActor
    func namedNodes() throws(CommandFailure) -> [any Administration] {
        let settings = try self.settings()
        var nodes: [any Administration] = []
        for node in settings.nodes.value { nodes.append(try open(node, settings)) }
        if nodes.isEmpty { throw noNode(settings) }
        return nodes
    }

    func noNode(_ settings: NodeSettings) -> CommandFailure {
        if let problem = settings.nameProblem {
            return .configuration(message: "no node is named: \(problem)", remedy: "name it with --node NAME")
        }
        guard let source = settings.release else { return .usage(.noNode) }
        return .configuration(
            message: "\(source.value) names no node: its vm.args has neither -name nor -sname",
            remedy: "name it with --node NAME")
    }

    /// Gives a named node that can be reached, and that `body` succeeds with: the first, unless it is slow to answer.
    @LoopActor
    func withEntryNode<Answer>(
        _ body: (any Administration) async throws(CommandFailure) -> Answer
    ) async throws(CommandFailure) -> Answer {
        let settings = try self.settings()
        var names = settings.nodes.value[...]
        guard let only = names.first else { throw noNode(settings) }
        // A console answers to keys while it waits for the only one.
        if names.count == 1 { return try await body(try open(only, settings)) }
        while true {
            let entry = try await firstConnected(&names, settings)
            do throws(CommandFailure) {
                return try await body(entry)
            } catch {
                guard case .node(let failure) = error, failure.stage < .up, !names.isEmpty else { throw error }
                warnOfNext(failure)
            }
        }
    }

    /// Once of each node and cause: a watch that connects again and again would say nothing else.
    func warn(of detour: DialPlan.Detour, to node: String) {
        let failure = detour.failure
        let words =
            "\(node) is not reached over distribution (\(failure.code.rawValue) at \(failure.stage.rawValue): "
            + "\(failure.message)); going on over SSH (\(detour.ssh))"
        if hasNotSaid(words) { warn(words) }
    }

    private func warnOfNext(_ failure: NodeFailure) {
        warn("\(failure.node): \(failure.message); trying the next one")
    }

    /// How long a node is waited for before the next one is dialled as well. A node that hangs is not to use up the time
    /// of the others.
    private static let headStart = Duration.milliseconds(500)

    /// Dials the nodes in their order, each with a head start, until one is connected. The attempts to connect to others
    /// are given up then.
    /// - Parameter names: nodes that have not been dialled yet, or whose attempt was given up.
    @LoopActor
    private func firstConnected(
        _ names: inout ArraySlice<String>, _ settings: NodeSettings
    ) async throws(CommandFailure) -> any Administration {
        /// Those that have been dialled, and have not failed.
        var candidates: [(name: String, node: any Administration)] = []
        let ended = EventQueue<(node: any Administration, failure: NodeFailure?)>(limit: .max)
        let found = await withTaskGroup(of: Void.self) { group -> Result<any Administration, CommandFailure> in
            defer { group.cancelAll() }
            func dial(_ node: any Administration) {
                let child: @LoopActor @Sendable () async -> Void = {
                    var failure: NodeFailure?
                    do throws(NodeFailure) { try await node.connect() } catch { failure = error }
                    ended.push((node, failure))
                }
                group.addTask(operation: child)
            }
            var mayDial = true
            while true {
                if mayDial, let name = names.popFirst() {
                    do throws(CommandFailure) {
                        let node = try open(name, settings)
                        candidates.append((name, node))
                        dial(node)
                    } catch {
                        // Another one may still let us in.
                        if candidates.isEmpty { return .failure(error) }
                        continue
                    }
                }
                mayDial = true
                let asked = questions.ended
                switch await ended.next(until: names.isEmpty ? nil : .now + Self.headStart) {
                case .deadline:
                    // A node is not slow because a person thinks.
                    mayDial = !questions.isTaken && questions.ended == asked
                case .cancelled: return .failure(.late("no node was connected before the command ended"))
                case .value(let (node, failure)):
                    candidates.removeAll { $0.node === node }
                    guard let failure else { return .success(node) }
                    if names.isEmpty, candidates.isEmpty { return .failure(.node(failure)) }
                    warnOfNext(failure)
                }
            }
        }
        if case .success = found {
            // One that was connected in the same moment is not kept. Should the one that was found be of no use, the others
            // have their turn again.
            for other in candidates { other.node.close() }
            names = candidates.map(\.name) + names
        }
        return try found.get()
    }

    /// Does `body` for each node that is named. Failures of some are reported as they come, and the command ends with
    /// status 2 then.
    @LoopActor
    func forEachNode(
        _ body: @escaping @LoopActor (any Administration, _ isOneOfSeveral: Bool) async throws(CommandFailure) -> Void
    ) async throws(CommandFailure) -> ExitStatus {
        try await statusOfEachNode { (node, isOneOfSeveral) async throws(CommandFailure) in
            try await body(node, isOneOfSeveral)
            return .done
        }
    }

    /// The same where an answer may be a status other than 0. All nodes are asked at once: each has the whole time, and
    /// its answer is shown when it comes.
    @LoopActor
    func statusOfEachNode(
        _ body:
            @escaping @LoopActor (any Administration, _ isOneOfSeveral: Bool) async throws(CommandFailure) ->
            ExitStatus
    ) async throws(CommandFailure) -> ExitStatus {
        let settings = try self.settings()
        let nodes = settings.nodes.value
        guard nodes.count > 1 else {
            guard let node = nodes.first else { throw noNode(settings) }
            return try await body(try open(node, settings), false)
        }
        if case .context(let name, _, _) = settings.nodes.origin {
            // Those of a context are ways into one cluster.
            if line.verb?.effect == .ends {
                throw .configuration(
                    message:
                        "context \(name) has \(nodes.count) nodes, and \(line.verbName) is for those that are meant",
                    remedy: "name them with --node")
            }
            return try await withEntryNode { (node) async throws(CommandFailure) in try await body(node, false) }
        }
        let tally = NodeTally(self)
        // The steps of one connection at a time, where a person reads them.
        for group in options.contains(.verbose) ? nodes.map({ [$0] }) : [nodes] {
            beginTurn()
            var named: [any Administration] = []
            for node in group {
                do throws(CommandFailure) { named.append(try open(node, settings)) } catch { tally.add(error) }
            }
            let order = format == .json ? ResultOrder(named) : nil
            self.order = order
            await atOnce(named) { node async -> Result<ExitStatus, CommandFailure> in
                defer { order?.finish(node) }
                do throws(CommandFailure) { return .success(try await body(node, true)) } catch {
                    await order?.awaitTurn(of: node.node)
                    return .failure(error)
                }
            } take: { _, result in
                switch result {
                case .success(let status): tally.add(status)
                case .failure(let failure): tally.add(failure)
                }
            }
        }
        return tally.finish()
    }
}
