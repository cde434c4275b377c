import Testing

@testable import ErlangTerm

@Suite struct NearMissTests {
    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("erlclu", "erlclu", 0), ("ab", "ba", 1),
        ("nöde", "node", 2),
    ])
    func countsEdits(left: String, right: String, distance: Int) {
        #expect(NearMiss.editDistance(Array(left.utf8), Array(right.utf8)) == distance)
        #expect(NearMiss.editDistance(Array(right.utf8), Array(left.utf8)) == distance)
    }

    @Test func suggestsOnlyWhatIsNear() {
        #expect(NearMiss.of("laad", among: ["yard", "lead"]) == "lead")
        #expect(NearMiss.of("zzz", among: ["yard", "lead"]) == nil)
        #expect(NearMiss.of("a", among: []) == nil)
        #expect(NearMiss.of(String(repeating: "x", count: 10_000), among: ["x"]) == nil)
    }
}
