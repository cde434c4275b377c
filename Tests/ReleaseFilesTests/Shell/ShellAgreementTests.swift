import Testing

@testable import ReleaseFiles

/// Whatever a script is made of: a value that is known is the one that real shells give.
@Suite(.serialized) struct ShellAgreementTests {
    @Test(arguments: [1, 2, 4]) func randomScripts(seed: UInt64) throws {
        var source = RandomScript(seed: seed)
        let scripts = (0..<100).map { _ in source.script() }
        let known = try ShellOracle.check(scripts)
        // Of seven variables in two shells; the others depend on what only a shell knows.
        #expect(known > scripts.count * 5)
        try ShellOracle.check(scripts, environment: ["A": "a", "B": "b.c.d", "X": "x y", "ERL_FLAGS": "-p"])
    }
}
