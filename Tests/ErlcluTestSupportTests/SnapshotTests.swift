import ErlcluTestSupport
import Testing

@Suite struct SnapshotTests {
    private let ports = [Scrub.pattern("[0-9]{4,5}", as: "PORT")]

    @Test func acceptsWhatIsThere() {
        expectSnapshot("port 40001\n", named: "scrubbed.txt", scrubbing: ports)
    }

    @Test func showsADifference() {
        withKnownIssue {
            expectSnapshot("port none\n", named: "scrubbed.txt", scrubbing: ports)
        } matching: {
            $0.comments.contains { $0.rawValue.contains("1+ port none") }
        }
    }

    @Test func missesAFile() {
        withKnownIssue { expectSnapshot("", named: "missing.txt") }
    }
}
