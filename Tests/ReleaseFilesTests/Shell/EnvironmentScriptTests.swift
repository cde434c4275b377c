import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

/// What is known of an `env.sh` is what a real `sh` makes of it; the rest is not read, with its line.
@Suite struct EnvironmentScriptTests {
    private static func node(_ script: String, _ environment: [String: String] = [:]) -> EnvironmentScript.Outcome {
        EnvironmentScript(
            Array(script.utf8), environment: ShellOracle.environment.merging(environment) { _, new in new })[
                "RELEASE_NODE"]
    }

    /// Scripts with the line of what is not known; nil: the name is known without a shell.
    static let scripts: [(String, Int?)] = [
        ("RELEASE_NODE=a@b", nil), ("export RELEASE_NODE='a@b' # c", nil), ("RELEASE_NODE=\"a\"'@'b\\c", nil),
        ("export RELEASE_DISTRIBUTION=name RELEASE_NODE=shop@127.0.0.1", nil),
        ("export RELEASE_DISTRIBUTION=name \\\n  RELEASE_NODE=shop@127.0.0.1", nil),
        ("A=1 B=2; export B RELEASE_NODE=$A$B", nil), ("A=1; A=2 RELEASE_NODE=$A", nil),
        ("A=1; export A=2 RELEASE_NODE=$A", nil), ("A=1; B=$A A=2; RELEASE_NODE=$B$A", nil),
        ("base=\"${SHOP_BASE:=shop}\"\nexport RELEASE_NODE=\"$base@127.0.0.1\"", nil),
        (": \"${H:=127.0.0.1}\" ${S=x}\nRELEASE_NODE=shop@$H$S", nil),
        ("RELEASE_NODE=${X:-a}${X-b}${X:+c}${X+d}", nil), ("X=; RELEASE_NODE=${X:-a}${X-b}${X:+c}${X+d}", nil),
        ("X=1; RELEASE_NODE=${X:-a}${X-b}${X:+c}${X+d}", nil), ("RELEASE_NODE=${X:-${Y:-\"a b\"}@c}", nil),
        ("RELEASE_NODE=\"${X:-\"a@b\"}\"", nil), ("RELEASE_NODE=\"${HOME}${HOME#/home}${#HOME}\"", nil),
        ("X=a.b.c; RELEASE_NODE=${X%.*}-${X%%.*}-${X#*.}-${X##*.}-${X#?}-${X%q}-${X##*}", nil),
        ("X='a*b'; Y=b; RELEASE_NODE=${X#'a*'}${X%$Y}${X#\"a*\"}", nil),
        ("X=pre-fix P='*-'; RELEASE_NODE=${X#$P}${X#\"$P\"}", nil),
        ("RELEASE_NODE=${X:?must be set}", 1), ("X=1; RELEASE_NODE=${X:?must be set}", nil),
        ("ip=$(hostname -i)\nexport RELEASE_NODE=shop@$ip", 1), ("ip=`hostname -i`\n\nRELEASE_NODE=shop@${ip%% *}", 1),
        ("a=$(x)\nb=$a\nc=${b:-y}\nRELEASE_NODE=shop@$c", 1), ("RELEASE_NODE=shop$((1 + 1))@h", 1),
        ("RELEASE_NODE=a@b\nRELEASE_NODE=$(x)", 2), ("RELEASE_NODE=$(x)\nRELEASE_NODE=a@b", nil),
        ("a=$(x)\na=b\nRELEASE_NODE=$a@c", nil), ("a=$(\necho \")\" # )\n)\nRELEASE_NODE=b@c", nil),
        ("a=$(case x in x) echo y;; esac)\nRELEASE_NODE=b@c", nil),
        ("if [ -n \"$POD_IP\" ]; then h=$POD_IP; else h=127.0.0.1; fi\nRELEASE_NODE=shop@$h", nil),
        ("h=a\nif [ -e /dev/null/x ]; then h=b; fi\nRELEASE_NODE=shop@$h", 2),
        ("h=a\nif [ -e /dev/null/x ]; then h=a; fi\nRELEASE_NODE=shop@$h", nil),
        ("h=a\nif grep -q x /dev/null/x; then g=b; fi\nRELEASE_NODE=shop@$h", nil),
        ("[ -r /dev/null/x ] && RELEASE_NODE=a@b", 1), ("[ \"$X\" ] || RELEASE_NODE=a@b", nil),
        ("[ -z \"$X\" ] && RELEASE_NODE=a@b", nil), ("X=y\n[ $X = y ] && RELEASE_NODE=a@b", nil),
        ("[ -n $X ] && RELEASE_NODE=a@b", nil), ("! false && RELEASE_NODE=a@b", nil),
        ("case $RELEASE_COMMAND in start*|daemon*) RELEASE_NODE=a@b;; *) RELEASE_NODE=c@d;; esac", nil),
        ("case $(x) in y) RELEASE_NODE=a@b;; esac", 1), ("case x in [a-z]) RELEASE_NODE=a@b;; esac", 1),
        ("case a.b in *.*) RELEASE_NODE=a@b;; esac", nil),
        ("f() { RELEASE_NODE=a@b; }\nRELEASE_NODE=c@d", nil), ("f() { RELEASE_NODE=a@b; }\nf", nil),
        ("f() {\n  [ -e /dev/null/x ] && return\n  RELEASE_NODE=a@b\n}\nf", 2),
        ("cat <<EOF\nRELEASE_NODE=a@b\nEOF\nRELEASE_NODE=c@d", nil), ("cat <<'EOF'\nRELEASE_NODE=a@b\nEOF\n", nil),
        ("cat <<-EOF\n\tRELEASE_NODE=a@b\n\tEOF\nRELEASE_NODE=c$X", nil),
        ("cat <<EOF\n${RELEASE_NODE:=a@b}\nEOF\n", 3),
        ("while false; do RELEASE_NODE=a@b; done", 1), ("for x in a b; do RELEASE_NODE=$x; done", 1),
        ("h=a; for x in a b; do h=a; done; RELEASE_NODE=$h", nil),
        ("(RELEASE_NODE=a@b)\n{ RELEASE_NODE=c@d; }", nil), ("RELEASE_NODE=a@b true", nil),
        ("echo x | read RELEASE_NODE", 1), ("read RELEASE_NODE < /dev/null", 1), (". /dev/null/x/at/all || true", 1),
        ("eval \"$X\"", 1), ("eval \"$X\"\nRELEASE_NODE=a@b", nil), ("unset RELEASE_NODE", nil),
        ("X=1; unset X; RELEASE_NODE=a${X:-b}", nil), ("RELEASE_NODE=a@b\nreturn\nRELEASE_NODE=c@d", nil),
        ("RELEASE_NODE=a@b\n[ -e /dev/null/x ] && return\nRELEASE_NODE=c@d", 2), ("RELEASE_NODE=$1", 1),
        ("RELEASE_NODE=$HOSTNAME", 1), ("RELEASE_NODE=~/x", 1), ("RELEASE_NODE=${HOME/h/x}", 1),
        ("RELEASE_NODE=a; RELEASE_NODE+=b", 1), ("RELEASE_NODE=(a b)", 1), ("RELEASE_NODE=a@b\nif true; then", 2),
        ("RELEASE_NODE=a$ RELEASE_COOKIE=\"b$\"", nil), ("set -e\nset -a\nRELEASE_NODE=a@b", nil),
        ("X=a\\\nb; RELEASE_NODE=\"${X}\\\nc\"", nil), ("RELEASE_NODE=$X\\\nc", 1), ("readonly RELEASE_NODE=a@b", nil),
        ("#!/bin/sh\n\n# comment\n\tRELEASE_NODE=a@b   ", nil), ("RELEASE_NODE=a@b; exit 0", 1),
        ("mkdir -p /dev/null/x/x 2>/dev/null || exit 1\nRELEASE_NODE=a@b", nil), ("RELEASE_NODE=\"a\nb\"", nil),
    ]

    @Test func eachIsWhatShellsSay() throws {
        for environment in [[:], ["POD_IP": "10.0.0.7", "RELEASE_COMMAND": "start", "X": "q.r"]] {
            let known = try ShellOracle.check(Self.scripts.map(\.0), environment: environment)
            #expect(known > Self.scripts.count * 8)
        }
        for (script, line) in Self.scripts {
            let outcome = Self.node(script)
            if case .unknown(_, let place) = outcome {
                #expect(line != nil, "\(outcome) in \(script)")
                #expect((1...(script.count { $0 == "\n" } + 1)).contains(place))
            } else {
                #expect(line == nil, "\(outcome) in \(script)")
            }
        }
    }

    @Test func theReasonIsNamed() {
        #expect(
            Self.node("ip=$(hostname -i)\nexport RELEASE_NODE=shop@$ip\n")
                == .unknown(reason: "a command in line 1", line: 2))
        #expect(
            Self.node("RELEASE_NODE=a@b\n. ./more.sh\n")
                == .unknown(reason: "'.', which may set anything in line 2", line: 2))
        #expect(Self.node("RELEASE_NODE=shop@$POD_IP") == .value("shop@", line: 1, missing: ["POD_IP"]))
        #expect(Self.node("RELEASE_NODE=${X:-a}@b") == .value("a@b", line: 1, missing: []))
    }

    /// Lines as some editors end them are read; what a shell would make of them no node can have for a name.
    @Test func carriageReturns() {
        let script = EnvironmentScript(
            Array("#!/bin/sh\r\nexport RELEASE_NODE=a@b\r\nX='c'\r\nRELEASE_COOKIE=$X\r\n".utf8), environment: [:])
        #expect(script["RELEASE_NODE"] == .value("a@b", line: 2, missing: []))
        #expect(script["RELEASE_COOKIE"] == .value("c", line: 4, missing: []))
        #expect(script.hasCarriageReturns)
    }

    /// Emulator flags count where the emulator gets them.
    @Test func onlyWhatIsExportedReachesTheEmulator() throws {
        let script = "ERL_FLAGS=-a\nELIXIR_ERL_OPTIONS=-b; export ELIXIR_ERL_OPTIONS\nset -a\nERL_ZFLAGS=-c"
        let reading = EnvironmentScript(Array(script.utf8), environment: [:])
        #expect(reading["ERL_FLAGS"] == .absent(line: 1))
        #expect(reading["ELIXIR_ERL_OPTIONS"] == .value("-b", line: 2, missing: []))
        #expect(reading["ERL_ZFLAGS"] == .value("-c", line: 4, missing: []))
        try ShellOracle.check([script])
        try ShellOracle.check([script], environment: ["ERL_FLAGS": "-x"])
    }

    /// Loops within loops, long values and deep nesting come to an end.
    @Test(.timeLimit(.minutes(30))) func boundsHold() {
        let loops = String(repeating: "while x; do A=1\n", count: 30) + String(repeating: "\ndone", count: 30)
        let doubling = "A=aaaaaaaaaaaaaaaa\n" + String(repeating: "A=$A$A\n", count: 40) + "RELEASE_NODE=$A"
        let nesting = "RELEASE_NODE=" + String(repeating: "${A:-", count: 3000)
        let stars =
            "X=\(String(repeating: "a", count: 1000))\nRELEASE_NODE=${X##\(String(repeating: "*a", count: 500))b}"
        for script in [loops, doubling, nesting, stars, String(repeating: "if x; then A=$A$A; fi\n", count: 8000)] {
            _ = EnvironmentScript(Array(script.utf8), environment: [:])
        }
        guard case .unknown = Self.node(doubling) else {
            Issue.record("a value of a million megabytes")
            return
        }
    }

    /// The stack ends where a reader calls itself for each of so many; a `case` holds a state for each pattern.
    @Test func noMoreBranchesThanHaveRoom() {
        func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        let limit = ShellParser.branchLimit
        let scripts: [(Int) -> String] = [
            { "true\(many("&&true", $0))\n" },
            { "false\(many("||false", $0))\n" },
            { "case $X in\n\(many("a)\n;;\n", $0))esac\n" },
            { "case $X in\n\(many("a|", $0 - 1))b) ;;\nesac\n" },
            { "if x; then A=1\n\(many("elif x; then A=1\n", $0 - 1))fi\n" },
        ]
        for script in scripts {
            #expect(Self.node("RELEASE_NODE=a@b\n" + script(limit)) == .value("a@b", line: 1, missing: []))
            for count in [limit + 1, 13_000] {
                guard case .unknown(let reason, let line) = Self.node("RELEASE_NODE=a@b\n" + script(count)) else {
                    Issue.record("\(count) branches")
                    continue
                }
                #expect(reason == "more branches than are read without a shell in line \(line)")
            }
        }
        #expect(Self.node("true" + many("&&a", 20_000)).isUnknown)
        #expect(Self.node("case $X in\n" + many("a);;\n", 35_000) + "esac").isUnknown)
    }

    /// Each of many branches is a way, and a shell says what holds at their end.
    @Test func manyBranchesAreThoseOfTheShell() throws {
        let conditions = (0..<100).map { "elif [ \"$X\" = \($0) ]; then RELEASE_NODE=a@\($0)\n" }.joined()
        let items = (0..<100).map { "\($0)|x\($0)) RELEASE_COOKIE=c\($0);;\n" }.joined()
        let chain = (0..<100).map { " || [ \"$X\" = \($0) ]" }.joined()
        let script = """
            if [ "$X" = none ]; then RELEASE_NODE=none@h
            \(conditions)else RELEASE_NODE=other@h; fi
            case $X in
            \(items)*) RELEASE_COOKIE=other;;
            esac
            false\(chain) && RELEASE_DISTRIBUTION=name

            """
        for value in ["none", "7", "x99", "99", "q"] {
            let known = try ShellOracle.check([script], environment: ["X": value])
            #expect(known == EnvironmentScript.names.count * ShellOracle.shells.count)
        }
    }

    @Test(arguments: ["A=", "A='b'", "A=\"", "A=\"\\$", "A=\\b", "A=b~"]) func longWordsAreReadOnce(_ opening: String) {
        func read(_ count: Int) -> Double {
            let units = ["A=\\b": "\\b", "A=\"\\$": "\\$", "A=b~": "b~"]
            let unit = units[opening] ?? "b"
            let closing = opening.contains("\"") ? "\"" : ""
            let script = opening + String(repeating: unit, count: count) + closing + "\nRELEASE_NODE=a@b\n"
            return ProcessorTime.of {
                #expect(Self.node(script) == .value("a@b", line: 2, missing: []))
            }
        }
        // Eight times as many bytes; each was a copy of all before it.
        let (few, many) = (read(15_000), read(120_000))
        #expect(many < 20 * few, "\(few) s, \(many) s")
    }
}

extension EnvironmentScript.Outcome {
    fileprivate var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}
