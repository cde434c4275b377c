import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Foundation
import Testing

extension FailureReproducer {
    /// TLS where there is none, none where it is, and two sides that cannot agree.
    static let mismatches: [FailureReproducer] = [
        FailureReproducer(.tlsToTCP) { try .ping(SharedNodes.plain.get(), tls: .good()) },
        FailureReproducer(.protocolViolation, "another service under TLS") {
            let peer = try ScriptedPeer([.receive(5), .send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))])
            return .ping(port: peer.port, tls: try .good(), peer)
        },
        FailureReproducer(.tcpToTLS) { try .ping(SharedNodes.secure.get()) },
        FailureReproducer(.tcpToTLS, "TLS 1.3") { try .ping(SharedNodes.secure13.get()) },
        FailureReproducer(.tlsVersion, "we want 1.3") {
            let directory = try TemporaryDirectory()
            return try .ping(
                SharedNodes.secure.get(), tls: .optionFile("{versions, ['tlsv1.3']}", in: directory), keeping: directory
            )
        },
        FailureReproducer(.tlsVersion, "we want 1.2") {
            let directory = try TemporaryDirectory()
            return try .ping(
                SharedNodes.secure13.get(), tls: .optionFile("{versions, ['tlsv1.2']}", in: directory),
                keeping: directory)
        },
        FailureReproducer(.tlsCipher) {
            // The node's key is an elliptic one: RSA it cannot do.
            let directory = try TemporaryDirectory()
            let tls = try ToolTLS.optionFile(
                #"{versions, ['tlsv1.2']}, {ciphers, ["ECDHE-RSA-AES256-GCM-SHA384"]}"#, in: directory)
            return try .ping(SharedNodes.secure.get(), tls: tls, keeping: directory)
        },
        FailureReproducer(.tlsKey, "no key file") {
            let node = try ErlangNodeFixture(transport: .mutualTLS())
            // Read for the first connection only.
            let options = try #require(node.optionFile)
            let directory = (options as NSString).deletingLastPathComponent
            try FileManager.default.removeItem(atPath: "\(directory)/key.pem")
            return try .ping(node, tls: .good())
        },
        FailureReproducer(.tlsKey, "another certificate's key") {
            let other = try CertificateAuthority.issue(CertificateProfile(commonName: "other"))
            let mixed = try CertificateAuthority.issue().withKey(of: other)
            let node = try ErlangNodeFixture(transport: .tls(NodeTLS(certificate: mixed)))
            return try .ping(node, tls: .good())
        },
        FailureReproducer(.tlsKey, "closes without a word") {
            let peer = try ScriptedPeer([.receive(5)])
            return .ping(port: peer.port, tls: try .good(), peer)
        },
    ]
}

extension FailedCommand {
    fileprivate static func ping(
        _ node: ErlangNodeFixture, tls: ToolTLS, keeping directory: TemporaryDirectory
    ) throws -> FailedCommand {
        var command = try ping(node, tls: tls)
        command.fixtures.append(directory)
        return command
    }
}
