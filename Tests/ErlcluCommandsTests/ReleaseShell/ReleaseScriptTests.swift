import ErlangTerm
import ErlcluTestSupport
import ReleaseFiles
import Testing

@testable import ErlcluCommands

/// Scripts as releases have them: with a shell we have the names that `sh` gives, without one those or none.
@Suite struct ReleaseScriptTests {
    /// What the start script has behind its `env.sh`.
    private static func judged(_ release: MixRelease, _ environment: [String: String]) throws -> (
        String, String
    ) {
        let script = """
            set -e; cd '\(release.root)'; RELEASE_ROOT=$PWD RELEASE_NAME=shop RELEASE_VSN=1.0.0 RELEASE_COMMAND=rpc
            export RELEASE_ROOT RELEASE_NAME RELEASE_VSN RELEASE_COMMAND
            . ./releases/1.0.0/env.sh
            RELEASE_COOKIE="${RELEASE_COOKIE:-"$(cat releases/COOKIE)"}"
            echo "${RELEASE_NODE:-"$RELEASE_NAME"}" "$RELEASE_COOKIE"
            """
        let variables = environment.map { "\($0)=\($1)" }
        let words = try CommandResult.ofSuccessful("env", ["-i"] + variables + ["sh", "-c", script])
            .standardOutput
            .split(whereSeparator: \.isWhitespace).map(String.init)
        return (words.first ?? "", words.last ?? "")
    }

    @Test(arguments: ReleaseScripts.all.indices, ReleaseScripts.environments.indices)
    func nameAndCookieAreThoseOfTheShell(script: Int, environment: Int) throws {
        let release = try MixRelease(ReleaseScripts.all[script].text)
        let variables = try release.environment(ReleaseScripts.environments[environment])
        let (node, cookie) = try Self.judged(release, variables)
        let withShell = try release.settings(variables, ReleaseShell { _ in nil })
        if node.hasSuffix("@") {
            // A name that no node can have: the variable is named.
            #expect(withShell.nameProblem?.contains("is not set") == true)
        } else {
            #expect(withShell.nodes.value == [node.contains("@") ? node : node + "@box"])
            #expect(withShell.nameProblem == nil)
        }
        #expect(withShell.cookie.map { String(decoding: $0.value.bytes, as: UTF8.self) } == cookie)

        let without = try release.settings(variables, nil, .forbidden)
        if let problem = without.nameProblem {
            #expect(problem.hasPrefix("file \(release.script):"))
            #expect(without.nodes.value.isEmpty)
        } else {
            #expect(without.nodes.value == withShell.nodes.value)
        }
        if let problem = without.cookieProblem {
            #expect(problem.hasPrefix("file \(release.script):") && problem.contains("RELEASE_COOKIE is not read"))
            #expect(without.cookie == nil)
        } else {
            #expect(without.cookie?.value.bytes == withShell.cookie?.value.bytes)
        }
    }
}
