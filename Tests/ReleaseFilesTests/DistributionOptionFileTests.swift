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
           {verify_fun, {fun m:f/3, []}}, {crl_check, peer}, {crl_check, false},
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
        #expect(options.unsupported.map(\.value) == ["verify_fun", "crl_check", "customize_hostname_check"])
        #expect(options.unsupported.first?.origin == .file("etc/dist.config", line: 9))
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
        #expect(options.unsupported.map(\.value) == ["certs_keys beyond the first", "password"])
    }

    @Test func whatChangesWhoIsAcceptedIsNamed() throws {
        let options = try read(
            "[{client, [{signature_algs, []}, {signature_algs_cert, []}, {supported_groups, []}, {eccs, []}, "
                + "{certificate_authorities, true}, {nodelay, true}]}].")
        #expect(
            options.unsupported.map(\.value) == [
                "signature_algs", "signature_algs_cert", "supported_groups", "eccs", "certificate_authorities",
            ])
    }

    @Test(arguments: [
        ("['tlsv1.2', 'tlsv1.3']", []), ("['tlsv1.2', sslv3]", ["versions: sslv3"]),
        ("['tlsv1.3', 'tlsv1.1']", ["versions without tlsv1.2"]),
    ])
    func versions(text: String, unsupported: [String]) throws {
        #expect(try read("[{client, [{versions, \(text)}]}].").unsupported.map(\.value) == unsupported)
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
        ("[{client, x}].", 1, 2, "expected {server, [...]} or {client, [...]}"),
        ("[{client, [1]}].", 1, 12, "expected {Option, Value}"),
        ("[{client, [{certfile, os:getenv(\"X\")}]}].", 1, 25, "syntax error before: ':'"),
        ("[{client, []}]", 1, 15, "syntax error before: end of input"),
    ])
    func refused(text: String, line: Int, column: Int, message: String) throws {
        let error = try #require(throws: SettingsError.self) { try read(text) }
        #expect(error.description == "etc/dist.config:\(line):\(column): \(message)")
        #expect(error.exitStatus == 78)
    }

    @Test func notOneList() {
        #expect(throws: SettingsError.self) { try read("{client, []}.") }
        #expect(throws: SettingsError.self) { try read("[]. [].") }
        #expect(throws: SettingsError.self) { try read("") }
        #expect(throws: SettingsError.self) { try DistributionOptionFile.read("none", MemoryFiles()) }
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
        let options = TLSOptionReader.options(from: arguments, files, directories: ["/rel"])
        #expect(options.certificate == Sourced("/rel/c.pem", .file("vm.args", line: 1)))
        #expect(options.key?.value == "/k")
        #expect(options.ca?.value == "ca")
        #expect(options.verifiesPeer?.value == true)
        #expect(options.depth?.value == 3)
        #expect(options.ciphers?.value == ["A", "B"])
        #expect(options.unsupported.map(\.value) == ["verify_fun"])
    }
}
