import ErlcluTestSupport
import Glibc
import Testing

/// What a node sends through its `ssh:daemon` comes whole, and no faster than it is read.
@Suite(.waiting) struct SecureShellOutputTests {
    @Test(arguments: OTPRelease.available)
    func aBigValueComesWhole(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try NodeDaemon(on: node).tool()
        let text = (100_000..<400_000).map(String.init).joined()
        // Its parts do not end where those of the lines do, and output comes before it.
        let result = try tool.run(
            "eval", "-o", "raw",
            #"io:put_chars(<<"first\n">>), << <<(integer_to_binary(N))/binary>> || N <- lists:seq(100000, 399999) >>."#)
        // A mismatch does not print it.
        let isWhole = result.standardOutput == "first\n" + text
        #expect(result.exitStatus == 0 && isWhole, "\(result.standardOutput.utf8.count): \(result.standardError)")
    }

    /// The bridge sends past the process of the channel, and waits there until there is room.
    @Test(arguments: OTPRelease.available)
    func whoeverDoesNotReadHoldsTheNodeBack(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try NodeDaemon(on: node).tool()
        defer { withExtendedLifetime(tool) {} }
        #expect(try tool.run("ping").exitStatus == 0)
        let before = try NodeInventory(of: node)
        for number in [SIGCONT, SIGKILL] {
            let evaluation = try tool.start("eval", Self.output)
            #expect(evaluation.waitForOutput(containing: "first\n"), "\(evaluation.standardError)")
            evaluation.signal(SIGSTOP)
            try node.evaluate("element(1, persistent_term:get(output)) ! go")
            // Who sends waits for a moment each time: it has to be the same wait for a while.
            var (written, looks) = ("", 0)
            let isHeld = try eventually {
                let now = try node.evaluate("{\(Self.written), \(Self.waits)}")
                looks = now == written && now.hasSuffix(",true}") ? looks + 1 : 0
                written = now
                return looks == 10
            }
            #expect(isHeld, "\(release): nobody waits for room: \(written)")
            // The window is 1.25 MiB, and the bridge has one item: in base64, less than two.
            let count = try #require(Int(written.dropFirst().prefix(while: \.isNumber)))
            #expect(0..<200 ~= count, "\(release): \(count) of 1000")
            if number == SIGCONT {
                evaluation.signal(SIGCONT)
                let result = try evaluation.wait()
                let size = result.standardOutput.utf8.count
                #expect(result.exitStatus == 0 && size == 10_000_012, "\(release): \(size), \(result.standardError)")
            } else {
                evaluation.signal(number)
                _ = try evaluation.wait()
            }
            try node.evaluate("persistent_term:erase(output)")
            try before.expectNothingMore("\(release), signal \(number)")
        }
    }

    /// Ten megabytes behind a gate, counted in parts of ten thousand bytes.
    private static let output = """
        Count = counters:new(1, []), persistent_term:put(output, {self(), Count}), io:put_chars(<<"first\\n">>),
        receive go -> ok end,
        [begin io:put_chars(binary:copy(<<"x">>, 10000)), counters:add(Count, 1, 1) end || _ <- lists:seq(1, 1000)],
        done.
        """
    private static let written = "counters:get(element(2, persistent_term:get(output)), 1)"
    /// Whether a process other than the channel's, which OTP starts, waits for a connection to take data.
    private static let waits = """
        [P || P <- erlang:processes(), {current_stacktrace, Calls} <- [process_info(P, current_stacktrace)],
            lists:keymember(ssh_connection_handler, 1, Calls),
            process_info(P, initial_call) =:= {initial_call, {erlang, apply, 2}}] =/= []
        """
}
