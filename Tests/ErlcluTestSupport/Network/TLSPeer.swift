import Foundation

/// An OpenSSL server that is not a node: for handshakes that no release of OTP can be made to do.
package final class TLSPeer: Sendable {
    package let port: UInt16
    private let process: ChildProcess

    /// `openssl s_server` with a certificate.
    /// - Parameters:
    ///   - showsIssuer: whether it sends the authority's certificate behind its own.
    ///   - arguments: further ones, as `-tls1_2`, `-Verify 1`, `-cipher X`.
    package init(certificate: IssuedCertificate, showsIssuer: Bool = true, _ arguments: [String] = []) throws {
        let port = try LocalSocket.unusedPort()
        self.port = port
        let unlock = certificate.keyPassword.map { ["-pass", "pass:\($0)"] } ?? []
        process = try ChildProcess(
            "openssl",
            ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate.certificateFile]
                + ["-key", certificate.keyFile]
                + (showsIssuer ? ["-CAfile", certificate.authorityFile] : ["-no-CAfile"])
                + unlock + arguments)
        guard process.waitForOutput(containing: "ACCEPT") else {
            throw FixtureFailure("openssl s_server: \(process.standardOutput)\(process.standardError)")
        }
    }

    /// Sends text through the connection that is open.
    package func send(_ text: String) { process.send(text) }

    /// What it printed about its connections.
    package var log: String { process.standardOutput + process.standardError }

    package func stop() { process.terminate() }
}
