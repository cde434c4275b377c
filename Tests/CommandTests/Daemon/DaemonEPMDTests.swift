import ErlcluTestSupport
import Testing

/// erlclud as the epmd of its host. Who judges are epmd's own program, and nodes that register.
@Suite(.waiting) struct DaemonEPMDTests {
    /// An erlclud with an epmd of its own, and the variables by which others find that.
    private static func daemon(_ choice: String = "embedded") throws -> (daemon: DaemonFixture, port: UInt16) {
        let port = try LocalSocket.unusedPort()
        let daemon = try DaemonFixture(
            options: ["--epmd", choice],
            variables: ["ERL_EPMD_PORT": "\(port)", "ERL_EPMD_ADDRESS": "127.0.0.1"])
        return (daemon, port)
    }

    private static func epmd(_ port: UInt16, _ options: String...) throws -> String {
        let result = try CommandResult.of("epmd", ["-port", "\(port)"] + options)
        return result.standardOutput + result.standardError
    }

    @Test func epmdsOwnProgramReadsIt() throws {
        let (daemon, port) = try Self.daemon()
        let alive = daemon.name.prefix { $0 != "@" }
        #expect(try Self.epmd(port, "-names").contains("name \(alive) at port "), "\(daemon.process.standardError)")
        #expect(try Self.epmd(port, "-dump").contains("active name     <\(alive)> at port "))
        #expect(try Self.epmd(port, "-kill").contains("Killing not allowed"))
        _ = try Self.epmd(port, "-stop", String(alive))
        #expect(try Self.epmd(port, "-names").contains("name \(alive) at port "))
        #expect(daemon.process.isRunning)
        let names = try CommandResult.of(
            BuiltProduct.tool, ["names", "127.0.0.1:\(port)"], environment: NodeTool.scrubbed)
        #expect(names.standardOutput.contains(alive), "\(names)")
    }

    @Test(arguments: OTPRelease.available)
    func nodesRegisterAndFindEachOther(_ release: OTPRelease) throws {
        let (daemon, port) = try Self.daemon()
        let variables = ["ERL_EPMD_PORT": "\(port)"]
        let one = try ErlangNodeFixture(release: release, variables: variables)
        let two = try ErlangNodeFixture(release: release, variables: variables)
        #expect(try one.evaluate("net_adm:ping('\(two.name)')") == "pong")
        #expect(try one.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        #expect(try one.evaluate("{ok, Names} = net_adm:names({127,0,0,1}), length(Names)") == "3")
        // A name is taken as long as its node is there.
        let alive = two.name.prefix { $0 != "@" }
        #expect(try one.evaluate("element(1, erl_epmd:register_node(\"x\", 1))") == "error")
        #expect(try Self.epmd(port, "-names").contains("name \(alive) at port"))
        two.stop()
        #expect(try eventually { try !Self.epmd(port, "-names").contains("name \(alive) at port") })
        // Another one with its name is another incarnation.
        let again = try ErlangNodeFixture(release: release, name: String(alive), variables: variables)
        #expect(try one.evaluate("net_adm:ping('\(again.name)')") == "pong")
    }

    /// It is an epmd only where there is none, and once there is none.
    @Test func itStepsInWhereThereIsNone() throws {
        let mapper = try PortMapper()
        let daemon = try DaemonFixture(
            options: ["--epmd", "auto"],
            variables: ["ERL_EPMD_PORT": "\(mapper.port)", "ERL_EPMD_ADDRESS": "127.0.0.1"])
        #expect(!daemon.process.standardError.contains("event=serving_epmd"))
        mapper.stop()
        #expect(
            daemon.process.waitForOutput(containing: "event=serving_epmd", onError: true),
            "\(daemon.process.standardError)")
        let alive = daemon.name.prefix { $0 != "@" }
        #expect(try Self.epmd(mapper.port, "-names").contains("name \(alive) at port "))
    }

    /// Peers that say nothing, garbage, or half a request hold up nobody, and cost no name.
    @Test func hostilePeersHoldUpNobody() throws {
        let (daemon, port) = try Self.daemon()
        let node = try ErlangNodeFixture(variables: ["ERL_EPMD_PORT": "\(port)"])
        let peak = PeakMemory(of: daemon.process)
        let before = try daemon.descriptorCount
        let pieces: [[UInt8]] = [
            [], [0], [0, 200, 122], [0xff, 0xff, 1, 2, 3], Array("GET / HTTP/1.1\r\n\r\n".utf8), [0, 0], [0, 1, 99],
            [0, 13, 120, 0, 1, 77, 0, 0, 6, 0, 5, 0xff, 0xff, 0],
        ]
        let crowd = Crowd(at: port, saying: pieces)
        #expect(crowd.isWhole)
        let other = try ErlangNodeFixture(variables: ["ERL_EPMD_PORT": "\(port)"])
        #expect(try other.evaluate("net_adm:ping('\(node.name)')") == "pong")
        let names = try Self.epmd(port, "-names")
        for name in [node.name, other.name, daemon.name] {
            #expect(names.contains("name \(name.prefix { $0 != "@" }) at port"), "\(names)")
        }
        #expect(try other.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        crowd.leave()
        other.stop()
        // The other node has its link still.
        #expect(try eventually { try daemon.descriptorCount <= before + 1 })
        #expect(daemon.process.isRunning)
        #expect(peak.bytes < DaemonFixture.memoryWithoutCookie, "\(peak.bytes)")
    }
}
