import ErlcluTestSupport
import Foundation
import Testing

/// What is between us and the node goes: nothing stays there, and the trace goes on when there is a way again.
@Suite(.waiting) struct TraceCutTests {
    /// No packet comes any more, and no end of the connection either.
    @Test(arguments: OTPRelease.available)
    func endsWhenTheLinkIsCut(_ release: OTPRelease) throws {
        for transport in try [NodeTransport.tcp, .mutualTLS()] {
            let node = try ErlangNodeFixture(release: release, transport: transport)
            let before = try NodeTraces(on: node)
            let link = try PortForwarder(to: node.port)
            defer { link.stop() }
            let trial = try TraceTrial(
                node, ["-o", "jsonl", "--address", "127.0.0.1:\(link.port)", "--epmd", "none"], silence: "1s")
            link.isCut = true
            #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
            link.isCut = false
            #expect(eventually { trial.errors.contains("again") }, "\(release): \(trial.errors)")
            link.isCut = true
            // Whoever does not want it any longer is not kept waiting.
            #expect(try trial.finish().exitStatus == 130)
            #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
        }
    }

    /// It is gone while the tool stands still, and there again when that goes on.
    @Test(arguments: OTPRelease.available)
    func beginsAnewAfterASilence(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeTraces(on: node)
        let trial = try TraceTrial(node, silence: "1s")
        trial.signal(SIGSTOP)
        #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
        trial.signal(SIGCONT)
        #expect(eventually { trial.errors.contains("again") }, "\(release): \(trial.errors)")
        #expect(trial.errors.contains("the trace is interrupted: it heard nothing of us for 1 s"), "\(trial.errors)")
        try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
        #expect(trial.waitForResult(), "\(release): \(trial.errors)")
        _ = try trial.finish()
    }

    /// As long as it is told to, it waits.
    @Test func bearsASilenceItWasToldOf() throws {
        let node = try ErlangNodeFixture()
        let before = try NodeTraces(on: node)
        let trial = try TraceTrial(node, silence: "60s")
        trial.signal(SIGSTOP)
        #expect(try !eventually(within: 2) { try NodeTraces(on: node) == before })
        trial.signal(SIGCONT)
        try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
        #expect(trial.waitForResult())
        #expect(try !trial.finish().standardError.contains("interrupted"))
    }

    @Test(arguments: OTPRelease.available)
    func bearsTheRestartOfNetKernel(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, nameType: .late())
        let before = try NodeTraces(on: node)
        let trial = try TraceTrial(node, isFoundByEPMD: true)
        try node.evaluate("ok = net_kernel:stop()")
        #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
        // A busy epmd has the name for a moment longer, and refuses it meanwhile.
        #expect(
            try eventually {
                try node.evaluate("element(1, net_kernel:start(['\(node.name)', longnames]))") == "ok"
            }, "\(release)")
        // Who dials in the middle of it may get no answer, and dials again after its ten seconds.
        #expect(eventually { trial.errors.contains("again") }, "\(release): \(trial.errors)")
        try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
        #expect(trial.waitForResult(), "\(release): \(trial.errors)")
        _ = try trial.finish()
        #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
    }
}
