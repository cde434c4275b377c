import ByteTransport
import ClusterAdmin
import Dashboard
import ErlangNode
import Testing

@testable import ErlcluCommands
@testable import ReleaseFiles

/// What the dashboard has done on nodes, which are made up here.
@Suite struct DashboardActionTests {
    private let trial = CommandTrial()

    /// Gives `body` the errands of a dashboard whose entry is a@here.
    private func withErrands(
        _ body: @escaping @LoopActor (DashboardErrands, EventQueue<DashboardMessage>) async -> Void
    ) throws {
        let command = try trial.command("ui")
        // Safe: the loop runs the task on this thread, which waits here until it has ended.
        nonisolated(unsafe) let (run, targets) = (command, trial.targets)
        command.context.loop.run { @LoopActor () async -> Void in
            guard let entry = targets.nodes["a@here"],
                let settings = try? targets.settings(SettingsFlags())
            else { return }
            let messages = EventQueue<DashboardMessage>(limit: 100)
            await body(DashboardErrands(entry, settings, run, messages), messages)
        }
    }

    /// The model has no such effects in a read-only context; but they may have been made for the cluster before.
    @Test func whatChangesANodeIsRefusedWhereItIsReadOnly() throws {
        trial.targets.mode = .readOnly
        try withErrands { errands, _ in
            let pair = NodePair(from: "a@here", to: "b@here")
            for effect in [
                DashboardEffect.console("a@here"), .evaluate(number: 1, expression: "1.", nodes: ["a@here"]),
                .control(.stop, "a@here"), .disconnect(pair), .examinePair(pair),
            ] {
                #expect(effect.changesNode)
                #expect(errands.errands(for: effect).isEmpty, "\(effect)")
            }
            #expect(errands.errands(for: .examine("a@here")).count == 1)
        }
        #expect(trial.targets.opened.isEmpty)
        trial.targets.mode = .readWrite
        try withErrands { errands, _ in
            #expect(errands.errands(for: .control(.stop, "a@here")).count == 1)
        }
    }

    @Test func aLinkIsDroppedByTheNodeThatIsMeant() throws {
        trial.targets.nodes["b@here"] = FakeNode("b@here")
        try withErrands { errands, messages in
            for (pair, words) in [
                (NodePair(from: "a@here", to: "c@here"), "a@here has dropped its link to c@here"),
                (NodePair(from: "b@here", to: "b@here"), "b@here has no link to b@here"),
            ] {
                for errand in errands.errands(for: .disconnect(pair)) { await errand() }
                guard case .value(.notice(words)) = await messages.next(until: .now) else {
                    #expect(Bool(false), "\(words)")
                    return
                }
            }
        }
        #expect(trial.targets.nodes["a@here"]?.disconnected == ["c@here"])
        #expect(trial.targets.nodes["b@here"]?.disconnected == ["b@here"])
        // The entry has its connection.
        #expect(trial.targets.opened.map(\.node) == ["b@here"])
    }

    /// Whatever goes on in a cluster that is left ends, and nothing of it comes any more.
    @Test(arguments: [DashboardEffect.inspect("a@here"), .certificates(true)])
    func whatGoesOnInAClusterThatIsLeftEnds(_ effect: DashboardEffect) throws {
        try withErrands { errands, messages in
            let hasEnded = await withTaskGroup(of: Bool.self) { group in
                for errand in errands.errands(for: effect) {
                    group.addTask {
                        await errand()
                        return true
                    }
                }
                // It has asked once, and goes on.
                guard case .value = await messages.next(until: .now + .seconds(20)) else { return false }
                errands.end()
                let limit: @LoopActor @Sendable () async -> Bool = {
                    await sleep(for: .seconds(20))
                    return false
                }
                group.addTask(operation: limit)
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
            #expect(hasEnded)
            for errand in errands.errands(for: .control(.stop, "a@here")) { await errand() }
            #expect(messages.count == 0)
        }
    }

    /// The picture of a model that believes in a trace which is not there would keep its word for ever.
    @Test func theEndOfATraceThatDoesNotRunIsAnswered() throws {
        try withErrands { errands, messages in
            for errand in errands.errands(for: .endTrace) { await errand() }
            guard case .value(.traceEnded(nil)) = await messages.next(until: .now) else {
                Issue.record("no answer")
                return
            }
            // One that has not begun yet does not begin behind its end.
            let begun = errands.errands(for: .trace(["a@here"]))
            _ = errands.errands(for: .endTrace)
            for errand in begun { await errand() }
            guard case .value(.traceEnded(nil)) = await messages.next(until: .now) else {
                Issue.record("no answer")
                return
            }
            #expect(messages.count == 0)
        }
        #expect(trial.targets.opened.isEmpty)
    }

    /// What kept one node from being traced has been reported, and is not why the trace of the other one ends.
    @Test func aTraceThatWasToEndReportsNoFailureOfBefore() throws {
        trial.targets.nodes["b@here"] = FakeNode("b@here", failure: .notRegistered("b@here"))
        try withErrands { errands, messages in
            @LoopActor func reports(of nodes: [String]) async -> (untraced: [String], end: String??) {
                for errand in errands.errands(for: .trace(nodes)) { await errand() }
                var untraced: [String] = []
                var end: String??
                while case .value(let message) = await messages.next(until: .now) {
                    if case .untraced(let node, _) = message { untraced.append(node) }
                    if case .traceEnded(let why) = message { end = .some(why) }
                }
                return (untraced, end)
            }
            let some = await reports(of: ["b@here", "a@here"])
            #expect(some.untraced == ["b@here"] && some.end == .some(nil))
            let none = await reports(of: ["b@here"])
            #expect(none.untraced == ["b@here"] && none.end??.contains("E-EPMD-NOTREG") == true)
        }
    }

    /// Our way to the node that is to dial is not its way to the other one.
    @Test func aPairWhoseFirstNodeDoesNotAnswerIsNotExamined() throws {
        trial.targets.nodes["b@here"] = FakeNode("b@here", failure: .notRegistered("b@here"))
        try withErrands { errands, messages in
            for errand in errands.errands(for: .examinePair(NodePair(from: "b@here", to: "a@here"))) { await errand() }
            var words: [String] = []
            while case .value(let message) = await messages.next(until: .now) {
                if case .examined = message { Issue.record("\(message)") }
                if case .notExamined("a@here", "b@here", let sentence) = message { words.append(sentence) }
            }
            #expect(words.count == 1)
            #expect(words.first?.hasPrefix("b@here does not answer us, and cannot be asked") == true)
            #expect(words.first?.contains("E-EPMD-NOTREG") == true, "\(words)")
        }
    }

    /// What was typed of another target does not hold for the one that is chosen.
    @Test(arguments: [DashboardTarget.context("prod"), .release("/opt/shop"), .node("web@vm")])
    func aChoiceReplacesWhatWasTyped(_ target: DashboardTarget) throws {
        let run = try trial.command(
            "ui", "-n", "old@here", "-c", "old", "--release", "/old", "--address", "127.0.0.1:4000", "--server-name",
            "old", "--via", "ssh:bastion", "--cookie-file", "cookie")
        let typed = run.settingsFlags
        #expect(typed.nodes == ["old@here"] && typed.context == "old" && typed.address != nil && typed.via != nil)
        run.choice = target
        let flags = run.settingsFlags
        #expect(flags.address == nil && flags.serverName == nil && flags.vmArguments == nil)
        switch target {
        case .context(let name): #expect(flags.context == name && flags.nodes.isEmpty && flags.release == nil)
        case .release(let path): #expect(flags.release == path && flags.nodes.isEmpty && flags.context == nil)
        case .node(let name): #expect(flags.nodes == [name] && flags.context == nil && flags.release == nil)
        }
        // Another node may be behind the same host; a context and a release have their own way.
        if case .node = target { #expect(flags.via == typed.via) } else { #expect(flags.via == nil) }
        // What is no part of where it is stays.
        #expect(flags.cookieFile == typed.cookieFile && flags.cookieFile != nil)
    }
}
