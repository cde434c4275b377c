import ErlcluTestSupport
import Glibc
import Testing

/// IEx, on each release's own Elixir.
@Suite(.waiting) struct RemoteIExTests {
    @Test(arguments: OTPRelease.available)
    func linesFromAPipeAreRun(release: OTPRelease) throws {
        let node = try Self.node(release)
        let tool = try NodeTool(node)
        let input = """
            x = 1 +
              2
            Enum.map([1, 2], fn a ->
              a * x
            end)
            IO.puts("hé")
            IO.gets("n> ")
            typed
            1 / 0
            x
            """
        // Without --lang: IEx runs there.
        let result = try tool.run("remote_console", input: input)
        #expect(result.exitStatus == 0, "\(result.standardError)")
        let lines = result.standardOutput.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        let error = "** (ArithmeticError) bad argument in arithmetic expression"
        #expect(
            lines.map { $0.hasPrefix(error) ? Substring(error) : $0 } == [
                "3", "[3, 6]", "hé", ":ok", "\"typed\\n\"", Substring(error), "3",
            ])
        #expect(result.standardError.hasPrefix("Interactive Elixir ("))
        #expect(try node.evaluate("ok") == "ok")
    }

    @Test func aNodeWithoutElixirSaysSo() throws {
        let node = try ErlangNodeFixture()
        let result = try NodeTool(node).run("remote_console", "--lang", "ex", input: "1\n")
        #expect(result.exitStatus == 1)
        #expect(result.standardError.contains("IEx is not installed on \(node.name)"), "\(result.standardError)")
    }

    /// What a node is decides, not whether somebody has run IEx there before; and that it was run is undone.
    @Test(arguments: OTPRelease.available)
    func anElixirNodeGetsIExAndIsLeftAsItWas(release: OTPRelease) throws {
        let node = try Self.elixirNode(release)
        let before = try node.evaluate(Self.applications)
        let result = try NodeTool(node).run("remote_console", input: "Enum.sum([1, 2])\n")
        #expect(result.standardOutput == "3\n", "\(result.standardError)")
        #expect(result.standardError.hasPrefix("Interactive Elixir ("))
        var after = ""
        let isRestored = try eventually {
            after = try node.evaluate(Self.applications)
            return after == before
        }
        #expect(isRestored, "\(after), not \(before)")
        let erlang = try NodeTool(node).run("remote_console", "--lang", "erlang", input: "1 + 2.\n")
        #expect(erlang.standardOutput == "3\n", "\(erlang.standardError)")
        #expect(erlang.standardError.hasPrefix("Eshell V"))
    }

    @Test func iexStaysWhileAConsoleNeedsIt() throws {
        let node = try Self.elixirNode(OTPRelease.host)
        let before = try node.evaluate(Self.applications)
        let (first, process) = try ConsoleScreen.withProcess(node)
        let second = try ConsoleScreen(node)
        try second.wait(for: ")1>")
        kill(process, SIGKILL)
        #expect(eventually { (try? first.screen.exitStatus()) != nil })
        try second.enter("6 * 7")
        try second.wait(for: "42\niex(\(node.name))2>")
        #expect(try node.evaluate(Self.applications) != before)
        try second.screen.press("C-]")
        try second.waitForEnd()
        #expect(try eventually { try node.evaluate(Self.applications) == before })
    }

    @Test func iexThatRanBeforeStays() throws {
        let node = try Self.node(OTPRelease.host)
        let before = try node.evaluate(Self.applications)
        #expect(try NodeTool(node).run("remote_console", input: "1\n").standardOutput == "1\n")
        #expect(try node.evaluate(Self.applications) == before)
    }

    @Test func lostBindingsAreTold() throws {
        let node = try Self.node(OTPRelease.host)
        defer { node.stop() }
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        try console.enter("IO.puts(\"on\"); Process.sleep(:infinity)")
        try console.wait(for: "\non\n")
        try console.screen.press("C-c")
        try console.wait(for: "the bindings are lost")
        try console.screen.press("C-]")
        try console.waitForEnd()
    }

    /// What runs and what is loaded.
    private static let applications = """
        {lists:sort([A || {A, _, _} <- application:which_applications()]), \
        lists:sort([A || {A, _, _} <- application:loaded_applications()])}
        """

    /// A node on which Elixir runs, and nobody has started IEx yet.
    private static func elixirNode(_ release: OTPRelease) throws -> ErlangNodeFixture {
        let libraries = ["elixir", "logger", "iex"].map { "/usr/lib/elixir/lib/\($0)/ebin" }
        let node = try ErlangNodeFixture(release: release, arguments: ["-pa"] + libraries)
        #expect(try node.evaluate("element(1, application:ensure_all_started(elixir))") == "ok")
        // OTP 29 loads the application crypto with the first connection.
        #expect(try NodeTool(node).run("ping").exitStatus == 0)
        return node
    }

    static func node(
        _ release: OTPRelease, name: String? = nil, transport: NodeTransport = .tcp
    ) throws -> ErlangNodeFixture {
        let libraries = ["elixir", "logger", "iex"].map { "/usr/lib/elixir/lib/\($0)/ebin" }
        let node = try ErlangNodeFixture(
            release: release, name: name, transport: transport, arguments: ["-pa"] + libraries)
        #expect(try node.evaluate("element(1, application:ensure_all_started(iex))") == "ok")
        return node
    }
}
