import ErlcluTestSupport
import Foundation
import Testing

/// Nodes whose clock is wrong: a library that is loaded before libc's adds to what the system says.
@Suite(.waiting) struct WrongClockTests {
    /// - Parameter seconds: how far it is ahead.
    private func node(ahead seconds: Int, _ directory: TemporaryDirectory) throws -> ErlangNodeFixture {
        let source = try directory.write(
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <sys/time.h>
            #include <time.h>

            int clock_gettime(clockid_t clock, struct timespec *time) {
                static int (*real)(clockid_t, struct timespec *);
                if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
                int result = real(clock, time);
                if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += \(seconds);
                return result;
            }

            int gettimeofday(struct timeval *restrict time, void *restrict zone) {
                struct timespec now;
                int result = clock_gettime(CLOCK_REALTIME, &now);
                time->tv_sec = now.tv_sec;
                time->tv_usec = now.tv_nsec / 1000;
                return result;
            }
            """, to: "clock\(seconds).c")
        let library = source.replacingOccurrences(of: ".c", with: ".so")
        let made = try CommandResult.of("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"])
        try #require(made.exitStatus == 0, "\(made.standardError)")
        return try ErlangNodeFixture(variables: ["LD_PRELOAD": library])
    }

    @Test(arguments: [(90, "1m(29|30|31)s ahead of ours"), (-7200, "(2h00m|1h59m) behind ours")])
    func tellsOfIt(seconds: Int, words: String) throws {
        let directory = try TemporaryDirectory()
        let node = try node(ahead: seconds, directory)
        let command = try FailedCommand.to(node, ["doctor"])
        let result = try command.start(["-o", "json"]).wait()
        #expect(try PrintedDiagnosis(result.standardOutputBytes).warnings == ["clock"], "\(result.standardOutput)")
        // A busy machine answers late, and is asked to the second.
        let sentence = "the node's clock is \(words)"
        let place = result.standardOutput.range(of: sentence, options: .regularExpression)
        #expect(place != nil, "\(result.standardOutput)")
        #expect(result.exitStatus == 0)
    }

    /// Each is asked for itself, and neither of the two is ours.
    @Test func comparesTwo() throws {
        let directory = try TemporaryDirectory()
        let (early, late) = (try node(ahead: -600, directory), try node(ahead: 300, directory))
        let command = try FailedCommand.to(early, ["doctor", late.name, "--from", early.name])
        let result = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.warnings == ["clock"], "\(result.standardOutput)")
        // What the two traces tell is one story all the same.
        #expect(Set(diagnosis.vantages) == [early.name, late.name], "\(result.standardOutput)")
        let sentence = "the clock of \(late.name) is (14m59|15m00|15m01)s ahead of that of \(early.name)"
        let place = result.standardOutput.range(of: sentence, options: .regularExpression)
        #expect(place != nil, "\(result.standardOutput)")
    }
}
