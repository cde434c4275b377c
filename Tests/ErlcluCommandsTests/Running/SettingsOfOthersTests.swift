import ByteTransport
import ClusterAdmin
import Dashboard
import Testing

@testable import ErlcluCommands
@testable import ReleaseFiles

/// What was said of where one node is, and what holds for others of its cluster.
@Suite struct SettingsOfOthersTests {
    private static let flag = Origin.flag("--address")

    private static func settings(epmd: EPMDChoice, serverName: Origin) -> NodeSettings {
        var settings = NodeSettings(
            nodes: Sourced(["a@here", "b@here"], flag), nameType: Sourced(.short, .fallback),
            cookie: nil, transport: Sourced(.tls, .fallback),
            address: Sourced(HostAndPort(host: "127.0.0.1", port: 4000), flag), epmd: Sourced(epmd, .fallback),
            distributionPort: Sourced(4001, flag), tls: TLSSettings(verifiesPeer: Sourced(true, .fallback)),
            timeoutMilliseconds: Sourced(1000, .fallback), mode: Sourced(.readWrite, .fallback), context: nil,
            release: nil, optfile: nil, warnings: [])
        settings.tls.serverName = Sourced(.name("given"), serverName)
        return settings
    }

    @Test func allOfItHoldsForTheEntry() {
        let settings = Self.settings(epmd: .lookup(host: nil, port: 4369), serverName: Self.flag).holding(for: "a@here")
        #expect(settings.address != nil && settings.distributionPort != nil && settings.tls.serverName != nil)
    }

    @Test(arguments: ["b@here", "c@here"]) func anotherNodeIsComeToByItsName(_ node: String) {
        let settings = Self.settings(epmd: .lookup(host: nil, port: 4369), serverName: Self.flag).holding(for: node)
        #expect(settings.address == nil && settings.distributionPort == nil && settings.tls.serverName == nil)
        let ofFile = Self.settings(epmd: .none, serverName: .file("ssl.conf", line: 1)).holding(for: node)
        #expect(ofFile.address == nil && ofFile.distributionPort != nil && ofFile.tls.serverName != nil)
    }

    /// A console of the dashboard on the node that was named is a connection to where that was said to be.
    @Test func aConsoleOnTheEntryGoesWhereItWasSaidToBe() throws {
        let trial = CommandTrial()
        trial.targets.address = HostAndPort(host: "127.0.0.1", port: 4000)
        let command = try trial.command("ui", "-n", "a@here", "--address", "127.0.0.1:4000")
        // Safe: the loop runs the task on this thread, which waits here until it has ended.
        nonisolated(unsafe) let run = command
        try command.context.loop.run { @LoopActor () async throws(CommandFailure) -> Void in
            _ = try run.open(further: "a@here")
            _ = try run.open(further: "b@here")
        }
        #expect(trial.targets.opened.map(\.node) == ["a@here", "b@here"])
        #expect(trial.targets.opened.map { $0.settings.address?.value.port } == [4000, nil])
    }

    /// epmd at the far end of a tunnel knows its own host's nodes.
    @Test func namesOfTheFarEndAreNotOfferedAsOurs() throws {
        for via in [nil, "ssh:bastion"] as [String?] {
            let trial = CommandTrial()
            trial.targets.registered = [RegisteredNode(name: "shop", port: 4711)]
            trial.targets.via = via.flatMap { TunnelChoice($0) }.map { Sourced($0, .flag("--via")) }
            let command = try trial.command("ui")
            // Safe: as above.
            nonisolated(unsafe) let run = command
            let offered = try command.context.loop.run {
                @LoopActor () async throws(CommandFailure) -> [DashboardTarget] in
                _ = try run.settings()
                var last: [DashboardTarget] = []
                await run.offerChoices(run.knownSettings, isFirst: true) { last = $0.map(\.target) }
                return last
            }
            #expect(offered.contains(.node("shop@here")) == (via == nil))
        }
    }
}
