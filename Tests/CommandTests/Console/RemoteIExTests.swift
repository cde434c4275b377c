import ErlcluTestSupport
import Testing

/// IEx, on each release's own Elixir.
@Suite struct RemoteIExTests {
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
