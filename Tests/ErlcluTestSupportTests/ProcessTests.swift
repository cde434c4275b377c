import ErlcluTestSupport
import Glibc
import Testing

@Suite struct ProcessTests {
    @Test func separatesTheStreams() throws {
        let result = try CommandResult.of("sh", ["-c", "cat; echo err >&2; exit 3"], input: Array("in".utf8))
        #expect(result.standardOutput == "in")
        #expect(result.standardError == "err\n")
        #expect(result.exitStatus == 3)
    }

    @Test func measuresMemory() throws {
        let script = "x=$(head -c 50000000 /dev/zero | tr '\\0' x); echo full; read line"
        let child = try ChildProcess("bash", ["-c", script])
        let memory = PeakMemory(of: child)
        #expect(child.waitForOutput(containing: "full"))
        #expect(eventually { memory.bytes > 50_000_000 })
        child.closeInput()
        _ = try child.wait()
    }

    @Test func reportsASignal() throws {
        #expect(try CommandResult.of("sh", ["-c", "kill -TERM $$"]).status == .signalled(SIGTERM))
    }

    @Test func givesATerminal() throws {
        let size = TerminalSize(columns: 101, rows: 33)
        let result = try CommandResult.of("sh", ["-c", "test -t 1 && stty size </dev/tty"], terminal: size)
        #expect(result.standardOutput == "33 101\r\n")
    }

    @Test func killsWhatRunsTooLong() throws {
        #expect(throws: FixtureFailure.self) { try CommandResult.of("sleep", ["60"], within: 0.1) }
    }

    @Test func killsGrandchildren() throws {
        let child = try ChildProcess("sh", ["-c", "sleep 60 & echo $!; wait"])
        #expect(child.waitForOutput(containing: "\n"))
        let grandchild = try #require(pid_t(child.standardOutput.dropLast()))
        child.terminate()
        #expect(eventually { kill(grandchild, 0) != 0 })
    }

    @Test func changesTheEnvironment() throws {
        let result = try CommandResult.of("sh", ["-c", "echo $A-$HOME"], environment: ["A": "b", "HOME": nil])
        #expect(result.standardOutput == "b-\n")
    }

    @Test func findsTheTool() {
        #expect(access(BuiltProduct.tool, X_OK) == 0, "\(BuiltProduct.tool)")
    }

    @Test func showsAScreen() throws {
        let screen = try TmuxScreen("read x; echo got $x; exit 4", size: TerminalSize(columns: 40, rows: 5))
        try screen.type("word")
        try screen.press("Enter")
        #expect(try screen.wait { $0.contains("got word") }.satisfied)
        #expect(try eventually { try screen.exitStatus() == 4 })
    }
}
