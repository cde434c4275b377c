import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

extension EventKind {
    func write(to object: inout RecordedObject) {
        switch self {
        case .started(let purpose):
            object.put("event", "started")
            object.put("purpose", purpose == .epmd ? "epmd" : "distribution")
        case .epmd(let facts):
            object.put("event", facts.isAnswer ? "epmd_answer" : "epmd_question")
            object.put("request", facts.request.rawValue)
            object.put("alive", facts.alive)
            object.put("port", facts.port.map { Int($0) })
            object.put("names", facts.names)
        case .connected: object.put("event", "connected")
        case .tlsMessage(let facts):
            object.put("event", "tls_message")
            object.put("type", facts.type.map { Int($0) })
            object.put("message", facts.name)
            object.put("versions", facts.versions)
            object.put("ciphers", facts.ciphers)
            object.put("server_name", facts.serverName)
            object.put("note", facts.note)
        case .alert(let facts):
            object.put("event", "alert")
            object.put("level", Int(facts.level))
            object.put("description", Int(facts.description))
            object.put("name", facts.name)
            object.put("reason", facts.reason)
        case .certificates(let owner, let chain, let verdict):
            object.put("event", "certificates")
            object.put("shown_by", owner.rawValue)
            object.put("chain", .array(chain.map(\.recorded)))
            object.put("verdict", verdict?.recorded)
        case .secured(let version, let cipher):
            object.put("event", "secured")
            object.put("version", version)
            object.put("cipher", cipher)
        case .handshake(let detail):
            object.put("event", "handshake")
            detail.write(to: &object)
        case .ended(let reason):
            object.put("event", "ended")
            reason.write(to: &object)
        case .up: object.put("event", "up")
        case .down(let reason):
            object.put("event", "down")
            object.put("reason", reason)
        case .note(let text):
            object.put("event", "note")
            object.put("text", text)
        }
    }
}

extension HandshakeDetail {
    fileprivate func write(to object: inout RecordedObject) {
        object.put("message", message.rawValue)
        object.put("status", status?.description)
        object.put("name", name)
        object.put("flags", flags?.names)
        object.put("creation", creation.map { Int($0) })
        object.put("version", version.map { Int($0) })
    }
}

extension EndReason {
    fileprivate func write(to object: inout RecordedObject) {
        switch self {
        case .closed(let role): object.put("reason", "closed", "by", role?.rawValue)
        case .reset(let role): object.put("reason", "reset", "by", role?.rawValue)
        case .refused: object.put("reason", "refused")
        case .unreachable(let text): object.put("reason", "unreachable", "text", text)
        case .unresolved(let text): object.put("reason", "unresolved", "text", text)
        case .tunnel(let failure):
            object.put("reason", "tunnel", "tunnel", failure.tunnel)
            object.put("text", failure.words)
        case .notRegistered: object.put("reason", "not_registered")
        case .timeout(let milliseconds):
            object.put("reason", "timeout")
            object.put("milliseconds", milliseconds)
        case .wrongCookie: object.put("reason", "wrong_cookie")
        case .notAllowed: object.put("reason", "not_allowed")
        case .refusedBy(let status): object.put("reason", "status", "status", status.description)
        case .missingFlags(let names):
            object.put("reason", "missing_flags")
            object.put("flags", names)
        case .nameMismatch(let dialled, let actual):
            object.put("reason", "name_mismatch", "dialled", dialled)
            object.put("actual", actual)
        case .notTLS(let bytes): object.put("reason", "not_tls", "first_bytes", Hexadecimal.text(bytes))
        case .notDistribution(let bytes):
            object.put("reason", "not_distribution", "first_bytes", Hexadecimal.text(bytes))
        case .badTLSOptions(let text): object.put("reason", "tls_options", "text", text)
        case .tls(let text): object.put("reason", "tls", "text", text)
        case .failed(let failure):
            object.put("reason", "failed")
            failure.write(to: &object)
        case .violation(let text): object.put("reason", "violation", "text", text)
        case .noCommonParameters(let text): object.put("reason", "no_common_parameters", "text", text)
        case .foreignKey: object.put("reason", "foreign_key")
        case .other(let text): object.put("reason", "other", "text", text)
        }
    }
}

extension RecordedObject {
    fileprivate mutating func put(_ key: String, _ text: String, _ second: String, _ secondText: String?) {
        put(key, text)
        put(second, secondText)
    }
}

extension NodeFailure {
    package func write(to object: inout RecordedObject) {
        object.put("code", code.rawValue)
        object.put("at", stage.rawValue)
        object.put("node", node)
        object.put("text", message)
        object.put("remedy", remedy.text(\.plainWords))
        if case .likely(let alternative) = certainty { object.put("alternative", alternative.words) }
    }
}

extension CertificateFacts {
    fileprivate var recorded: JSONValue {
        var object = RecordedObject()
        object.put("subject", subject)
        object.put("issuer", issuer)
        object.put("serial", serial)
        object.put("not_before", notBefore)
        object.put("not_after", notAfter)
        object.put("dns_names", dnsNames)
        object.put("ip_addresses", ipAddresses)
        object.put("usage", extendedKeyUsage)
        object.put("sha256", fingerprint)
        return object.value
    }
}

extension CertificateVerdict {
    fileprivate var recorded: JSONValue {
        var object = RecordedObject()
        switch self {
        case .accepted: object.put("verdict", "accepted")
        case .refused(let defect, let index):
            object.put("verdict", "refused")
            object.put("index", index)
            defect.write(to: &object)
        }
        return object.value
    }
}

extension CertificateDefect {
    fileprivate func write(to object: inout RecordedObject) {
        switch self {
        case .expired: object.put("defect", "expired")
        case .unknownCA: object.put("defect", "unknown_ca")
        case .selfSigned: object.put("defect", "self_signed")
        case .name(let expected, let presented):
            object.put("defect", "name", "expected", expected)
            object.put("presented", presented)
        case .usage: object.put("defect", "usage")
        case .revoked: object.put("defect", "revoked")
        case .invalidSignature: object.put("defect", "invalid_signature")
        case .revocationUnknown(let text, let isBeyondRepair):
            object.put("defect", isBeyondRepair ? "revocation_unknowable" : "revocation_unknown", "text", text)
        case .other(let text): object.put("defect", "other", "text", text)
        }
    }
}
