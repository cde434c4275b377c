import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

@Suite struct VMArgumentsTests {
    private func read(_ text: String) throws -> VMArguments {
        try VMArguments.read("vm.args", MemoryFiles(["vm.args": text]))
    }

    @Test func tokensAndLines() {
        let text = "-name  a@b#x\n\"-set\"cookie 'a b' \\# # c\n\\\nx \"un\nclosed"
        let tokens = ArgumentTokenizer.tokens(Array(text.utf8))
        #expect(tokens.map(\.text) == ["-name", "a@b", "-setcookie", "a b", "#", "\nx", "un\nclosed"])
        #expect(tokens.map(\.line) == [1, 1, 2, 2, 2, 3, 4])
    }

    @Test func whatConcernsDistribution() throws {
        let arguments = DistributionArguments(
            try read(
                """
                -name app@10.0.0.1
                -setcookie "s3 cret"   # the cookie
                -proto_dist inet_tls -ssl_dist_optfile etc/dist.config
                -ssl_dist_opt client_certfile c.pem server_certfile s.pem
                -ssl_dist_opt client_keyfile k.pem
                -start_epmd false -erl_epmd_port 9100
                -kernel inet_dist_listen_min 9100 inet_dist_listen_max 9105
                -env ERL_EPMD_PORT 4371 -epmd_port 4370 +K true +P 1000
                -extra -name other@host
                """))
        #expect(arguments.name?.value == "app@10.0.0.1")
        #expect(arguments.nameType?.value == .long)
        #expect(arguments.cookie?.value.bytes == Array("s3 cret".utf8))
        #expect(arguments.cookie?.origin == .file("vm.args", line: 2))
        #expect(arguments.carrier?.value == "inet_tls")
        #expect(arguments.optfile?.value == "etc/dist.config")
        #expect(
            arguments.options.map { $0.key.text + "=" + $0.value.text }
                == ["client_certfile=c.pem", "server_certfile=s.pem", "client_keyfile=k.pem"])
        #expect(arguments.epmd == Sourced(.none, .file("vm.args", line: 6)))
        #expect(arguments.distributionPort?.value == 9100)
        #expect(arguments.listenPorts.max?.value == 9105)
        #expect(arguments.listenPorts.fixed == nil)
        #expect(arguments.warnings.isEmpty)
    }

    @Test func cookieRulesOfAuth() throws {
        let own = DistributionArguments(try read("-setcookie x@y other -setcookie own"))
        #expect(own.cookie?.value.bytes == Array("own".utf8))
        let several = DistributionArguments(try read("-setcookie a -setcookie b"))
        #expect(several.cookie == nil)
        #expect(several.warnings.count == 1)
        #expect(several.warnings[0].hasPrefix("file vm.args:1 and file vm.args:1 both give a cookie"))
    }

    @Test func environmentPairsAreNoFlags() throws {
        let arguments = try read("-env ERL_ZFLAGS \"-setcookie x\" -env A -name -sname b")
        #expect(arguments.flags.map(\.name.text) == ["sname"])
    }

    @Test func nestedFiles() throws {
        let arguments = try VMArguments.read(
            "rel/vm.args",
            MemoryFiles([
                "rel/vm.args": "-a 1 -args_file more.args stray -b 2", "rel/more.args": "-c -args_file /abs -d",
                "/abs": "-setcookie x # \n",
            ]))
        #expect(arguments.flags.map(\.name.text) == ["a", "c", "setcookie", "d", "b"])
        #expect(arguments.flags.map(\.values.count) == [1, 0, 1, 0, 1])
        #expect(arguments.files == ["rel/vm.args", "rel/more.args", "/abs"])
    }

    @Test func circlesAndMissingFiles() throws {
        #expect(throws: SettingsError.self) { try read("-args_file vm.args -args_file vm.args") }
        let missing = try #require(throws: SettingsError.self) { try read("-a\n-args_file none") }
        #expect(missing.exitStatus == 66)
        #expect(missing.description == "vm.args:2:1: cannot read none: No such file or directory")
        #expect(throws: SettingsError.self) { try read("-args_file") }
    }

    @Test(arguments: [
        ("-name ${NAME}@${HOST}", "-name app@10.0.0.1"),
        ("${NONE:-a}${NAME:-b}", "aapp"), ("${NONE}x${NAME}", "${NONE}xapp"), ("${EMPTY:-d}", "d"),
        ("${TWICE}", "app!"), ("$NAME ${unclosed", "$NAME ${unclosed"), ("${A:-b:-c}", "b:-c"), ("${AMP}", "a&b\\c"),
        ("a\n# ${NAME}\n", "a\n# app\n"),
    ])
    func variables(source: String, expected: String) throws {
        let environment = [
            "NAME": "app", "HOST": "10.0.0.1", "EMPTY": "", "TWICE": "${NAME}!", "AMP": "a&b\\c",
        ]
        var expansion = VariableExpansion(environment: environment)
        #expect(String(decoding: try expansion.expand(Array(source.utf8)), as: UTF8.self) == expected)
    }

    @Test func endlessVariables() {
        for value in ["${X}", "${X}${X}", "a${X}a"] {
            var expansion = VariableExpansion(environment: ["X": value])
            #expect(throws: VariableExpansion.Endless.self) { try expansion.expand(Array("\n${X}".utf8)) }
        }
    }

    @Test func templatesAreOneArgument() {
        for (text, template) in [
            ("{{ name }}", "{{ name }}"), ("{{ <%= x y %>", "<%= x y %>"), ("{{ a b }} {{c}}", "{{c}}"),
            ("<% {{a}}", "{{a}}"), ("{{\n}} <%\n%>{{d}}", "{{d}}"), ("{{{e}}}", "{{{e}}"), ("{{}} {{f}}", "{{f}}"),
        ] {
            #expect(Placeholder(in: text) == .template(template), "\(text)")
        }
        for text in ["{{", "<%", "{{ a b }}", "{{\n}}", "<%\n%>", "{{a}", "<% %\n>"] {
            #expect(Placeholder(in: text) == nil, "\(text)")
            #expect(Placeholder.protected(Array(text.utf8)) == Array(text.utf8))
        }
    }

    /// Each mark that opens was followed by a search to the end of the line.
    @Test(arguments: ["{", "<%", "{{ a a ", "{{<%", "{{\n<%\n"], ["", "}}", "%>"])
    func linesOfOpeningMarks(_ unit: String, _ closing: String) {
        func read(_ count: Int) -> Double {
            let bytes = Array((String(repeating: unit, count: count) + closing).utf8)
            return ProcessorTime.of { #expect(Placeholder.protected(bytes).count >= bytes.count) }
        }
        let (few, many) = (read(5_000), read(40_000))
        #expect(many < 20 * few, "\(few) s, \(many) s")
    }

    @Test func mutated() {
        var random = SeededGenerator(seed: 7)
        let sample =
            "-name a@b\n-setcookie \"x y\" #c\n-args_file vm.args\n-env A ${B:-c} +K true\\\n-kernel 'a' 1 -extra x"
        for _ in 0..<3_000 {
            var files = MemoryFiles()
            files.contents["vm.args"] = random.mutated(sample)
            if let arguments = try? VMArguments.read("vm.args", files, expanding: ["B": "${C}", "C": "x"]) {
                _ = DistributionArguments(arguments)
            }
        }
    }
}
