import Foundation

/// How a fixture's node distributes.
package enum NodeTransport: Sendable {
    case tcp
    case tls(NodeTLS)

    /// Mutual TLS with certificates that both sides verify.
    package static func mutualTLS(versions: [String] = []) throws -> NodeTransport {
        .tls(NodeTLS(certificate: try CertificateAuthority.issue(), versions: versions))
    }
}

/// What goes into a node's `ssl_dist_optfile`.
package struct NodeTLS: Sendable {
    package enum Verification: String, Sendable {
        case peer = "verify_peer"
        case none = "verify_none"
    }

    package var certificate: IssuedCertificate
    /// A PEM file of those it trusts; the certificate's own authority by default.
    package var trusts: String
    package var verification: Verification
    /// Whether a peer without a certificate is turned away.
    package var demandsCertificate: Bool
    /// "tlsv1.2", "tlsv1.3"; none leaves it to the release.
    package var versions: [String]
    /// Further Erlang options for the server side, as text: `{depth, 1}`.
    package var serverOptions: [String]
    /// The same for the client side.
    package var clientOptions: [String] = []
    /// Whether the client side has a certificate to show.
    package var showsCertificate = true

    package init(
        certificate: IssuedCertificate, trusts: String? = nil, verification: Verification = .peer,
        demandsCertificate: Bool = true, versions: [String] = [], serverOptions: [String] = []
    ) {
        self.certificate = certificate
        self.trusts = trusts ?? certificate.authorityFile
        self.verification = verification
        self.demandsCertificate = demandsCertificate
        self.versions = versions
        self.serverOptions = serverOptions
    }

    /// Copies the PEM files into `directory` and writes the option file that names them.
    /// - Parameter inside: turns a path into the one that the reader sees.
    /// - Returns: the option file's path, for us.
    package func write(to directory: TemporaryDirectory, inside: (String) -> String) throws -> String {
        var common: [String] = []
        for (option, source, name) in [
            ("certfile", certificate.certificateFile, "cert.pem"), ("keyfile", certificate.keyFile, "key.pem"),
            ("cacertfile", trusts, "ca.pem"),
        ] {
            let copy = try directory.write(try [UInt8](Data(contentsOf: URL(fileURLWithPath: source))), to: name)
            common.append("{\(option), \"\(inside(copy))\"}")
        }
        if let password = certificate.keyPassword { common.append("{password, \"\(password)\"}") }
        common.append("{verify, \(verification.rawValue)}")
        if !versions.isEmpty { common.append("{versions, [\(versions.map { "'\($0)'" }.joined(separator: ", "))]}") }
        // OTP 26 and later refuse the option with verify_none, and in the client's part altogether.
        let demand = verification == .peer ? ["{fail_if_no_peer_cert, \(demandsCertificate)}"] : []
        let server = (common + demand + serverOptions).joined(separator: ",\n    ")
        let own = showsCertificate ? common : common.filter { !$0.hasPrefix("{certfile") && !$0.hasPrefix("{keyfile") }
        let client = (own + clientOptions).joined(separator: ",\n    ")
        return try directory.write(
            "[{server, [\n    \(server)]},\n {client, [\n    \(client)]}].\n", to: "ssl_dist.conf")
    }
}
