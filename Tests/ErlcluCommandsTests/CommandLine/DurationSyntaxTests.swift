import Testing

@testable import ErlcluCommands

@Suite struct DurationSyntaxTests {
    static let durations: [(String, Duration?)] = [
        ("10s", .seconds(10)), ("500ms", .milliseconds(500)), ("2m", .seconds(120)), ("1h", .seconds(3_600)),
        ("5", .seconds(5)), ("0.5", .milliseconds(500)), ("1ms", .milliseconds(1)),
    ]

    @Test(arguments: durations) func isDuration(_ text: String, _ duration: Duration?) {
        #expect(DurationSyntax(text) == duration.map { .limited($0) })
    }

    @Test(arguments: [
        "", "s", "-1s", "1d", "1e3s", "٣s", "99999999h", "0", "0.1ms", "597h", ".", "1.2.3", "nan", " 1s",
    ])
    func isNoDuration(_ text: String) {
        #expect(DurationSyntax(text) == nil)
    }
}
