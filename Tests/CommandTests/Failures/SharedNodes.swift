import ErlcluTestSupport

/// Nodes that no test changes, so that many may use one.
enum SharedNodes {
    static let plain = Result { try ErlangNodeFixture() }
    /// What OTP 25 does by itself: TLS 1.2.
    static let secure = Result { try ErlangNodeFixture(transport: .mutualTLS()) }
    static let secure13 = Result { try ErlangNodeFixture(transport: .mutualTLS(versions: ["tlsv1.3"])) }
}

extension FailedCommand {
    /// `ping` of a real node, with all that is right; what is to be wrong replaces or follows it.
    /// - Parameters:
    ///   - cookie: another one than the node's.
    ///   - name: another one than the node's; the node is then dialled by its port.
    ///   - certificate: ours, with which the node is spoken to over TLS; nil speaks plain distribution.
    static func ping(
        _ node: ErlangNodeFixture, name: String? = nil, tls: ToolTLS? = nil, _ further: [String] = []
    ) throws -> FailedCommand {
        try to(node, name: name, tls: tls, ["ping"] + further)
    }

    /// Any verb, in the same way.
    static func to(
        _ node: ErlangNodeFixture, name: String? = nil, tls: ToolTLS? = nil, _ words: [String]
    ) throws -> FailedCommand {
        var arguments = words + ["-n", name ?? node.name, "--cookie-file", try node.cookieFile()]
        if name != nil { arguments += ["--address", "127.0.0.1:\(node.port)"] }
        if let tls { arguments += tls.arguments }
        return FailedCommand(arguments: arguments, environment: node.environment, fixtures: [node])
    }

    /// The same with another cookie.
    func withCookie(_ cookie: String) -> FailedCommand {
        var command = self
        command.environment["COOKIE"] = cookie
        if let index = arguments.firstIndex(of: "--cookie-file") {
            command.arguments.replaceSubrange(index...(index + 1), with: ["--cookie-env", "COOKIE"])
        }
        return command
    }

    /// `ping` of a peer that is no node, dialled by its port.
    static func ping(port: UInt16, tls: ToolTLS? = nil, _ peer: AnyObject, _ further: [String] = []) -> FailedCommand {
        FailedCommand(
            arguments: ["ping", "-n", "app@127.0.0.1", "--address", "127.0.0.1:\(port)", "--cookie-env", "COOKIE"]
                + (tls?.arguments ?? []) + further,
            environment: ["COOKIE": "test_cookie"], fixtures: [peer])
    }
}

/// Our side of TLS.
struct ToolTLS {
    var arguments: [String]

    /// - Parameters:
    ///   - certificate: nil shows none.
    ///   - trusts: by default the test run's authority.
    init(_ certificate: IssuedCertificate?, trusts: String? = nil, options: [String] = []) throws {
        arguments = ["--transport", "tls", "--ca", try trusts ?? CertificateAuthority.trusted.get().certificateFile]
        if let certificate { arguments += ["--cert", certificate.certificateFile, "--key", certificate.keyFile] }
        arguments += options
    }

    /// With a certificate that any node of the test run takes.
    static func good(_ options: [String] = []) throws -> ToolTLS {
        try ToolTLS(CertificateAuthority.issue(), options: options)
    }

    /// What only an option file can say.
    static func optionFile(
        _ client: String, in directory: TemporaryDirectory, as name: String = "tool.conf"
    ) throws -> ToolTLS {
        let own = try CertificateAuthority.issue()
        let file = try directory.write(
            """
            [{client, [{certfile, "\(own.certificateFile)"}, {keyfile, "\(own.keyFile)"},
                       {cacertfile, "\(own.authorityFile)"}, {verify, verify_peer}, \(client)]}].
            """, to: name)
        var tls = try ToolTLS(nil)
        tls.arguments = ["--optfile", file]
        return tls
    }
}
