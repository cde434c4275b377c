import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

@Suite struct ContextFileTests {
    static let sample = """
        {default_context, prod}.
        {context, prod, [
            {nodes, ['erlclu@10.42.1.17', "b@10.42.1.18"]},
            {transport, tls},
            {optfile, "inet_tls_dist.config"},
            {cookie, {file, "prod.cookie"}},
            {epmd, none}, {address, "127.0.0.1:40001"}, {server_name, "10.42.1.17"},
            {mode, protected}, {timeout, 25}
        ]}.
        {context, dev, [{nodes, dev}, {cookie, {env, "DEV_COOKIE"}}, {timeout, "3s"}, {epmd, 4370}, {transport, auto}]}.
        {context, open, [{cookie, "literal"}]}.
        """
    static let path = "/cfg/erlclu/erlclu.config"

    @Test func aLanguage() throws {
        #expect(try layer("{context, a, [{lang, elixir}]}.", "a").language?.value == .elixir)
        #expect(try layer("{context, a, []}.", "a").language == nil)
        #expect(throws: SettingsError.self) { try layer("{context, a, [{lang, lua}]}.", "a") }
    }

    private func layer(_ text: String, _ name: String, permissions: Int = 0o600) throws -> SettingsLayer {
        var files = MemoryFiles([Self.path: text, "/cfg/erlclu/prod.cookie": "prodcookie\n"])
        files.permissions[Self.path] = permissions
        return try ContextFile(path: Self.path, files).layer(name, files, environment: ["DEV_COOKIE": "dev"])
    }

    /// Unlike a cookie it may be of any bytes, a passphrase with spaces and umlauts.
    @Test func aPasswordFromAFile() throws {
        var files = MemoryFiles([
            Self.path: "{context, c, [{key_password, {file, \"secret\"}}]}.",
            "/cfg/erlclu/secret": "gr\u{FC}n wie\r\nx\n",
        ])
        func password() throws -> [UInt8]? {
            try ContextFile(path: Self.path, files).layer("c", files, environment: [:]).tls.password?.value.bytes
        }
        #expect(try password() == Array("gr\u{FC}n wie".utf8))
        files.contents["/cfg/erlclu/secret"] = []
        #expect(throws: SettingsError.self) { try password() }
    }

    @Test func everyKey() throws {
        let prod = try layer(Self.sample, "prod", permissions: 0o644)
        #expect(prod.nodes?.value == ["erlclu@10.42.1.17", "b@10.42.1.18"])
        #expect(prod.nodes?.origin == .context("prod", file: Self.path, line: 3))
        #expect(prod.transport?.value == .tls)
        #expect(prod.optfile?.value == "/cfg/erlclu/inet_tls_dist.config")
        #expect(prod.cookie?.value.bytes == Array("prodcookie".utf8))
        #expect(prod.epmd?.value == EPMDChoice.none)
        #expect(prod.address?.value == HostAndPort(host: "127.0.0.1", port: 40001))
        #expect(prod.mode?.value == .protected)
        #expect(prod.timeoutMilliseconds?.value == 25_000)
        let dev = try layer(Self.sample, "dev")
        #expect(dev.nodes?.value == ["dev"])
        #expect(dev.cookie?.value.bytes == Array("dev".utf8))
        #expect(dev.timeoutMilliseconds?.value == 3000)
        #expect(dev.epmd?.value == .lookup(host: nil, port: 4370))
        #expect(dev.transport == nil)
    }

    @Test func acceptedWeaknesses() throws {
        let text = "{context, c, [{accepted, ['CVE-2025-32433', \"CVE-2022-37026\"]}]}."
        #expect(try layer(text, "c").accepted?.value == ["CVE-2025-32433", "CVE-2022-37026"])
    }

    @Test func secretsWantAPrivateFile() throws {
        #expect(try layer(Self.sample, "open").cookie?.value.bytes == Array("literal".utf8))
        let error = try #require(throws: SettingsError.self) { try layer(Self.sample, "open", permissions: 0o640) }
        #expect(error.exitStatus == 78)
        #expect(!error.description.contains("literal"))
    }

    @Test(arguments: [
        ("{context, c, [\n {cooky, x}]}.", 2, 2, "unknown key cooky in context c; did you mean cookie?"),
        ("{context, c, [{zzzzzzzz, x}]}.", 1, 15, "unknown key zzzzzzzz in context c"),
        ("{contxt, c, []}.", 1, 1, "unknown key contxt; did you mean context?"),
        ("{context, c, [{address, \"x\"}]}.", 1, 15, "address: expected \"HOST:PORT\""),
        ("{context, c, [{mode, x}]}.", 1, 15, "mode: expected read_write, read_only, protected"),
        ("{context, c, [{timeout, 0}]}.", 1, 15, "timeout: expected seconds or a text as \"10s\""),
        ("{context, c, [{nodes, ['a@b@c']}]}.", 1, 15, "nodes: expected a list of node names"),
        ("{context, c, [{cookie, {env, \"NONE\"}}]}.", 1, 15, "cookie: the environment has no NONE"),
        ("{context, c, [{cookie, {x, 1}}]}.", 1, 15, "cookie: expected {file, F}, {env, V} or a string"),
        (
            "{context, c, [{accepted, ['cve-2025-1']}]}.", 1, 15,
            "accepted: expected a list of identifiers as 'CVE-2025-32433'"
        ),
        ("{context, c, [x]}.", 1, 15, "expected {Key, Value}"),
        ("{context, c, []}. {context, c, []}.", 1, 19, "context c is there twice"),
        ("{context, c, [}.", 1, 15, "syntax error before: '}'"),
        ("x.", 1, 1, "expected {context, Name, [...]} or {default_context, Name}"),
    ])
    func refused(text: String, line: Int, column: Int, message: String) throws {
        let error = try #require(throws: SettingsError.self) { try layer(text, "c") }
        #expect(error.description == "\(Self.path):\(line):\(column): \(message)")
        #expect(error.exitStatus == 78)
    }

    @Test func unknownContext() throws {
        let error = try #require(throws: SettingsError.self) { try layer(Self.sample, "none") }
        #expect(error.message == "no context none; it has prod, dev, open")
    }

    @Test func mutated() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            var files = MemoryFiles()
            files.contents["f"] = random.mutated(Self.sample)
            guard let file = try? ContextFile(path: "f", files) else { continue }
            for name in file.contextNames { _ = try? file.layer(name, files, environment: [:]) }
        }
    }
}
