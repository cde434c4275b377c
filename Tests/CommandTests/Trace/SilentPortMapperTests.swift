import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Foundation
import Testing

/// An epmd that takes connections and answers none: a node that dials by it gives up when its setup time is over.
@Suite(.waiting) struct SilentPortMapperTests {
    @Test(arguments: OTPRelease.available)
    func isTold(_ release: OTPRelease) throws {
        let mapper = try PortMapper()
        let scenario = TraceScenario(
            name: "epmd does not answer", code: .epmdTimeout,
            acceptor: {
                try ErlangNodeFixture(
                    release: $0, arguments: TraceScenario.quick, variables: ["ERL_EPMD_PORT": "\(mapper.port)"])
            },
            initiator: .alone {
                mapper.suspend()
                return TraceScenario.DialledName(name: "nobody@127.0.0.1", fixtures: [mapper])
            })
        let run = try ScenarioRun(scenario, release)
        for view in run.views {
            #expect(view.secrets == [])
            let told = try TraceTrial.replay(view.lines)
            guard release == .host else { continue }
            expectSnapshot(told.standardOutput, named: "\(scenario.name).txt", scrubbing: run.scrubs)
        }
    }
}
