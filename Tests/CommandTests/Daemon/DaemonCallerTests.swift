import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// What the log of an erlclud calls those that dial it and do not come in: as erlclu-ctl calls the same thing elsewhere.
@Suite(.waiting) struct DaemonCallerTests {
    /// What a caller does; it leaves then.
    enum Caller: Sendable {
        /// Sends these bytes, and leaves once so many have come back.
        case bytes([UInt8], answer: Int)
        /// Sends these bytes, and stays until it is left.
        case staying([UInt8])
        /// erlclu-ctl with another cookie.
        case otherCookie
        /// erlclu-ctl, which calls it by another name.
        case otherName
        /// `openssl s_client`, with the certificate of this authority.
        case openSSL(CertificateProfile?, of: Authority, [String])
    }

    enum Authority: Sendable {
        case ours
        case unknown

        var value: CertificateAuthority {
            get throws { try (self == .ours ? CertificateAuthority.trusted : CertificateAuthority.unknown).get() }
        }
    }

    private static let http = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    private static let garbage: [UInt8] = [0xC0, 0xDE, 0xBA, 0xD0, 0xFF, 0x01, 0x02, 0x03, 0x04]

    /// How an initiator begins the handshake: with its name, which it wants to be given.
    private static let name: [UInt8] = {
        var handshake = InitiatorHandshake(
            .init(
                identity: .dynamic(host: "caller"), peer: nil, cookie: Secret(DaemonFixture.cookie), challenge: 1,
                lengthPrefix: .tcp))
        return handshake.start().reduce(into: []) { bytes, action in
            if case .send(let more) = action { bytes += more }
        }
    }()

    /// ClientHello of TLS 1.2, as far as its random.
    private static let hello: [UInt8] = [22, 3, 1, 0, 100, 1, 0, 0, 96, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8]

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var secure: Bool
        var caller: Caller
        var code: String

        /// Whoever leaves at the challenge has likely found another name than it dialled; or not, where it takes its time.
        var leavesAtTheChallenge: Bool { code == "E-NAME" }

        init(_ words: String, secure: Bool, _ caller: Caller, _ code: String) {
            testDescription = words + (secure ? ", to TLS" : ", to TCP")
            (self.secure, self.caller, self.code) = (secure, caller, code)
        }
    }

    private static let rows = [
        Row("closes at once", secure: false, .bytes([], answer: 0), "E-CLOSED"),
        Row("closes at once", secure: true, .bytes([], answer: 0), "E-CLOSED"),
        Row("half of a name", secure: false, .bytes(Array(name.prefix(9)), answer: 0), "E-CLOSED"),
        // The status, and the challenge behind it.
        Row("leaves at the challenge", secure: false, .bytes(name, answer: 20), "E-NAME"),
        Row("another name was dialled", secure: false, .otherName, "E-NAME"),
        Row("half of a hello", secure: true, .bytes(hello, answer: 0), "E-CLOSED"),
        Row("TLS, and no name", secure: true, .openSSL(CertificateProfile(), of: .ours, []), "E-CLOSED"),
        Row("plain distribution", secure: true, .staying(name), "E-TCP-TO-TLS"),
        Row("some plain distribution", secure: true, .bytes(Array(name.prefix(3)), answer: 0), "E-TCP-TO-TLS"),
        Row("TLS", secure: false, .openSSL(CertificateProfile(), of: .ours, []), "E-TLS-TO-TCP"),
        Row("another cookie", secure: false, .otherCookie, "E-COOKIE"),
        Row("another cookie", secure: true, .otherCookie, "E-COOKIE"),
        Row("garbage", secure: false, .staying(garbage), "E-PROTOCOL"),
        Row("garbage", secure: true, .staying(garbage), "E-PROTOCOL"),
        Row("HTTP", secure: false, .staying(http), "E-PROTOCOL"),
        Row("HTTP", secure: true, .staying(http), "E-PROTOCOL"),
        Row("what looks like TLS", secure: false, .staying([22, 9, 9, 9, 9]), "E-PROTOCOL"),
        Row("no certificate", secure: true, .openSSL(nil, of: .ours, ["-tls1_3"]), "E-CERT-REQUIRED"),
        Row("no certificate", secure: true, .openSSL(nil, of: .ours, ["-tls1_2"]), "E-CERT-REQUIRED"),
        Row("another authority", secure: true, .openSSL(CertificateProfile(), of: .unknown, []), "E-CA-UNKNOWN"),
        Row(
            "does not trust our authority", secure: true,
            .openSSL(CertificateProfile(), of: .ours, ["-verify_return_error", "-CAfile", "UNKNOWN"]), "E-CA-UNKNOWN"),
        Row(
            "an expired certificate", secure: true,
            .openSSL(CertificateProfile(validity: .expired), of: .ours, []), "E-CERT-EXPIRED"),
    ]

    @Test(arguments: rows)
    func aCallerIsCalledByWhatItDoes(_ row: Row) throws {
        let http = try LocalSocket.unusedPort()
        let daemon = try DaemonFixture(secure: row.secure, options: ["--http", "127.0.0.1:\(http)"])
        let address = daemon.process.standardError.split(separator: " ").first { $0.hasPrefix("address=") }
        let port = try #require(address?.split(separator: ":").last.flatMap { UInt16($0) })
        try Self.call(row.caller, daemon, port, row.secure)
        #expect(
            daemon.process.waitForOutput(containing: "event=refused code=", onError: true),
            "\(daemon.process.standardError)")
        let log = daemon.process.standardError
        var code = row.code
        if row.leavesAtTheChallenge {
            let wasSlow = log.contains("event=refused code=E-CLOSED ")
            code = wasSlow ? "E-CLOSED" : "E-NAME"
            #expect(log.contains("or_maybe=\"\(wasSlow ? "E-NAME" : "E-CLOSED")"), "\(log)")
        }
        #expect(log.contains("event=refused code=\(code) "), "\(log)")
        let metrics = try CommandResult.of("curl", ["-s", "-m", "5", "http://127.0.0.1:\(http)/metrics"])
        #expect(metrics.standardOutput.contains("erlclu_refused_total{code=\"\(code)\"} "), "\(metrics)")
    }

    private static func call(_ caller: Caller, _ daemon: DaemonFixture, _ port: UInt16, _ secure: Bool) throws {
        func tool(_ name: String, _ cookie: String, _ options: [String]) throws {
            let trust = try secure ? NodeTool.keyFiles() : []
            let result = try CommandResult.of(
                BuiltProduct.tool,
                ["ping", "-n", name, "--address", "127.0.0.1:\(port)", "--cookie-env", "COOKIE"] + trust + options,
                environment: NodeTool.scrubbed.merging(["COOKIE": cookie]) { $1 })
            #expect(result.exitStatus != 0, "\(result)")
        }
        switch caller {
        case .bytes(let bytes, let answer): try talk(bytes, until: answer, port)
        case .staying(let bytes): try talk(bytes, until: .max, port)
        case .otherCookie: try tool(daemon.name, "another", [])
        case .otherName: try tool("another@127.0.0.1", DaemonFixture.cookie, [])
        case .openSSL(let profile, let authority, var words):
            if let profile {
                let certificate = try authority.value.issue(profile)
                words += ["-cert", certificate.certificateFile, "-key", certificate.keyFile]
            }
            let unknown = try CertificateAuthority.unknown.get().certificateFile
            _ = try CommandResult.of(
                "openssl",
                ["s_client", "-connect", "127.0.0.1:\(port)"] + words.map { $0 == "UNKNOWN" ? unknown : $0 })
        }
    }

    /// - Parameter count: of bytes that are to come before it leaves.
    /// A name stays in its field, whatever is in it: a quote that a mark combines with, here.
    @Test func aNameForgesNoField() throws {
        let daemon = try DaemonFixture(secure: false)
        let address = daemon.process.standardError.split(separator: " ").first { $0.hasPrefix("address=") }
        let port = try #require(address?.split(separator: ":").last.flatMap { UInt16($0) })
        let forged = "x\"\u{301} level=error event=up peer=z"
        let name = Array("\(forged)@caller".utf8)
        var flags = [UInt8](repeating: 0, count: 8)
        for byte in 0..<8 {
            flags[byte] = UInt8(truncatingIfNeeded: DistributionFlags.visibleNode.rawValue >> (56 - 8 * byte))
        }
        // `send_name` of version 6: `N`, flags, creation, the length of the name, the name.
        let body = [UInt8(ascii: "N")] + flags + [0, 0, 0, 1, 0, UInt8(name.count)] + name
        try Self.talk([0, UInt8(body.count)] + body, until: 20, port)
        #expect(daemon.process.waitForOutput(containing: "event=refused code=", onError: true))
        let log = daemon.process.standardError
        #expect(Data(log.utf8).range(of: Data("x\\\"\u{301} level=error".utf8)) != nil, "\(log)")
        #expect(Data(log.utf8).range(of: Data("x\"\u{301}".utf8)) == nil, "\(log)")
    }

    private static func talk(_ bytes: [UInt8], until count: Int, _ port: UInt16) throws {
        let socket = try #require(LocalSocket.connect(port: port))
        defer { close(socket) }
        // MSG_NOSIGNAL: it may have been left already.
        #expect(send(socket, bytes, bytes.count, 0x4000) == bytes.count)
        var buffer = [UInt8](repeating: 0, count: 4096)
        var received = 0
        while received < count {
            let more = recv(socket, &buffer, buffer.count, 0)
            guard more > 0 else { return }
            received += more
        }
    }
}
