import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Testing

/// The members as one node streams what is new of them.
@Suite struct MemberFeedTests {
    /// What the watch has reported.
    @LoopActor
    private final class Seen {
        var members: [Member] = []
        var changes: [MemberChange] = []
        var cost = RefreshCost()
        var looks = 0
        var resumed: [String] = []
        var waitedFor: [String] = []
        var deadline = Instant.now + .seconds(Deadline.patience)

        func take(_ event: MemberWatch.Event) {
            switch event {
            case .members(let members):
                self.members = members
                looks += 1
            case .changed(let changes): self.changes += changes
            case .cost(let cost): self.cost = cost
            case .resumed(let node): resumed.append(node)
            case .waits(let names): waitedFor = names
            case .looked: waitedFor = []
            case .interrupted: break
            }
        }

        func member(_ node: String) -> Member? { members.first { $0.node == node } }

        /// Watches until it is so.
        func watch(_ watch: MemberWatch, until condition: () -> Bool) async throws(NodeFailure) {
            do throws(VisitFailure) { try await watch.run { !condition() && .now < deadline } } catch {
                throw NodeFailure(.rpc, stage: .up, node: "", message: error.message, remedy: "")
            }
        }
    }

    private func mesh(_ count: Int, _ release: OTPRelease = .host) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<count).map { _ in try ErlangNodeFixture(release: release) }
        for node in nodes.dropFirst() { try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") }
        for node in nodes { #expect(try eventually { try node.evaluate("length(nodes())") == "\(count - 1)" }) }
        return nodes
    }

    @Test(arguments: OTPRelease.available) func aHungMemberHoldsBackNobody(_ release: OTPRelease) throws {
        let nodes = try mesh(3, release)
        let (name, other) = (nodes[2].name, nodes[1].name)
        try NodeLink(node: nodes[0]).withAdministrator { entry async throws(NodeFailure) in
            let seen = Seen()
            let watch = MemberWatch(entry, ways: []) { _, _ in
                entry
            } onEvent: {
                seen.take($0)
            }
            watch.interval = .milliseconds(100)
            try await watch.begin(until: seen.deadline)
            #expect(seen.members.map(\.state) == [.up, .up, .up])
            #expect(seen.members.allSatisfy { $0.seen != nil && ($0.refreshMicroseconds ?? 0) > 0 })
            #expect(seen.cost.members == 3 && seen.cost.member > 0 && seen.cost.entry > 0)
            let (first, firstOther) = (seen.member(name)?.seen ?? 0, seen.member(other)?.seen ?? 0)
            nodes[2].suspend()
            let looks = seen.looks
            try await seen.watch(watch) { seen.member(name)?.state == .unreachable }
            // In two seconds; the others have gone on.
            #expect(seen.looks > looks + 2)
            #expect((seen.member(other)?.seen ?? 0) > firstOther + 500_000)
            #expect(seen.member(other)?.links == 2)
            #expect((seen.member(name)?.seen ?? 0) < first + 1_500_000)
            #expect(seen.member(name)?.silence?.code == .timeout)
            #expect(seen.changes.last?.member.node == name)
            #expect(seen.waitedFor == [name])
            nodes[2].resume()
            try await seen.watch(watch) { seen.member(name)?.state == .up }
            #expect(seen.member(name)?.state == .up)
            #expect(seen.member(name)?.links == 2)
            #expect(seen.waitedFor.isEmpty)
        }
    }

    /// As much waits for it on the entry as may: who sends to it there is suspended. The feed is not.
    @Test(arguments: OTPRelease.available) func neitherDoesOneThatTakesNothing(_ release: OTPRelease) throws {
        let nodes = try mesh(3, release)
        nodes[2].suspend()
        try nodes[0].evaluate(
            """
            (fun Fill() -> erlang:send({nobody, '\(nodes[2].name)'}, binary:copy(<<0>>, 65536), [nosuspend]) =:= ok
                andalso Fill() end)()
            """)
        try NodeLink(node: nodes[0]).withAdministrator { entry async throws(NodeFailure) in
            let seen = Seen()
            let watch = MemberWatch(entry, ways: []) { _, _ in
                entry
            } onEvent: {
                seen.take($0)
            }
            watch.interval = .milliseconds(200)
            try await watch.begin(until: seen.deadline)
            #expect(seen.member(nodes[1].name)?.state == .up)
            #expect(seen.member(nodes[2].name)?.state == .unreachable)
            let looks = seen.looks
            try await seen.watch(watch) { seen.looks > looks + 3 }
            #expect(seen.looks > looks + 3)
            nodes[2].resume()
            try await seen.watch(watch) { seen.member(nodes[2].name)?.state == .up }
            #expect(seen.member(nodes[2].name)?.state == .up)
        }
    }

    @Test func looksAtOnceAndAtAnotherInterval() throws {
        let nodes = try mesh(1) + [try ErlangNodeFixture()]
        try NodeLink(node: nodes[0]).withAdministrator { entry async throws(NodeFailure) in
            let seen = Seen()
            let watch = MemberWatch(entry, ways: []) { _, _ in
                entry
            } onEvent: {
                seen.take($0)
            }
            watch.interval = .seconds(3_600)
            try await watch.begin(until: seen.deadline)
            _ = try? nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
            watch.lookNow()
            // It is known when it has answered.
            try await seen.watch(watch) {
                watch.lookNow()
                return seen.member(nodes[1].name)?.state == .up
            }
            #expect(seen.changes.contains { $0.what == .joined && $0.member.node == nodes[1].name })
            watch.interval = .milliseconds(100)
            let looks = seen.looks
            try await seen.watch(watch) { seen.looks > looks + 5 }
            #expect(seen.looks > looks + 5)
        }
    }

    /// Our own way is lost, and comes back: nobody was down, whatever we tried meanwhile, and nobody late.
    @Test(arguments: [false, true]) func ourOwnWayIsLostAndNoMember(_ isStalled: Bool) throws {
        let nodes = try mesh(3)
        let forwarder = try PortForwarder(to: nodes[0].port)
        defer { forwarder.stop() }
        // Safe: only the task uses it, and this thread waits for that.
        nonisolated(unsafe) let target = try NodeLink(node: nodes[0], port: forwarder.port).target()
        let makeWay = { @LoopActor (name: String) -> NodeAdministrator in
            NodeAdministrator(node: name) { completion in
                let connector = NodeConnector(target: target, on: LoopActor.loop)
                connector.start { completion(SessionOutcome($0)) }
                return { connector.cancel() }
            }
        }
        try NodeLink(node: nodes[0], port: forwarder.port).withAdministrator { entry async throws(NodeFailure) in
            let seen = Seen()
            let watch = MemberWatch(entry, ways: [], triesMembers: true) { (name, _) throws(VisitFailure) in
                guard name == entry.node else {
                    // Behind the same way.
                    throw .failed(NodeFailure(.tunnel, stage: .tcp, node: name, message: "lost", remedy: ""))
                }
                return makeWay(name)
            } onEvent: {
                seen.take($0)
            }
            watch.interval = .milliseconds(500)
            try await watch.begin(until: seen.deadline)
            seen.changes = []
            if isStalled {
                forwarder.isCut = true
                let timer = LoopActor.loop.schedule(at: .now + .milliseconds(3_500)) { forwarder.isCut = false }
                defer { timer.cancel() }
                let looks = seen.looks
                try await seen.watch(watch) { !forwarder.isCut && seen.looks > looks + 2 }
                #expect(seen.looks > looks + 2 && seen.resumed.isEmpty)
                #expect(seen.changes.isEmpty, "\(seen.changes)")
            } else {
                forwarder.dropConnections()
                try await seen.watch(watch) { !seen.resumed.isEmpty && seen.members.count == 3 }
                #expect(seen.resumed == [entry.node])
                let states = seen.changes.map { "\($0.member.node) \($0.member.state)" }
                #expect(states == ["\(entry.node) unknown", "\(entry.node) up"])
            }
        }
    }

    /// The entry is lost: another member is asked, and says so of it.
    @Test func anotherMemberIsAskedWhereTheEntryIsLost() throws {
        let nodes = try mesh(3)
        let others = try nodes.dropFirst().map { node in
            // Safe: only the task uses it, and this thread waits for that.
            nonisolated(unsafe) let target = try NodeLink(node: node).target()
            return (
                node.name,
                { @LoopActor () -> NodeAdministrator in
                    NodeAdministrator(node: node.name) { completion in
                        let connector = NodeConnector(target: target, on: LoopActor.loop)
                        connector.start { completion(SessionOutcome($0)) }
                        return { connector.cancel() }
                    }
                }
            )
        }
        try NodeLink(node: nodes[0]).withAdministrator { entry async throws(NodeFailure) in
            let seen = Seen()
            let watch = MemberWatch(entry, ways: [], triesMembers: true) { (name, _) throws(VisitFailure) in
                guard name != entry.node else { return entry }
                guard let other = others.first(where: { $0.0 == name }) else {
                    throw .failed(NodeFailure(.rpc, stage: .up, node: name, message: "unknown", remedy: ""))
                }
                return other.1()
            } onEvent: {
                seen.take($0)
            }
            watch.interval = .milliseconds(200)
            try await watch.begin(until: seen.deadline)
            nodes[0].stop()
            try await seen.watch(watch) { !seen.resumed.isEmpty }
            #expect(nodes[1...].map(\.name).contains(seen.resumed.first ?? ""))
            #expect(seen.members.count == 2 && seen.members.allSatisfy { $0.state == .up }, "\(seen.members)")
            #expect(seen.members.first?.node == seen.resumed.first)
        }
    }
}
