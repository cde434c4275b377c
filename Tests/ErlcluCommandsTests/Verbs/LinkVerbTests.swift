import ClusterAdmin
import Diagnosis
import ErlangNode
import Testing

@testable import ErlcluCommands

/// `links`, of nodes that are made up.
@Suite struct LinkVerbTests {
    private let trial = CommandTrial()
    private let link = DistributionLink(
        node: "a@here", peer: "b@here", transport: "tcp", address: "10.0.0.7:4000", isDialled: true, packetsIn: 1,
        packetsOut: 2, bytesIn: 2_048, bytesOut: 5_000_000, bufferedBytes: 1 << 20, queuedBytes: 100, isBusy: true)

    @Test func aNarrowTerminalShowsWhatMatters() {
        trial.outputIsTerminal = true
        trial.targets.nodes["a@here"]?.links = [NodeLinks(node: "a@here", links: [link])]
        #expect(trial.run("links", "--color", "never") == 0)
        #expect(
            trial.standardOutput == """
                PEER    STATE  KIND     VIA  ADDRESS          IN   OUT  BUFFER  QUEUE  BUSY
                b@here  up     visible  tcp  10.0.0.7:4000  2.0K  4.8M    1.0M   100B  yes

                """)
    }

    @Test func whoGivesNoAnswerMakesItPartial() {
        let late = NodeFailure(.timeout, stage: .up, node: "b@here", message: "b@here is late", remedy: "")
        trial.targets.nodes["a@here"]?.links = [
            NodeLinks(node: "a@here", links: [link]), NodeLinks(node: "b@here", links: [], failure: late),
        ]
        #expect(trial.run("links", "--all") == 2)
        #expect(trial.standardError.contains("b@here is late"))
        trial.output.bytes = []
        #expect(trial.run("links", "--all", "-o", "json") == 2)
        #expect(trial.standardOutput.contains(#""busy":true"#) && trial.standardOutput.contains("E-TIMEOUT"))
    }

    @Test func aWatchIsNoDocument() {
        for words in [["links"], ["status"], ["cert", "list"]] {
            #expect(trial.run(words: words + ["-w", "-o", "json"]) == 64)
        }
        #expect(trial.run("status", "-w", "--all") == 64)
    }
}
