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
    /// What it shows where it dials; the same by default.
    package var clientCertificate: IssuedCertificate?
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
        certificate: IssuedCertificate, clientCertificate: IssuedCertificate? = nil, trusts: String? = nil,
        verification: Verification = .peer, demandsCertificate: Bool = true, versions: [String] = [],
        serverOptions: [String] = []
    ) {
        self.certificate = certificate
        self.clientCertificate = clientCertificate
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
        func copied(_ source: String, to name: String) throws -> String {
            inside(try directory.write(try [UInt8](Data(contentsOf: URL(fileURLWithPath: source))), to: name))
        }
        func own(_ certificate: IssuedCertificate, prefix: String = "") throws -> [String] {
            let files = [
                "{certfile, \"\(try copied(certificate.certificateFile, to: "\(prefix)cert.pem"))\"}",
                "{keyfile, \"\(try copied(certificate.keyFile, to: "\(prefix)key.pem"))\"}",
            ]
            return files + (certificate.keyPassword.map { ["{password, \"\($0)\"}"] } ?? [])
        }
        let serverOwn = try own(certificate)
        let clientOwn = try clientCertificate.map { try own($0, prefix: "client-") } ?? serverOwn
        var common = ["{cacertfile, \"\(try copied(trusts, to: "ca.pem"))\"}"]
        common.append("{verify, \(verification.rawValue)}")
        if !versions.isEmpty { common.append("{versions, [\(versions.map { "'\($0)'" }.joined(separator: ", "))]}") }
        // OTP 26 and later refuse the option with verify_none, and in the client's part altogether.
        let demand = verification == .peer ? ["{fail_if_no_peer_cert, \(demandsCertificate)}"] : []
        let server = (serverOwn + common + demand + serverOptions).joined(separator: ",\n    ")
        let client = ((showsCertificate ? clientOwn : []) + common + clientOptions).joined(separator: ",\n    ")
        return try directory.write(
            "[{server, [\n    \(server)]},\n {client, [\n    \(client)]}].\n", to: "ssl_dist.conf")
    }
}
