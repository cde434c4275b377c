import ClusterAdmin
import ErlcluTestSupport
import Testing

@testable import ErlcluCommands

/// 200,000 members: nothing that is done with each takes longer where there are more.
@Suite struct ManyMembersTests {
    private static func members(_ count: Int) -> [Member] {
        (0..<count).map { number in
            Member(
                node: "node\(number)@10.0.0.1", state: .up, kind: .visible, isEntry: number == 0,
                address: "10.0.0.1:4711", transport: "tls", otpRelease: "27", uptimeSeconds: number, processes: 100,
                runQueue: 0, memoryBytes: 1 << 25, links: 7, linksExpected: count - 1, certificateDays: 90)
        }
    }

    @Test(arguments: ["table", "json"]) func areShown(format: String) {
        func show(_ count: Int) -> Double {
            let trial = CommandTrial()
            trial.targets.nodes["a@here"]?.memberRows = Self.members(count)
            let time = ProcessorTime.of { #expect(trial.run("members", "-o", format) == 0) }
            #expect(trial.output.bytes.count > 100 * count)
            return time
        }
        // Eight times as many take eight times as long, or somewhat more; a quadratic step would take 64 times.
        let (few, many) = (show(2_500), show(20_000))
        #expect(many < 20 * few, "\(few) s, \(many) s")
    }

    @Test func areWatched() {
        func watch(_ count: Int) -> Double {
            let members = Self.members(count)
            return ProcessorTime.of {
                var ledger = MemberLedger()
                #expect(ledger.take(members).count == count)
                let changes = ledger.take(
                    members.map { member in
                        var member = member
                        member.links = 8
                        return member
                    })
                #expect(MemberChange.folded(changes).count == 1)
            }
        }
        let (few, many) = (watch(2_500), watch(20_000))
        #expect(many < 20 * few, "\(few) s, \(many) s")
    }
}
