import ErlcluTestSupport
import Foundation
import Testing

/// Output on its way: at once, complete, and at the reader's pace.
@Suite(.waiting) struct StreamingTests {
    /// The expression waits for a file that is made only when its first words have been seen.
    @Test(arguments: OTPRelease.available)
    func outputIsThereBeforeTheExpressionIsDone(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        let child = try NodeTool(node).start(
            "eval", "register(held, self()), io:put_chars(\"first\"), receive go -> io:put_chars(\" second\") end, done"
        )
        #expect(child.waitForOutput(containing: "first"))
        #expect(child.isRunning)
        try node.evaluate("held ! go")
        let result = try child.wait()
        #expect(result.standardOutput == "first second\ndone\n")
        #expect(result.standardError == "")
    }

    @Test(arguments: [
        ("io:put_chars(\"no newline\"), ok", "no newline\nok\n"),
        ("io:put_chars(\"a newline\\n\"), ok", "a newline\nok\n"),
        ("io:format(\"~ts~n\", [[16#41, 16#e4, 16#20ac, 16#1f600]]), <<\"äß\"/utf8>>", "Aä€😀\n<<\"äß\"/utf8>>\n"),
        ("{\"grün\", 'größe', \"日本\"}", "{\"grün\",größe,[26085,26412]}\n"),
        ("io:put_chars(<<27, \"[31mred\">>), ok", "\\x{1B}[31mred\nok\n"),
        ("io:get_line(\"more? \")", "eof\n"),
    ])
    func outputThenValue(expression: String, output: String) throws {
        let result = try NodeTool(try Self.shared.get()).run("eval", expression)
        #expect(result.standardOutput == output)
        #expect(result.exitStatus == 0, "\(result.standardError)")
    }

    /// The reader stops for longer than the node's net_ticktime, with megabytes on the way.
    @Test(arguments: [false, true])
    func linkOutlivesAReaderThatPauses(isSecure: Bool) throws {
        let node = try ErlangNodeFixture(
            transport: isSecure ? .mutualTLS() : .tcp, arguments: ["-kernel", "net_ticktime", "4"])
        let count = 50_000_000
        let reader = try SlowReader(
            NodeTool(node), "eval", "io:put_chars(binary:copy(<<\"y\">>, \(count))), done")
        #expect(reader.waitForStart())
        // It is the time itself that must pass: in it the node would drop a silent link.
        let pause = Deadline.after(seconds: 7)
        #expect(eventually { pause.hasPassed })
        #expect(try node.evaluate("length(nodes(hidden))") == "1", "\(node.log)")
        #expect(try reader.peakMemory() < 64 << 20)
        let (rest, errors) = try reader.finish()
        #expect(rest == count - 1 + "\ndone\n".utf8.count)
        #expect(errors == "status 0.")
    }

    /// A process that prints without end waits on its node; the link to it stays up.
    @Test func outputWithoutEndIsHeldBackByItsReader() throws {
        let node = try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "8"])
        let reader = try NarrowPipe()
        let end = try reader.writingEnd()
        defer { close(end) }
        let numbers = """
            register(printer, self()), F = fun F(N) -> io:format("~b ~s~n", [N, lists:duplicate(1000, $x)]), F(N + 1) end, F(0)
            """
        let tool = try NodeTool(node).start(
            "eval", "-t", "infinity", numbers, descriptors: [(end, STDOUT_FILENO)])
        #expect(eventually(within: 20) { reader.isFull })
        func printed() throws -> String { try node.evaluate("element(2, process_info(whereis(printer), reductions))") }
        // Queues fill on the way; then it stands still.
        var last = ""
        #expect(
            try eventually(within: 60) {
                let now = try printed()
                defer { last = now }
                return now == last
            })
        let pause = Deadline.after(seconds: 11)
        #expect(eventually(within: 20) { pause.hasPassed })
        #expect(try node.evaluate("length(nodes(hidden))") == "1", "\(node.log)")
        #expect(try ProcessFigures.peakMemory(of: tool.processIdentifier) < 64 << 20)
        // The reader goes on, and misses nothing.
        let before = try printed()
        let taken = reader.take(within: 20) { $0.count > 6_000_000 }
        #expect(taken.count > 6_000_000)
        let lines = taken.split(separator: 0x0A).dropLast()
        #expect(lines.enumerated().allSatisfy { $1.starts(with: "\($0) ".utf8) && $1.count > 1000 })
        #expect(try printed() != before)
        tool.signal(SIGINT)
        #expect(try tool.wait(within: 20).status == .signalled(SIGINT))
        #expect(try eventually { try node.evaluate("whereis(printer)") == "undefined" })
    }

    /// As `erlclu-ctl eval ... | head -1`, and the same under a supervisor that has SIGPIPE ignored.
    @Test(arguments: [false, true]) func readerThatLeavesEndsTheCommandAndTheEvaluation(isIgnored: Bool) throws {
        let node = try Self.shared.get()
        let tool = try NodeTool(node)
        let name = "left_reader_\(isIgnored)"
        let command = tool.shellCommand("eval", Self.endless(name))
        let script = "\(isIgnored ? "trap '' PIPE; " : "")\(command) | head -c 5; echo \" ${PIPESTATUS[0]}\""
        let result = try CommandResult.of("bash", ["-c", script], environment: tool.environment)
        #expect(result.standardOutput == "01234 141\n", "\(result.standardError)")
        #expect(try eventually { try node.evaluate("whereis(\(name))") == "undefined" })
    }

    private static let shared = Result { try ErlangNodeFixture() }

    private static func endless(_ name: String) -> String {
        "register(\(name), self()), F = fun F() -> io:put_chars(\"0123456789\"), F() end, F()"
    }
}
