import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation
import ReleaseFiles

extension OptionSpec {
    /// - Parameter help: what becomes a line.
    static func watch(_ help: String) -> OptionSpec {
        OptionSpec(.watch, short: "w", help: "go on: \(help), until interrupted")
    }
}

/// What verbs with `--watch` share.
extension CommandRun {
    func checkWatch() throws(CommandFailure) {
        guard format == .json else { return }
        throw .usage(.settings("--watch has no end, and json is one document: take -o jsonl"))
    }

    /// Looks at the members again and again until a signal comes. What is said of the looks themselves goes to standard
    /// error.
    /// - Throws: what the first look fails with.
    @LoopActor
    func watchMembers(
        through first: any Administration, _ take: @escaping (MemberWatch.Event) -> Void
    ) async throws(CommandFailure) -> ExitStatus {
        let settings = try self.settings()
        let watch = MemberWatch(first, ways: settings.nodes.value) { [self] (node, deadline) throws(VisitFailure) in
            try openForVisit(node, settings, until: deadline)
        } onEvent: { [self] in
            report(of: $0)
            take($0)
        }
        return try await attend(
            begin: { (deadline) async throws(NodeFailure) in try await watch.begin(until: deadline) },
            go: { (isWanted) async throws(VisitFailure) in try await watch.run(while: isWanted) })
    }

    /// Asks one of the nodes that are named again and again, and the next one where it gives no answer, until a signal
    /// comes.
    /// - Parameters:
    ///   - ask: asks a node until a moment.
    ///   - take: shows an answer.
    @LoopActor
    func watch<Answer>(
        _ ask: @escaping (any Administration, Instant?) async throws(NodeFailure) -> Answer,
        take: @escaping (Answer) -> Void
    ) async throws(CommandFailure) -> ExitStatus {
        let settings = try self.settings()
        return try await withEntryNode { (entry) async throws(CommandFailure) in
            let watch = QuestionWatch(entry, ways: settings.nodes.value) {
                [self] (node, deadline) throws(VisitFailure) in
                try openForVisit(node, settings, until: deadline)
            } ask: { (node, deadline) async throws(NodeFailure) in
                try await ask(node, deadline)
            } onEvent: { [self] event in
                switch event {
                case .answered(let answer): take(answer)
                case .looked: endProgress()
                case .interrupted(_, let failure): report(of: .interrupted(failure))
                case .resumed(let node): report(of: .resumed(node: node))
                case .missed: break
                }
            }
            return try await attend(
                begin: { (deadline) async throws(NodeFailure) in try await watch.begin(until: deadline) },
                go: { (isWanted) async throws(VisitFailure) in try await watch.run(while: isWanted) })
        }
    }

    @LoopActor
    private func attend(
        begin: (Instant?) async throws(NodeFailure) -> Void,
        go: @escaping @LoopActor (() -> Bool) async throws(VisitFailure) -> Void
    ) async throws(CommandFailure) -> ExitStatus {
        // Until there is something to end in order, a signal ends the program.
        let deadline = self.deadline
        try await asking { () async throws(NodeFailure) in try await begin(deadline) }
        return try await untilSignal { [self] () async throws(CommandFailure) in
            do throws(VisitFailure) {
                try await go { !self.results.hasFailed }
            } catch {
                throw CommandFailure(error)
            }
            return .done
        }
    }

    private func report(of event: MemberWatch.Event) {
        switch event {
        case .members, .changed, .cost: break
        case .waits(let names): showProgress(waitingFor: names)
        case .looked: endProgress()
        case .interrupted(let failure): warn("\(failure.message); trying again")
        case .resumed(let node):
            if !isQuiet { say("\(FailureReport.program): \(node) answers\n") }
        }
    }
}
