import ErlcluTestSupport
import Testing

/// `eval --lang ex`, on each release's own Elixir.
@Suite(.waiting) struct ElixirTests {
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

    @Test func whatParsesOnlyAsElixirIsKnownForIt() throws {
        let node = try Self.start(OTPRelease.host)
        let result = try NodeTool(node).run("eval", "Enum.map([1], fn a -> a end)")
        #expect(result.exitStatus == 65)
        #expect(result.standardError.contains("; it is Elixir"), "\(result.standardError)")
        let neither = try NodeTool(node).run("eval", "1 + )")
        #expect(neither.exitStatus == 65)
        #expect(!neither.standardError.contains("Elixir"), "\(neither.standardError)")
        let plain = try NodeTool(SharedNodes.plain.get()).run("eval", "Enum.map([1], fn a -> a end)")
        #expect(!plain.standardError.contains("Elixir"), "\(plain.standardError)")
    }

    @Test func aContextSaysTheLanguage() throws {
        let node = try Self.start(OTPRelease.host)
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "{context, shop, [{nodes, ['\(node.name)']}, {lang, elixir}]}.\n", to: "erlclu.config")
        var tool = try NodeTool(node)
        tool.environment["ERLCLU_CONFIG"] = file
        tool.environment["ERLCLU_CONTEXT"] = "shop"
        #expect(try tool.run("eval", "Enum.sum([1, 2])").standardOutput == "3\n")
        #expect(try tool.run("eval", "--lang", "erl", "1 + 1").standardOutput == "2\n")
    }

    @Test func plainNodeSaysThatItHasNoElixir() throws {
        let result = try NodeTool(ErlangNodeFixture()).run("eval", "--lang", "ex", "1 + 1")
        #expect(result.exitStatus == 1)
        #expect(result.standardError.contains("does not run elixir"), "\(result.standardError)")
    }

    /// A node with that release's Elixir running.
    private static func start(_ release: OTPRelease) throws -> ErlangNodeFixture {
        let node = try ErlangNodeFixture(release: release, arguments: release.elixirArguments())
        #expect(try node.evaluate("element(1, application:ensure_all_started(elixir))") == "ok")
        return node
    }
}
