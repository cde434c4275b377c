import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Testing

/// What a dashboard does: several things at once on one loop and one connection, ended in the middle.
@Suite(.waiting) struct LiveLoopTests {
    @Test(arguments: [false, true]) func cancellingLeavesNothingOnTheNode(isSecure: Bool) throws {
        let node = try ErlangNodeFixture(transport: isSecure ? .mutualTLS() : .tcp)
        let link = NodeLink(node: node)
        // TLS starts processes of the node's own with its first connection.
        _ = try link.withAdministrator { administrator async throws(NodeFailure) in
            try await Self.processes(administrator)
        }
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "[]" })
        // A node's own acceptors of TLS come and go with connections: they count by what they began as.
        let processes = isSecure ? "[proc_lib:translate_initial_call(P) || P <- processes()]" : "processes()"
        try node.evaluate("persistent_term:put(inventory, {\(processes), erlang:ports()})")
        let (begun, isClean) = try link.withAdministrator { administrator async throws(NodeFailure) in
            // Those that answer are among them, before and after.
            let before = try await Self.processes(administrator)
            let begun = await Self.runAll(administrator)
            // The link is still up: what ran over it was ended by the cancellation alone.
            let end = Instant.now + .seconds(Deadline.patience)
            while try await Self.processes(administrator) > before {
                guard .now < end else { return (begun, false) }
                await sleep(for: .milliseconds(20))
            }
            return (begun, true)
        }
        #expect(begun == ["members", "shell", "trace"])
        #expect(isClean)
        var more = ""
        let isGone = try eventually {
            more = try node.evaluate(
                "{P, O} = persistent_term:get(inventory), {\(processes) -- P, erlang:ports() -- O, nodes(hidden)}"
            )
            return more == "{[],[],[]}"
        }
        #expect(isGone, "\(more)")
    }

    /// The connection is closed by us, or lost, under requests and a shell: each ends with a failure, and the next request
    /// makes another connection.
    @Test(arguments: [false, true]) func whatIsUnderWayEndsWithTheConnection(isClosedByUs: Bool) throws {
        let node = try ErlangNodeFixture()
        let ends = try NodeLink(node: node).withAdministrator { administrator async throws(NodeFailure) in
            let events = EventQueue<String>(limit: 64)
            let shell = try await Self.shell("shell", administrator, events)
            let end = Instant.now + .seconds(Deadline.patience)
            guard await Self.wait(for: "shell reads", events, until: end) else { return ["no shell"] }
            let evaluation = LoopActor.begin {
                do throws(NodeFailure) {
                    _ = try await Self.evaluate("receive after infinity -> ok end", administrator, until: nil)
                } catch {
                    events.push("evaluation: \(error.code.rawValue)")
                }
            }
            _ = try await administrator.ask(PingQuestion(), until: end)
            if isClosedByUs {
                administrator.close()
            } else {
                let cut = "[erlang:disconnect_node(Node) || Node <- nodes(hidden)]"
                _ = try? await Self.evaluate(cut, administrator, until: end)
            }
            var ends: [String] = []
            while ends.count < 2, case .value(let event) = await events.next(until: end) { ends.append(event) }
            await evaluation.value
            _ = try await administrator.ask(PingQuestion(), until: end)
            shell.leave()
            return ends.sorted()
        }
        let code = isClosedByUs ? "E-TIMEOUT" : "E-CLOSED"
        #expect(ends == ["evaluation: \(code)", "shell: \(code)"])
    }

    /// One shell is left in the middle of an evaluation; the connection, and another shell over it, stay, and nothing of
    /// the first is left on the node.
    @Test func leavingAShellLeavesTheConnection() throws {
        let node = try ErlangNodeFixture()
        let steps = try NodeLink(node: node).withAdministrator { administrator async throws(NodeFailure) in
            let events = EventQueue<String>(limit: 256)
            let end = Instant.now + .seconds(Deadline.patience)
            let before = try await Self.processes(administrator)
            var steps: [Bool] = []
            let first = try await Self.shell("first", administrator, events)
            steps.append(await Self.wait(for: "first reads", events, until: end))
            let second = try await Self.shell("second", administrator, events)
            steps.append(await Self.wait(for: "second reads", events, until: end))
            first.enter("io:put_chars(\"busy\"), receive after infinity -> ok end.\n")
            steps.append(await Self.wait(for: "first busy", events, until: end))
            first.leave()
            second.enter("io:put_chars(\"alive\").\n")
            steps.append(await Self.wait(for: "second alive", events, until: end))
            second.leave()
            while try await Self.processes(administrator) > before, .now < end { await sleep(for: .milliseconds(20)) }
            steps.append(try await Self.processes(administrator) <= before)
            return steps
        }
        #expect(steps == [true, true, true, true, true])
    }

    @LoopActor
    private static func shell(
        _ name: String, _ administrator: NodeAdministrator, _ events: EventQueue<String>
    ) async throws(NodeFailure) -> NodeShell {
        let shell = try await administrator.ask(
            ShellQuestion(.erlang) { event in
                switch event {
                case .read: events.push("\(name) reads")
                case .output(let bytes): events.push("\(name) \(String(decoding: bytes, as: UTF8.self))")
                case .lost(let failure): events.push("\(name): \(failure.code.rawValue)")
                default: break
                }
            }, until: nil)
        shell.start()
        return shell
    }

    @LoopActor
    private static func wait(for wanted: String, _ events: EventQueue<String>, until end: Instant) async -> Bool {
        while case .value(let event) = await events.next(until: end) {
            if event == wanted { return true }
        }
        return false
    }

    @LoopActor
    private static func evaluate(
        _ source: String, _ administrator: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> EvaluationOutcome {
        try await administrator.ask(EvaluationQuestion(EvaluationRequest(source: source)) { _ in }, until: deadline)
    }

    /// Runs all of it until each part has shown that it works, and cancels it.
    /// - Returns: the parts that have.
    @LoopActor
    private static func runAll(_ administrator: NodeAdministrator) async -> [String] {
        let signs = EventQueue<String>(limit: 1 << 16)
        let members: @LoopActor @Sendable () async -> Void = {
            repeat {
                if (try? await administrator.ask(MembersQuestion(), until: nil)) != nil { signs.push("members") }
            } while await sleep(for: .milliseconds(5))
        }
        let trace: @LoopActor @Sendable () async -> Void = {
            let trace = DistributionTrace(administrator, TraceRequest(), readCertificate: { _ in nil }) { event in
                if case .began = event { signs.push("trace") }
            }
            _ = try? await trace.run()
        }
        let shell: @LoopActor @Sendable () async -> Void = {
            let question = ShellQuestion(.erlang) { event in
                if case .read = event { signs.push("shell") }
            }
            let opened = try? await administrator.ask(question, until: nil)
            guard let opened else { return }
            opened.start()
            _ = await sleep(for: .seconds(600))
            opened.leave()
        }
        return await withTaskGroup(of: Void.self) { group in
            for part in [members, trace, shell] { group.addTask(operation: part) }
            var seen: Set<String> = []
            let end = Instant.now + .seconds(Deadline.patience)
            while seen.count < 3, case .value(let sign) = await signs.next(until: end) { seen.insert(sign) }
            group.cancelAll()
            return seen.sorted()
        }
    }

    /// How many processes the node has.
    @LoopActor
    private static func processes(_ administrator: NodeAdministrator) async throws(NodeFailure) -> Int {
        let deadline = Instant.now + .seconds(Deadline.patience)
        let outcome = try await administrator.ask(CallQuestion("erlang", "processes", []), until: deadline)
        guard case .value(let value) = outcome else { return 0 }
        return value.list?.count { _ in true } ?? 0
    }
}
