import ByteTransport
import Dashboard
import Diagnosis
import ErlangTerm
import ReleaseFiles
import Testing

@testable import ErlcluCommands

/// What a dashboard asks of many nodes.
@Suite struct DashboardErrandsTests {
    /// Every one that is marked has its turn, and no more connections are open at a time than one may make.
    @Test func anExpressionGoesToManyNodesOverSoManyConnections() throws {
        let trial = CommandTrial()
        let names = (0..<150).map { "n\($0)@here" }
        for name in names {
            let node = FakeNode(name)
            node.answersAfter = .milliseconds(2)
            trial.targets.nodes[name] = node
        }
        let loop = EventLoop()
        // Safe: only the task uses them, and this thread waits for that.
        nonisolated(unsafe) let run = try trial.command("ui", "-n", "a@here", on: loop)
        nonisolated(unsafe) let targets = trial.targets
        let answered = try loop.run { @LoopActor () async throws(CommandFailure) -> [String] in
            let settings = try run.settings()
            let entry = try run.open("a@here", settings, until: nil)
            let messages = EventQueue<DashboardMessage>(limit: 1000)
            let errands = DashboardErrands(entry, settings, run, messages)
            await withTaskGroup(of: Void.self) { group in
                for errand in errands.errands(for: .evaluate(number: 1, expression: "node().", nodes: names)) {
                    group.addTask(operation: errand)
                }
            }
            var answered: [String] = []
            while case .value(.evaluated(let result)) = await messages.next(until: .now) {
                if !result.isTrouble { answered.append(result.node) }
            }
            return answered
        }
        #expect(answered.sorted() == names.sorted())
        // That of the members is the one more.
        #expect(targets.mostOpen == 65)
    }

    /// The screen cannot ask there, and has commands that do.
    @Test(arguments: [("q().", false), ("node().", true)])
    func whatStopsAProtectedNodeIsNotEvaluated(expression: String, isDone: Bool) throws {
        let trial = CommandTrial()
        trial.targets.mode = .protected
        let loop = EventLoop()
        // Safe: only the task uses it, and this thread waits for that.
        nonisolated(unsafe) let run = try trial.command("ui", "-n", "a@here", on: loop)
        let result = try loop.run { @LoopActor () async throws(CommandFailure) -> EvaluationResult? in
            let settings = try run.settings()
            let entry = try run.open("a@here", settings, until: nil)
            let messages = EventQueue<DashboardMessage>(limit: 1000)
            let errands = DashboardErrands(entry, settings, run, messages)
            for errand in errands.errands(for: .evaluate(number: 1, expression: expression, nodes: ["a@here"])) {
                await errand()
            }
            guard case .value(.evaluated(let result)) = await messages.next(until: .now) else { return nil }
            return result
        }
        #expect(result?.isTrouble == !isDone, "\(String(describing: result))")
        #expect(trial.targets.nodes["a@here"]?.evaluated.isEmpty == !isDone)
        let text = String(result?.text ?? "")
        #expect(isDone || text.contains("a@here is protected") && text.contains(":stop"), "\(text)")
    }
}
