import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ClusterAdmin
@testable import ErlcluCommands

@Suite struct MeshVisitTests {
    private static func report(_ from: String, _ to: String, _ state: String) throws -> ReachReport {
        let term = TermView.of(
            """
            {reach, '\(to)', #{from => '\(from)', state => \(state), began => 1000, ended => 9000,
                long_names => true, proto_dist => <<"inet_tcp">>, cookie => 42}}
            """)
        let report = ReachReport(term)
        return try #require(report)
    }

    /// A connection that was made is new to both its ends, also to the one that was asked when it was there.
    @Test(arguments: [("made", "up"), ("up", "made"), ("made", "made")])
    func whatWasMadeIsNewToBoth(there: String, back: String) throws {
        let trial = CommandTrial()
        trial.targets.nodes["a@here"]?.memberRows = ["a@here", "b@here"].map {
            Member(node: $0, state: .up, kind: .visible)
        }
        trial.targets.nodes["a@here"]?.reached = [
            .look: [try Self.report("a@here", "b@here", "down"), try Self.report("b@here", "a@here", "down")],
            .dial: [try Self.report("a@here", "b@here", there), try Self.report("b@here", "a@here", back)],
        ]
        let status = trial.run("doctor", "--all", "--connect", "-n", "a@here", "-n", "b@here")
        #expect(status == 0, "\(trial.standardError)")
        #expect(
            trial.standardOutput.contains("2 of 2 connections were not there, and are now"), "\(trial.standardOutput)")
    }
}
