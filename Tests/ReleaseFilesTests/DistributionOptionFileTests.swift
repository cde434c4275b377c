import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

@Suite struct DistributionOptionFileTests {
    static let sample = """
        %% both sides
        [{server, [{certfile, "s.pem"}, {fail_if_no_peer_cert, true}]},
         {client, [
           {certfile, "c.pem"}, {keyfile, <<"k.pem">>}, {cacertfile, "/ca.pem"},
           {password, "pass"},
           {verify, verify_peer}, {versions, ['tlsv1.3', 'tlsv1.2']}, {depth, 2},
           {ciphers, ["A", "B"]}, {server_name_indication, "host"},
           {secure_renegotiate, true},
           {verify_fun, {fun m:f/3, []}}, {crl_check, peer}, {partial_chain, fun m:f/1},
           {customize_hostname_check, [{match_fun, fun m:f/2}]}
         ]}].
        """

    private func read(_ text: String, _ more: [String: String] = [:]) throws -> TLSOptions {
        let files = MemoryFiles(more.merging(["etc/dist.config": text]) { $1 })
        return try DistributionOptionFile.read("etc/dist.config", files, directories: ["/rel"])
    }

    @Test func clientSection() throws {
        let options = try read(Self.sample, ["etc/c.pem": "", "/rel/k.pem": ""])
        #expect(options.certificate == Sourced("etc/c.pem", .file("etc/dist.config", line: 4)))
        #expect(options.key?.value == "/rel/k.pem")
        #expect(options.ca?.value == "/ca.pem")
        #expect(options.password?.value.bytes == Array("pass".utf8))
        #expect(options.verifiesPeer?.value == true)
        #expect(options.versions?.value == ["tlsv1.3", "tlsv1.2"])
        #expect(options.ciphers?.value == ["A", "B"])
        #expect(options.depth?.value == 2)
        #expect(options.serverName?.value == .name("host"))
        #expect(options.unsupported.map(\.value) == ["partial_chain"])
        #expect(
            options.unmet.map(\.value) == [
                "verify_fun", "customize_hostname_check: match_fun",
                "crl_check without a directory of CRLs (ssl_crl_hash_dir)",
            ])
        #expect(options.unmet.first?.origin == .file("etc/dist.config", line: 9))
    }

    @Test func pathsAreTakenFromHereFirst() throws {
        let options = try read(
            "[{client,[{certfile,\"c.pem\"},{keyfile,\"none.pem\"}]}].",
            ["c.pem": "", "etc/c.pem": "", "/rel/c.pem": ""])
        #expect(options.certificate?.value == "c.pem")
        #expect(options.key?.value == "none.pem")
    }

    @Test func certsKeysAndDisabledNames() throws {
        let options = try read(
            """
            [{client, [{certs_keys, [#{certfile => "/c", keyfile => "/k", password => "p"}, #{certfile => "/d"}]},
              {server_name_indication, disable}, {verify, verify_none}, {password, fun m:f/0}, inet6]}].
            """)
        #expect(options.certificate?.value == "/c")
        #expect(options.key?.value == "/k")
        #expect(options.password != nil)
        #expect(options.serverName?.value == .disabled)
        #expect(options.verifiesPeer?.value == false)
        #expect(options.unsupported.map(\.value) == ["certs_keys beyond the first"])
    }

    /// OTP does not look at another identity beside `certs_keys`, before it or behind.
    @Test(arguments: [true, false]) func certsKeysStandAlone(isFirst: Bool) throws {
        let keys = #"{certs_keys, [#{certfile => "/x/a.pem", keyfile => "/x/b.pem"}]}"#
        let others = #"{certfile, "/x/c.pem"}, {keyfile, "/x/d.pem"}, {password, "p"}"#
        let options = try read("[{client, [\(isFirst ? keys : others), \(isFirst ? others : keys)]}].")
        #expect(options.certificate?.value == "/x/a.pem")
        #expect(options.key?.value == "/x/b.pem")
        #expect(options.password == nil)
        #expect(options.unsupported.isEmpty && options.unmet.isEmpty)
    }

    @Test func anIdentityThatCannotBeWorkedOutIsNamed() throws {
        let options = try read(
            #"[{client, [{certfile, filename:join(code:priv_dir(app), "c.pem")}, {keyfile, code:lib_dir(app)}]}]."#)
        #expect(options.certificate == nil && options.key == nil)
        #expect(options.unsupported.map(\.value) == ["certfile", "keyfile"])
        #expect(options.unsupported.first?.origin == .file("etc/dist.config", line: 1))
        let inside = try read("[{client, [{certs_keys, [#{certfile => code:lib_dir(app)}]}]}].")
        #expect(inside.unsupported.map(\.value) == ["certfile", "certs_keys"])
    }

    @Test(arguments: ["[]", "\"\""]) func noCiphersAreTheDefault(value: String) throws {
        let options = try read("[{client, [{ciphers, [\"A\"]}, {ciphers, \(value)}]}].")
        #expect(options.ciphers == nil)
        #expect(options.unmet.isEmpty && options.unsupported.isEmpty)
    }

    /// What Erlang has as an error is not known here, and ends nothing.
    @Test func numbersAtTheirEnds() throws {
        let least = "bnot 9223372036854775807"
        let values = [
            "element(\(least), {a})", "- (\(least))", "(\(least)) div (-1)", "(\(least)) rem (-1)", "1 rem 0",
        ]
        for value in values {
            #expect(try read("[{client, [{depth, \(value)}]}].").unmet.count == 1, "\(value)")
        }
    }

    @Test func whatChangesWhoIsAcceptedIsNamed() throws {
        let options = try read(
            "[{client, [{signature_algs, []}, {signature_algs_cert, []}, {supported_groups, []}, {eccs, []}, "
                + "{stapling, staple}, {of_tomorrow, 1}, {certificate_authorities, true}, {nodelay, true}]}].")
        #expect(
            options.unmet.map(\.value) == [
                "signature_algs", "signature_algs_cert", "supported_groups", "eccs", "stapling", "of_tomorrow",
            ])
        #expect(options.unsupported.isEmpty)
    }

    @Test(arguments: [
        ("['tlsv1.2', 'tlsv1.3']", []), ("['tlsv1.2', sslv3]", ["versions: sslv3"]),
        ("['tlsv1.3', 'tlsv1.1']", ["versions: tlsv1.1 and tlsv1.3 without tlsv1.2"]),
        ("['tlsv1.2', tlsv1]", ["versions: tlsv1, below a gap"]),
    ])
    func versions(text: String, named: [String]) throws {
        let options = try read("[{client, [{versions, \(text)}]}].")
        #expect((options.unsupported + options.unmet).map(\.value) == named)
    }

    @Test func noClientSection() throws {
        let options = try read("[{server, []}].")
        #expect(options.certificate == nil && options.unsupported.isEmpty)
        #expect(try read("[].").ca == nil)
    }

    @Test(arguments: [
        ("[{client, [{certfile, 1}]}].", 1, 12, "certfile: expected a file name"),
        ("[{client,\n [{verify, maybe}]}].", 2, 3, "verify: expected verify_peer or verify_none"),
        ("[{client, [{depth, -1}]}].", 1, 12, "depth: expected an integer of 0 to 255"),
        ("[{client, [{versions, 'tlsv1.2'}]}].", 1, 12, "versions: expected a list of versions"),
        (
            "[{client, [{versions, [sslv3]}]}].", 1, 12,
            "versions: expected a list of tlsv1, tlsv1.1, tlsv1.2, tlsv1.3"
        ),
        ("[{client, x}].", 1, 2, "expected {client, [...]}"),
        ("[{client, [1]}].", 1, 12, "expected {Option, Value}"),
        ("[{client, [{a b}]}].", 1, 15, "syntax error before: b"),
        ("[{client, [{a, case b of c -> d]}]}].", 1, 32, "syntax error before: ']'"),
        ("[{client, []}]", 1, 15, "syntax error before: end of input"),
    ])
    func refused(text: String, line: Int, column: Int, message: String) throws {
        let error = try #require(throws: SettingsError.self) { try read(text) }
        #expect(error.description == "etc/dist.config:\(line):\(column): \(message)")
        #expect(error.exitStatus == 78)
    }

    @Test func notOneList() {
        #expect(throws: SettingsError.self) { try read("client.") }
        #expect(throws: SettingsError.self) { try read("[]. [].") }
        #expect(throws: SettingsError.self) { try read("") }
        #expect(throws: SettingsError.self) { try DistributionOptionFile.read("none", MemoryFiles()) }
    }

    /// What is short to write and long to work out has a limit: of depth, of length, of the whole file.
    @Test(arguments: [
        ("[{client, [{password, ", "string:trim(", "\"" + String(repeating: "x", count: 200_000) + "\"", ")", "}]}]."),
        ("[{client, [{password, ", "(", "\"" + String(repeating: "x", count: 200_000) + "\"", " ++ \"y\")", "}]}]."),
        ("[{client, [{depth, ", "(1 + ", "1", ")", "}]}]."), ("[{client, ", "[", "x", " || x]", "}]."),
        ("", "[{client, ", "[]", "}]", "."), ("[{client, [{depth, ", "- ", "1", "", "}]}]."),
        ("[{client, [{depth, 0", " + 1", "", "", "}]}]."),
        ("[{client, [{password, ", "fun() -> ", "1", " end", "}]}]."),
    ])
    func isOverSoon(parts: (start: String, open: String, inner: String, close: String, end: String)) {
        for count in [10, 99, 5_000] {
            let text =
                parts.start + String(repeating: parts.open, count: count) + parts.inner
                + String(repeating: parts.close, count: count) + parts.end
            let time = ProcessorTime.of { _ = try? read(text) }
            #expect(time < 5, "\(parts.open) \(count) times")
        }
        #expect(throws: SettingsError.self) { try read(String(repeating: " ", count: 300_000) + "[].") }
    }

    @Test func hostile() {
        for length in 0..<Self.sample.utf8.count { _ = try? read(String(Self.sample.prefix(length))) }
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            var files = MemoryFiles()
            files.contents["f"] = random.mutated(Self.sample)
            _ = try? DistributionOptionFile.read("f", files)
        }
    }

    @Test func argumentsOfTheEmulator() throws {
        let files = MemoryFiles([
            "vm.args": """
            -ssl_dist_opt server_certfile s client_certfile c.pem client_keyfile /k client_cacertfile ca
            -ssl_dist_opt client_verify verify_peer client_depth 3 client_password p client_ciphers A:B
            -ssl_dist_opt client_verify_fun "{m,f,[]}" client_secure_renegotiate true
            """, "/rel/c.pem": "",
        ])
        let arguments = DistributionArguments(try VMArguments.read("vm.args", files))
        let options = TLSOptions(arguments, files, directories: ["/rel"])
        #expect(options.certificate == Sourced("/rel/c.pem", .file("vm.args", line: 1)))
        #expect(options.key?.value == "/k")
        #expect(options.ca?.value == "ca")
        #expect(options.verifiesPeer?.value == true)
        #expect(options.depth?.value == 3)
        #expect(options.ciphers?.value == ["A", "B"])
        #expect(options.unmet.map(\.value) == ["verify_fun"])
    }

    /// A pair alone is a table as well; of two sections, and of two options, the last one counts.
    @Test func theLastOneCounts() throws {
        #expect(try read("{client, [{depth, 3}]}.").depth?.value == 3)
        let options = try read(
            "[{client, [{depth, 1}]}, {client, [{depth, 2}, {depth, 3}, {verify, verify_none}, "
                + "{verify, verify_peer}, {stapling, staple}, {stapling, no_staple}, {verify_fun, x}]}].")
        #expect(options.depth?.value == 3)
        #expect(options.verifiesPeer?.value == true)
        #expect(options.unmet.map(\.value) == ["verify_fun"])
    }

    /// The forms of real files: RabbitMQ's for Kubernetes, and what `erl_eval` takes as well.
    @Test func computedOptions() throws {
        let options = try DistributionOptionFile.read(
            "etc/dist.config",
            MemoryFiles([
                "etc/dist.config": """
                [{client, [{cacerts, public_key:cacerts_get()}, {certfile, "node" ++ ".pem"}, {depth, 1 + 1},
                   {ciphers, ssl:cipher_suites(default, 'tlsv1.2')}, {password, fun() -> os:getenv("PW") end},
                   {keyfile, filename:join([os:getenv("DIR", "/none"), "k.pem"])},
                   {customize_hostname_check,[{match_fun,public_key:pkix_verify_hostname_match_fun(https)}]}]
                   ++ [{verify, verify_peer} | [{versions, lists:append([['tlsv1.2'], ['tlsv1.3']])}]]}].
                """, "/etc/ssl/certs/ca-certificates.crt": "",
            ]), environment: ["PW": "secret", "DIR": "/d"])
        #expect(options.ca?.value == "/etc/ssl/certs/ca-certificates.crt")
        #expect(options.certificate?.value == "node.pem")
        #expect(options.key?.value == "/d/k.pem")
        #expect(options.password?.value.bytes == Array("secret".utf8))
        #expect(options.depth?.value == 2)
        #expect(options.allowsWildcards?.value == true)
        #expect(options.ciphers?.value.first == "ECDHE-ECDSA-AES256-GCM-SHA384")
        #expect(options.versions?.value == ["tlsv1.2", "tlsv1.3"])
        #expect(options.unmet.isEmpty && options.unsupported.isEmpty)
    }

    /// What is not understood is passed over to its end, and what it may demand is known by its option.
    @Test(arguments: [
        ("{verify_fun, {fun(_, {bad_cert, _}, S) -> {valid, S}; (_, _, S) -> {valid, S} end, []}}", "verify_fun"),
        ("{ciphers, [C || C <- ssl:cipher_suites(all, 'tlsv1.2'), ok(C)]}", "ciphers"),
        ("{verify, case os:type() of {unix, _} -> verify_peer; _ -> verify_none end}", "verify"),
        ("{cacerts, begin {ok, B} = file:read_file(\"x\"), [B] end}", "cacerts"),
        ("{depth, try 1 catch _:_ -> 2 end}", "depth"),
        ("{versions, if true -> ['tlsv1.2'] end}", "versions"),
        ("{cacertfile, proplists:get_value(x, application:get_all_env(y))}", "cacertfile"),
        ("case x of x -> {verify, verify_peer} end", "an option"),
        ("{customize_hostname_check, [{match_fun, fun(A, B) -> A =:= B end}]}", "customize_hostname_check: match_fun"),
    ])
    func whatIsNotUnderstood(option: String, name: String) throws {
        let options = try read("[{client, [{depth, 4}, \(option), {certfile, \"c\"}]}].")
        #expect(options.unmet.count == 1)
        #expect(options.unmet.first?.value.hasPrefix(name) == true)
        #expect(options.certificate?.value == "c")
    }

    @Test func theWholeOrASectionIsNotUnderstood() throws {
        #expect(try read("case 1 of 1 -> [{client, []}] end.").unmet.count == 1)
        #expect(try read("[{client, begin [] end}].").unmet.count == 1)
        #expect(try read("[{client, [{partial_chain, fun(C) -> hd(C) end}]}].").unmet.isEmpty)
    }

    @Test func revocation() throws {
        let cache = #"{crl_cache, {ssl_crl_hash_dir, {internal, [{dir, "crls"}]}}}"#
        let options = try read("[{client, [{crl_check, peer}, \(cache)]}].", ["etc/crls": ""])
        #expect(
            options.revocation?.value
                == RevocationCheck(directory: "etc/crls", coversIssuers: false, isBestEffort: false))
        #expect(options.unmet.isEmpty && options.unsupported.isEmpty)
        #expect(try read("[{client, [{crl_check, true}]}].").unmet.count == 1)
        #expect(try read("[{client, [{crl_check, best_effort}]}].").unmet.isEmpty)
        #expect(
            try read("[{client, [{crl_check, best_effort}, {crl_cache, {ssl_crl_cache, {internal, [{http, 5}]}}}]}].")
                .unmet.count == 1)
        #expect(try read("[{client, [{crl_check, false}, \(cache)]}].").revocation == nil)
    }
}
