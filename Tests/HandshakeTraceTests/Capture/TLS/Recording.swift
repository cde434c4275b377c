import Foundation
import PacketCapture
import TLSTransport

/// A TLS connection as it went over the wire, and its secrets.
struct Recording {
    var chunks: [(direction: FlowDirection, bytes: [UInt8])] = []
    var keyLog: [UInt8] = []

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Recordings")

    /// The names of the recordings that `record.escript` made.
    static let names: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).filter { $0.pathExtension == "tls" }.map { $0.deletingPathExtension().lastPathComponent }
            .sorted()
    }()

    init() {}

    init(named name: String) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent("\(name).tls"), encoding: .utf8)
        for line in text.split(separator: "\n") {
            let rest = line.dropFirst(2)
            switch line.first {
            case ">": chunks.append((.fromInitiator, Self.bytes(hex: rest)))
            case "<": chunks.append((.fromAcceptor, Self.bytes(hex: rest)))
            default: keyLog += Array(rest.utf8) + [0x0A]
            }
        }
    }

    private static func bytes(hex: Substring) -> [UInt8] {
        let digits = hex.utf8.map { UInt8($0 <= 0x39 ? $0 - 0x30 : $0 - 0x57) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    var secrets: TLSSecrets {
        var secrets = TLSSecrets()
        secrets.add(keyLog: keyLog)
        return secrets
    }

    /// What a conversation makes of it.
    /// - Parameters:
    ///   - size: of the pieces that the bytes come in; nil: as they came.
    ///   - isClosed: whether the end of the connection is told.
    func outputs(secrets: TLSSecrets, size: Int? = nil, isClosed: Bool = true) throws -> [TLSOutput] {
        var conversation = TLSConversation(cryptography: try RecordCipher())
        var outputs: [TLSOutput] = []
        for (index, chunk) in chunks.enumerated() {
            var rest = chunk.bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(size ?? rest.count)
                rest = rest.dropFirst(piece.count)
                outputs += conversation.received(
                    piece, from: chunk.direction, at: Int64(index), secrets: secrets)
            }
        }
        if isClosed { outputs += conversation.closed(at: Int64(chunks.count)) }
        return outputs
    }
}

extension TLSOutput {
    /// A line for people.
    var words: String {
        let arrow = direction == .fromInitiator ? ">" : "<"
        return "\(time) \(arrow) \(content.words)"
    }
}

extension TLSOutput.Content {
    var isObstacle: Bool { if case .cannotDecrypt = self { true } else { false } }

    fileprivate var words: String {
        switch self {
        case .message(.clientHello(let hello)):
            "ClientHello \(hello.versions.map(\.name)) for \(hello.serverName ?? "nobody"), "
                + "\(hello.cipherSuites.filter { !$0.isSignal }.map(\.name)), "
                + "resumption \(hello.offersResumption), early data \(hello.offersEarlyData)"
        case .message(.serverHello(let hello)):
            "\(hello.isRetryRequest ? "HelloRetryRequest" : "ServerHello") \(hello.version.name) "
                + "\(hello.cipherSuite.name), encrypt then MAC \(hello.encryptsThenAuthenticates)"
        case .message(.certificate(let chain)): "Certificate \(chain.map(\.count)) bytes"
        case .message(let message): message.name
        case .changeCipherSpec: "ChangeCipherSpec"
        case .alert(let level, let description): "alert \(level) \(description)"
        case .encryptedAlert: "encrypted alert"
        case .established(let version, let cipher): "established \(version.name) \(cipher.name)"
        case .plaintext(let bytes): "plaintext \(String(decoding: bytes, as: UTF8.self).debugDescription)"
        case .cannotDecrypt(let obstacle): "\(obstacle)"
        case .stopped(let error): "stopped: \(error)"
        }
    }
}
