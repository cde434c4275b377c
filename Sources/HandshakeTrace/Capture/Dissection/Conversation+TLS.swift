import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import PacketCapture

/// What TLS showed.
extension Conversation {
    func tell(_ outputs: [TLSOutput], _ surroundings: Surroundings) {
        for output in outputs {
            let (time, role) = (Int(output.time), output.direction.sender)
            switch output.content {
            case .message(let message): tell(message, at: time, from: role, surroundings)
            case .changeCipherSpec: break
            case .alert(let level, let description):
                hasAlert = hasAlert || level == 2
                tell(.alert(AlertFacts(level: level, description: description)), at: time, from: role)
            case .encryptedAlert:
                tell(.tlsMessage(.encryptedAlert), at: time, from: role)
            case .established(let version, let cipher):
                tell(.secured(version: version.description, cipher: cipher.name), at: time, stage: .tls)
                isEstablished = true
                // What can be read need not be guessed.
                if !isSealed { secure?.sealed = nil }
                tell(secure?.sealed?.established(cipher: cipher.name, isTLS13: version > .tls12) ?? [])
            case .plaintext(let bytes):
                secure?.sealed = nil
                if distribution == nil { beginSecureDistribution() }
                let findings = bytes.withUnsafeBytes { bytes in
                    distribution?.received(bytes, from: output.direction) ?? []
                }
                tell(findings, at: time)
            case .cannotDecrypt(let obstacle):
                isSealed = true
                // The secrets are missed only by what follows.
                if obstacle == .noSecrets, secure?.sealed != nil { break }
                secure?.sealed = nil
                if lastStage < .name { tell(.note("\(obstacle)"), at: time, from: role) }
            case .stopped(.notTLS(let bytes)):
                end(.notTLS(bytes), at: time, from: output.direction)
            case .stopped(let error):
                if !isOver, !isUp { tell(.note("\(error)"), at: time, from: role) }
            }
        }
    }

    func tell(
        _ message: TLSHandshakeMessage, at time: Int, from role: Role, _ surroundings: Surroundings
    ) {
        switch message {
        case .clientHello(let hello):
            host = hello.serverName
            nameSupposed()
            // Nodes do not negotiate what to speak inside.
            if !hello.applicationProtocols.isEmpty, !isOfNodes { isForeign = true }
        case .certificate(let chain) where !chain.isEmpty:
            let known = chain.compactMap(surroundings.certificateFacts)
            tell(.certificates(shownBy: role, known, nil), at: time, stage: .tls, from: role)
            return
        default: break
        }
        tell(.tlsMessage(TLSMessageFacts(message)), at: time, stage: .tls, from: role)
    }

    func beginSecureDistribution() { distribution = DistributionDissector(prefix: .tls) }
}
