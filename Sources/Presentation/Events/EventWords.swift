import ByteTransport
package import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

/// The words of a trace event, for one line.
package enum EventWords {
    /// What happened, without time and parties; the text may hold words of a peer.
    package static func of(_ event: TraceEvent) -> String { event.isGuess ? guessed(event) : read(event) }

    /// What cannot be opened has a kind, and nothing that it says.
    private static func guessed(_ event: TraceEvent) -> String {
        guard case .handshake(let detail) = event.what else { return read(event) + ", as it seems" }
        return switch detail.message {
        case .name: "a name, as it seems"
        case .status: "a status, as it seems"
        case .challenge: "a challenge, as it seems"
        default: handshake(detail) + ", as it seems"
        }
    }

    private static func read(_ event: TraceEvent) -> String {
        switch event.what {
        case .started(let purpose):
            purpose == .epmd ? "asks epmd" : "\(event.initiator) connects to \(event.acceptor)"
        case .epmd(let facts): epmd(facts)
        case .connected: connected(event)
        case .tlsMessage(let facts): tls(facts)
        case .alert(let facts):
            "alert \(facts.description) \(facts.name)" + (facts.reason.map { ": \($0)" } ?? "")
        case .certificates(let owner, let chain, let verdict): certificates(event, owner, chain, verdict)
        case .secured(let version, let cipher): "\(version), \(cipher)"
        case .handshake(let detail): handshake(detail)
        case .ended(let reason): "ends: \(end(reason))"
        case .up: "\(event.initiator) and \(event.acceptor) are connected"
        case .down(let reason): down(event, reason)
        case .note(let text): text
        }
    }

    private static func connected(_ event: TraceEvent) -> String {
        let addresses = [event.initiator.address, event.acceptor.address].compactMap { $0?.description }
        return addresses.isEmpty ? "connected" : addresses.joined(separator: " -> ")
    }

    private static func epmd(_ facts: EPMDFacts) -> String {
        let alive = facts.alive ?? "?"
        switch (facts.request, facts.isAnswer) {
        case (.port, false): return "asks epmd for \(alive)"
        case (.port, true):
            return facts.port.map { "epmd: \(alive) listens on port \($0)" } ?? "epmd does not know \(alive)"
        case (.names, false): return "asks epmd for all names"
        case (.names, true): return "epmd knows \(facts.names?.joined(separator: ", ") ?? "nobody")"
        case (.register, false): return "registers \(alive)\(facts.port.map { " at port \($0)" } ?? "")"
        case (.register, true): return "epmd registers \(alive)"
        case (.dump, _): return "asks epmd for all that it knows"
        case (.kill, _): return "asks epmd to end"
        case (.stop, _): return "asks epmd to drop \(alive)"
        case (.other, let isAnswer): return isAnswer ? "epmd answers" : "asks epmd"
        }
    }

    private static func tls(_ facts: TLSMessageFacts) -> String {
        var words = facts.name
        if !facts.versions.isEmpty { words += ", \(facts.versions.joined(separator: " or "))" }
        if facts.ciphers.count == 1 { words += ", \(facts.ciphers[0])" }
        if facts.ciphers.count > 1 { words += ", \(facts.ciphers.count) cipher suites" }
        if let name = facts.serverName { words += ", for \(name)" }
        if let note = facts.note, facts.type != nil { words += ", \(note)" }
        return words
    }

    private static func certificates(
        _ event: TraceEvent, _ owner: Role, _ chain: [CertificateFacts], _ verdict: CertificateVerdict?
    ) -> String {
        var words = "certificate of \(event.party(owner))"
        if let leaf = chain.first {
            let names = leaf.dnsNames.map { "DNS:\($0)" } + leaf.ipAddresses.map { "IP:\($0)" }
            words +=
                ": \(leaf.subject), issued by \(leaf.issuer), for \(names.joined(separator: " ")), "
            // Its end says nothing of one that has not begun.
            if leaf.notBefore > event.time / 1_000_000 { words += "from \(UTCTime(seconds: leaf.notBefore)) " }
            words += "until \(UTCTime(seconds: leaf.notAfter))"
        } else if verdict == nil {
            words = "no certificate of \(event.party(owner))"
        }
        switch verdict {
        case .accepted: words += "; accepted"
        case .refused(let defect, _): words += "; refused: \(self.defect(defect))"
        case nil: break
        }
        return words
    }

    private static func defect(_ defect: CertificateDefect) -> String {
        switch defect {
        case .expired: "out of its time"
        case .unknownCA: "unknown authority"
        case .selfSigned: "it signs itself"
        case .name(let expected, _): expected.map { "not for \($0)" } ?? "not for this name"
        case .usage: "not for this use"
        case .revoked: "revoked"
        case .invalidSignature: "its signature is wrong"
        case .revocationUnknown(let words, _): "whether it is revoked is not known: \(words)"
        case .other(let words): words
        }
    }

    private static func handshake(_ detail: HandshakeDetail) -> String {
        switch detail.message {
        case .name: "name \(detail.name ?? "?")\(incarnation(detail))"
        case .status: "status \(detail.status?.description ?? "?")"
        case .challenge: "challenge of \(detail.name ?? "?")\(incarnation(detail))"
        case .complement: "complement\(incarnation(detail))"
        case .challengeReply: "answer to the challenge"
        case .challengeAck: "answer to the answer: cookies agree"
        }
    }

    private static func incarnation(_ detail: HandshakeDetail) -> String {
        var words = detail.creation.map { $0 == 0 ? "" : ", creation \($0)" } ?? ""
        guard let flags = detail.flags else { return words }
        let missing = flags.missing(from: .mandatory26)
        if !missing.isEmpty { words += ", without \(missing.names.joined(separator: " "))" }
        return words + (flags.contains(.published) ? "" : ", hidden")
    }

    private static func end(_ reason: EndReason) -> String {
        switch reason {
        case .closed(let role): "closed" + (role.map { " by the \($0.rawValue)" } ?? "")
        case .reset(let role): "reset" + (role.map { " by the \($0.rawValue)" } ?? "")
        case .refused: "connection refused"
        case .unreachable(let words): words
        case .unresolved(let words): "the name does not resolve: \(words)"
        case .tunnel(let failure): "tunnel \(failure.tunnel): \(failure.words)"
        case .notRegistered: "epmd does not know the node"
        case .timeout(let milliseconds): "nothing came" + (milliseconds.map { " within \($0) ms" } ?? " in time")
        case .wrongCookie: "wrong digest"
        case .notAllowed: "not allowed"
        case .refusedBy(let status): "status \(status)"
        case .missingFlags(let names): "flags are missing: \(names.joined(separator: " "))"
        case .nameMismatch(_, let actual): "the other node is \(actual)"
        case .notTLS: "what came is not TLS"
        case .notDistribution: "what came is not distribution"
        case .badTLSOptions(let words): "TLS option \(words)"
        case .tls(let words): words
        case .violation(let words): words
        case .noCommonParameters(let words): words
        case .foreignKey: "its key does not belong to its certificate"
        case .failed(let failure): failure.message
        case .other(let words): words
        }
    }

    private static func down(_ event: TraceEvent, _ reason: String) -> String {
        let code = LinkLoss.code(of: reason).map { "\($0.rawValue): " } ?? ""
        return "\(code)\(event.initiator) and \(event.acceptor) are not connected any more: \(reason)"
    }
}
