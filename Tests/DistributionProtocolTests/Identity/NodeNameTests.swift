import DistributionProtocol
import Testing

@Suite struct NodeNameTests {
    @Test(arguments: [
        ("a@h", "a", "h", false), ("a@h.example.org", "a", "h.example.org", true),
        ("a@127.0.0.1", "a", "127.0.0.1", true),
        ("a@::1", "a", "::1", true), ("é-1.x@h", "é-1.x", "h", false),
    ])
    func valid(_ text: String, _ alive: String, _ host: String, _ isLong: Bool) throws {
        let name = try NodeName(text)
        #expect(name.alive == alive)
        #expect(name.host == host)
        #expect(name.isLong == isLong)
        #expect(name.name == text)
    }

    @Test(arguments: [
        ("a", NodeNameError.noHost("a")), ("", .noHost("")), ("a@", .emptyPart("a@")), ("@h", .emptyPart("@h")),
        ("@", .emptyPart("@")), ("a@h@h", .severalAtSigns("a@h@h")),
    ])
    func invalid(_ text: String, _ error: NodeNameError) {
        #expect(throws: error) { try NodeName(text) }
    }

    @Test func lengthCountsCodePoints() throws {
        let longest = String(repeating: "é", count: 253) + "@h"
        #expect(try NodeName(longest).name == longest)
        #expect(throws: NodeNameError.tooLong("é" + longest)) { try NodeName("é" + longest) }
        // One Character of two code points.
        let combining = String(repeating: "e\u{301}", count: 127) + "@h"
        #expect(throws: NodeNameError.tooLong(combining)) { try NodeName(combining) }
    }
}
