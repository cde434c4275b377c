import ErlcluTestSupport

/// Small scripts out of what `env.sh` files are made of, and of what would mislead a careless reader.
struct RandomScript {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func one(of choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

    mutating func script() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 2..<9, using: &random) {
            text += command(depth: 0) + one(of: ["\n", "\n", "; ", "\n# x\n"])
        }
        return text + "\nRELEASE_NODE=\(word(depth: 0))" + one(of: ["", "\n", "\nunset A", "\nexport RELEASE_NODE"])
    }

    private mutating func name() -> String {
        one(of: ["A", "B", "C", "A", "B", "RELEASE_NODE", "RELEASE_COOKIE", "ERL_FLAGS", "E"])
    }

    private mutating func word(depth: Int) -> String {
        (0..<Int.random(in: 1..<4, using: &random)).map { _ in part(depth: depth) }.joined()
    }

    private mutating func part(depth: Int) -> String {
        switch Int.random(in: 0..<16, using: &random) {
        case 0, 1: return one(of: ["a", "b.c", "@h", "x-y", "1"])
        case 2: return one(of: ["'q r'", "\"s\"", "\\t", "''", "\"u v\"", "'$A'", "\"\\$B\"", "\"it's\""])
        case 3, 4: return "$\(name())"
        case 5, 6: return "\"${\(name())}\""
        case 7: return one(of: ["$(echo c)", "`echo d`", "$((1 + 2))", "\"$(printf 'e f')\""])
        case 8, 9:
            guard depth < 3 else { return "z" }
            let form = one(of: [":-", "-", ":=", "=", ":+", "+"])
            return one(of: ["${\(name())\(form)\(word(depth: depth + 1))}", "\"${\(name())\(form)\"w\"}\""])
        case 10, 11:
            let form = one(of: ["#", "##", "%", "%%"])
            let patterns = ["*.", ".*", "a", "?", "*", "'*'", "\"a\"", "$E", "[a-c]", "*-", "@*"]
            return "${\(name())\(form)\(one(of: patterns))}"
        case 12: return "${#\(name())}"
        case 13: return one(of: ["$HOME", "$X", "${X}", "$E"])
        case 14: return one(of: ["#", "a#b", "=", "~", ":~", "$", "\"$\"", "{a,b}", "*", "é"])
        default: return one(of: ["k", "l.m.n", "\"\\\"\""])
        }
    }

    private mutating func condition(depth: Int) -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return one(of: ["true", "false", "! true", ":"])
        case 1: return "[ -n \"$\(name())\" ]"
        case 2: return "[ -z $\(name()) ]"
        case 3: return "[ \"$\(name())\" \(one(of: ["=", "!="])) \(one(of: ["a", "''", "\"$B\""])) ]"
        case 4: return one(of: ["[ -e / ]", "[ -e /dev/null/x ]", "grep -q x /dev/null", "[ 1 -eq 1 ]", "test -d /"])
        case 5: return one(of: ["[ ]", "[ $A ]", "test", "test ! $A", "[ ! -e / ]"])
        default: return "\(name())=\(word(depth: 2))"
        }
    }

    private mutating func body(depth: Int) -> String {
        (0..<Int.random(in: 1..<3, using: &random)).map { _ in command(depth: depth + 1) }.joined(separator: "\n")
    }

    private mutating func command(depth: Int) -> String {
        switch Int.random(in: 0..<(depth < 3 ? 27 : 10), using: &random) {
        case 0...4: return "\(name())=\(word(depth: 0))"
        case 5, 6: return "export \(name())=\(word(depth: 0)) \(name())"
        case 7: return "\(name())=\(word(depth: 0)) \(name())=\(word(depth: 0))"
        case 8:
            return one(of: ["unset A", "unset B C", "export A B", ": ${A:=b} \"${B=c}\"", "echo ${C:=d} >/dev/null"])
        case 9: return one(of: ["A=1 true", "B=2 :", "C=3 echo x", "A=4 export E", "read A </dev/null", "cd /"])
        case 10, 11: return "\(condition(depth: depth)) && { \(command(depth: depth + 1))\n}"
        case 12: return "\(condition(depth: depth)) || { \(command(depth: depth + 1))\n}"
        case 13...15:
            return "if \(condition(depth: depth)); then\n\(body(depth: depth))\nelse \(body(depth: depth))\nfi"
        case 16:
            return "if \(condition(depth: depth)); then \(body(depth: depth))\nelif \(condition(depth: depth))\nthen "
                + "\(body(depth: depth)); fi"
        case 17, 18:
            return "case \(part(depth: 1)) in \(one(of: ["a", "*.*", "''", "[a-z]", "$B", "'*'", "?"]))) "
                + "\(body(depth: depth));; \(one(of: ["*", "a|b*", "x"]))) \(body(depth: depth))\nesac"
        case 19: return "for \(name()) in \(word(depth: 1)) b; do\n\(body(depth: depth))\ndone"
        case 20: return "while \(one(of: ["false", "[ -e /dev/null/x ]"])); do \(body(depth: depth)); done"
        case 21: return "f() {\n\(body(depth: depth))\n}\n\(one(of: ["f", "f x", ":", "A=1 f"]))"
        case 22: return "( \(body(depth: depth)) )"
        case 23: return "{ \(body(depth: depth))\n}\(one(of: ["", " >/dev/null", " </dev/null/x"]))"
        case 24: return one(of: ["echo a | read B", "A=1 | cat", "B=2 & wait", "echo x | { C=y; }"])
        case 25: return "cat >/dev/null <<EOF\nA=1 ${B:=h} $C\nEOF"
        default:
            return one(of: [
                "eval 'A=1'", "eval \"$B\"", "set -- a b", "A=$1", ". /dev/null", "set -a", "IFS=.", "exec 2>&1",
                "for A in x y; do if [ -e / ]; then B=1; break; fi; B=2; done", "[ -e / ] && return",
                "[ -e /no ] && exit",
                "f() { [ -e / ] && return; A=7; }; f", "unset -f f", "command -v sh >/dev/null && A=c",
                "B=5 </dev/null/x",
                "while read A; do B=$A; done </dev/null", "printf '%s' x >/dev/null", "readonly E",
                "alias f='A=9'; A=8",
                "A=$((B = 3))", "set -u",
            ])
        }
    }
}
