import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import PacketCapture

/// What TLS showed.
extension Conversation {
    func emit(_ outputs: [TLSOutput], _ surroundings: Surroundings) {
        for output in outputs {
            let (time, role) = (Int(output.time), output.direction.sender)
            switch output.content {
            case .message(let message): emit(message, at: time, from: role, surroundings)
            case .changeCipherSpec: break
            case .alert(let level, let description):
                hasAlert = hasAlert || level == 2
                emit(.alert(AlertFacts(level: level, description: description)), at: time, from: role)
            case .encryptedAlert:
                emit(.tlsMessage(.encryptedAlert), at: time, from: role)
            case .established(let version, let cipher):
                emit(.secured(version: version.description, cipher: cipher.name), at: time, stage: .tls)
                isEstablished = true
                // What can be read need not be guessed.
                if !isSealed { secure?.sealed = nil }
                emit(secure?.sealed?.established(cipher: cipher.name, isTLS13: version > .tls12) ?? [])
            case .plaintext(let bytes):
                secure?.sealed = nil
                if distribution == nil { beginSecureDistribution() }
                let findings = bytes.withUnsafeBytes { bytes in
                    distribution?.received(bytes, from: output.direction) ?? []
                }
                emit(findings, at: time)
            case .cannotDecrypt(let obstacle):
                isSealed = true
                // The secrets are missed only by what follows.
                if obstacle == .noSecrets, secure?.sealed != nil { break }
                secure?.sealed = nil
                if lastStage < .name { emit(.note("\(obstacle)"), at: time, from: role) }
            case .stopped(.notTLS(let bytes)):
                end(.notTLS(bytes), at: time, from: output.direction)
            case .stopped(let error):
                if !isOver, !isUp { emit(.note("\(error)"), at: time, from: role) }
            }
        }
    }

    func emit(
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
            emit(.certificates(shownBy: role, known, nil), at: time, stage: .tls, from: role)
            return
        default: break
        }
        emit(.tlsMessage(TLSMessageFacts(message)), at: time, stage: .tls, from: role)
    }

    func beginSecureDistribution() { distribution = DistributionDissector(prefix: .tls) }
}
