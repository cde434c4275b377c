import ErlcluTestSupport
import Testing

/// `eval --lang ex`, on each release's own Elixir.
@Suite struct ElixirTests {
    @Test(arguments: OTPRelease.available)
    func valuesAndErrorsReadAsInIEx(release: OTPRelease) throws {
        let node = try Self.start(release)
        let tool = try NodeTool(node)
        let value = try tool.run("eval", "--lang", "ex", "IO.puts(\"grün\"); %{a: [1, \"zwei\", :drei]}")
        #expect(value.standardOutput == "grün\n%{a: [1, \"zwei\", :drei]}\n", "\(value.standardError)")

        let raised = try tool.run("eval", "--lang", "ex", "raise ArgumentError, \"no such thing\"")
        #expect(raised.exitStatus == 1)
        #expect(raised.standardOutput == "")
        #expect(raised.standardError.hasPrefix("** (ArgumentError) no such thing"), "\(raised.standardError)")

        let unparsable = try tool.run("eval", "--lang", "ex", "1 +\n)")
        #expect(unparsable.exitStatus == 65, "\(unparsable.standardError)")
        #expect(unparsable.standardOutput == "")
        #expect(unparsable.standardError.contains("expression:2:"), "\(unparsable.standardError)")
    }

    @Test func plainNodeSaysThatItHasNoElixir() throws {
        let result = try NodeTool(ErlangNodeFixture()).run("eval", "--lang", "ex", "1 + 1")
        #expect(result.exitStatus == 1)
        #expect(result.standardError.contains("does not run elixir"), "\(result.standardError)")
    }

    /// A node with that release's Elixir running.
    private static func start(_ release: OTPRelease) throws -> ErlangNodeFixture {
        let (program, arguments) = release.command("elixir", ["-e", "IO.write(:code.lib_dir(:elixir))"])
        let library = try CommandResult.ofSuccessful(program, arguments).standardOutput
        let node = try ErlangNodeFixture(release: release, arguments: ["-pa", "\(library)/ebin"])
        #expect(try node.evaluate("element(1, application:ensure_all_started(elixir))") == "ok")
        return node
    }
}
