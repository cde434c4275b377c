import Diagnosis
import Testing

@Suite struct UTCTimeTests {
    /// Against `date -u -d @N`.
    @Test(arguments: [
        (0, "1970-01-01 00:00:00Z"), (951_782_400, "2000-02-29 00:00:00Z"), (1_709_251_199, "2024-02-29 23:59:59Z"),
        (4_107_542_399, "2100-02-28 23:59:59Z"), (4_107_542_400, "2100-03-01 00:00:00Z"), (-1, "1969-12-31 23:59:59Z"),
        (253_402_300_799, "9999-12-31 23:59:59Z"), (-62_167_219_200, "0000-01-01 00:00:00Z"),
    ])
    func writesMoments(seconds: Int, text: String) {
        #expect(UTCTime(seconds: seconds).description == text)
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m00s"), (3599, "59m59s"), (3600, "1h00m"), (86_399, "23h59m"), (86_400, "1d00h"),
        (-273_600, "3d04h"), (.min, "106751991167300d15h"),
    ])
    func writesSpans(seconds: Int, text: String) {
        #expect(UTCTime.span(seconds) == text)
    }
}
