import ErlcluTestSupport

/// An erlclud that runs.
struct DaemonFixture {
    static let cookie = "test_cookie"

    let name: String
    let process: ChildProcess
    private let directory: TemporaryDirectory

    /// Waits until it listens.
    /// - Parameters:
    ///   - name: of its own by default.
    ///   - secure: whether it has TLS, with the certificate that every node of a run trusts.
    init(
        name: String? = nil, secure: Bool = false, options: [String] = [], cookie: String = cookie,
        variables: [String: String?] = [:]
    ) throws {
        directory = try TemporaryDirectory()
        self.name = name ?? "erlclud\(UInt32.random(in: 0...UInt32.max))@127.0.0.1"
        let file = try directory.write(cookie, to: "cookie", mode: 0o400)
        var options = options
        if secure {
            let own = try CertificateAuthority.issue()
            let file = try directory.write(
                """
                [{server, [{certfile, "\(own.certificateFile)"}, {keyfile, "\(own.keyFile)"},
                    {cacertfile, "\(own.authorityFile)"}, {verify, verify_peer}, {fail_if_no_peer_cert, true}]},
                 {client, [{certfile, "\(own.certificateFile)"}, {keyfile, "\(own.keyFile)"},
                    {cacertfile, "\(own.authorityFile)"}, {verify, verify_peer}]}].
                """, to: "dist.conf")
            options += ["--optfile", file]
        }
        process = try ChildProcess(
            BuiltProduct.daemon,
            ["--name", self.name, "--cookie-file", file, "--listen", "127.0.0.1:\(try LocalSocket.unusedPort())"]
                + ["--epmd", "127.0.0.1:\(try PortMapper.shared.get().port)", "--allow-root"] + options,
            environment: NodeTool.scrubbed.merging(variables) { $1 })
        guard process.waitForOutput(containing: "event=registered", onError: true) else {
            throw FixtureFailure("erlclud did not start: \(process.standardError)")
        }
    }
}
