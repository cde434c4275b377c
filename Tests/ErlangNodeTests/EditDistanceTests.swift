import Testing

@testable import ErlangNode

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("erlclu", "erlclu", 0), ("ab", "ba", 2),
        ("nöde", "node", 1),
    ])
    func counts(left: String, right: String, distance: Int) {
        #expect(EditDistance.between(left, right) == distance)
        #expect(EditDistance.between(right, left) == distance)
    }
}
