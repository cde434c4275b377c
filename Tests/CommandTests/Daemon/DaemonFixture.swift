import ErlcluTestSupport
import Foundation

/// An erlclud that runs.
struct DaemonFixture {
    static let cookie = "test_cookie"
    /// The most that it takes, as docs/erlclud.md says, whatever peers without the cookie do.
    static let memoryWithoutCookie = 128 << 20
    /// The same for a peer with the cookie.
    static let memoryWithCookie = 256 << 20

    let name: String
    let process: ChildProcess
    private let directory: TemporaryDirectory

    /// Waits until it listens.
    /// - Parameters:
    ///   - name: of its own by default.
    ///   - host: where it runs, with an epmd of its own; nil: at 127.0.0.1, with the epmd that all share.
    ///   - descriptors: so many it may have; nil: as many as this process.
    ///   - secure: whether it has TLS, with the certificate that every node of a run trusts.
    init(
        name: String? = nil, host: PrivateHost? = nil, descriptors: Int? = nil, secure: Bool = false,
        options: [String] = [], cookie: String = cookie,
        variables: [String: String?] = [:]
    ) throws {
        directory = try TemporaryDirectory()
        self.name = name ?? "erlclud\(UInt32.random(in: 0...UInt32.max))@\(host?.address ?? "127.0.0.1")"
        let address = host?.address ?? "127.0.0.1"
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
        let epmd = try host == nil ? "127.0.0.1:\(PortMapper.shared.get().port)" : "embedded"
        let words =
            ["--name", self.name, "--cookie-file", file, "--listen", "\(address):\(try LocalSocket.unusedPort())"]
            + ["--epmd", epmd, "--allow-root"] + options
        var (program, arguments) = host?.command(BuiltProduct.daemon, words) ?? (BuiltProduct.daemon, words)
        if let descriptors {
            (program, arguments) = (
                "sh", ["-ec", "ulimit -n \(descriptors); exec \"$@\"", "sh", program] + arguments
            )
        }
        process = try ChildProcess(
            program, arguments,
            environment: NodeTool.scrubbed.merging(variables) { $1 })
        guard process.waitForOutput(containing: "event=registered", onError: true) else {
            throw FixtureFailure("erlclud did not start: \(process.standardError)")
        }
    }

    /// How many descriptors it has open.
    var descriptorCount: Int {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/fd").count
        }
    }

    /// Where it takes in peers, as its log says.
    var port: UInt16 {
        get throws {
            let address = process.standardError.split(separator: " ").first { $0.hasPrefix("address=") }
            guard let port = address?.split(separator: ":").last.flatMap({ UInt16($0) }) else {
                throw FixtureFailure("no port: \(process.standardError)")
            }
            return port
        }
    }
}
