import Diagnosis
import DistributionProtocol
import Testing

/// An initiator that leaves behind the challenge without a word, as the acceptor sees it.
@Suite struct LeftBehindChallengeTests {
    /// One that finds another name there than it dialled leaves at once.
    @Test(arguments: [(10_000, .name), (900_000, .closed), (nil, .closed)] as [(Int?, FailureCode)])
    func onlyWhoLeavesAtOnceMayHaveFoundAnotherName(_ waited: Int?, _ code: FailureCode) throws {
        var facts = AttemptFacts(initiator: Party(name: "a@h"), acceptor: Party(name: "b@h"), now: 0)
        facts.waited[.acceptor] = waited
        facts.ends = [AttemptFacts.End(side: .acceptor, reason: .closed(by: .initiator), stage: .reply)]
        let finding = try #require(AttemptRules.finding(for: facts))
        #expect(finding.code == code && !finding.isCertain)
        #expect(finding.alternatives == [code == .name ? .closed : .name])
    }
}
