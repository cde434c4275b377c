import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Testing

/// What a dashboard does: several things at once on one loop and one connection, ended in the middle.
@Suite struct LiveLoopTests {
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
            opened.kill()
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
