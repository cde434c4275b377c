import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

extension EventKind {
    init(_ object: RecordedObject) throws(RecordingFault) {
        switch try object.text("event") {
        case "started":
            switch try object.text("purpose") {
            case "epmd": self = .started(.epmd)
            case "distribution": self = .started(.distribution)
            default: throw .member("purpose")
            }
        case "epmd_answer": self = .epmd(try EPMDFacts(object, isAnswer: true))
        case "epmd_question": self = .epmd(try EPMDFacts(object, isAnswer: false))
        case "connected": self = .connected
        case "tls_message":
            self = .tlsMessage(
                TLSMessageFacts(
                    type: try object.optionalNumber("type"), versions: try object.texts("versions"),
                    ciphers: try object.texts("ciphers"), serverName: try object.optionalText("server_name"),
                    note: try object.optionalText("note")))
        case "alert":
            self = .alert(
                AlertFacts(
                    level: try object.number("level"), description: try object.number("description"),
                    reason: try object.optionalText("reason")))
        case "certificates": self = try Self.certificates(object)
        case "secured": self = .secured(version: try object.text("version"), cipher: try object.text("cipher"))
        case "handshake": self = .handshake(try HandshakeDetail(object))
        case "ended": self = .ended(try EndReason(object))
        case "up": self = .up
        case "down": self = .down(reason: try object.text("reason"))
        case "note": self = .note(try object.text("text"))
        default: throw .member("event")
        }
    }

    private static func certificates(_ object: RecordedObject) throws(RecordingFault) -> EventKind {
        guard let elements = object["chain"]?.elements else { throw .member("chain") }
        var chain: [CertificateFacts] = []
        for element in elements { chain.append(try CertificateFacts(RecordedObject(element, "chain"))) }
        let verdict = object["verdict"] == nil ? nil : try CertificateVerdict(object.object("verdict"))
        return .certificates(shownBy: try object.word("shown_by"), chain, verdict)
    }
}

extension EPMDFacts {
    fileprivate init(_ object: RecordedObject, isAnswer: Bool) throws(RecordingFault) {
        self.init(
            try object.word("request"), isAnswer: isAnswer, alive: try object.optionalText("alive"),
            port: try object.optionalNumber("port"), names: try object.optionalTexts("names"))
    }
}

extension HandshakeDetail {
    fileprivate init(_ object: RecordedObject) throws(RecordingFault) {
        self.init(
            try object.word("message"), name: try object.optionalText("name"),
            creation: try object.optionalNumber("creation"), version: try object.optionalNumber("version"))
        if let names = try object.optionalTexts("flags") {
            guard let flags = DistributionFlags(names: names) else { throw .member("flags") }
            self.flags = flags
        }
        if let text = try object.optionalText("status") {
            status = HandshakeStatus(recorded: text, creation: creation)
        }
    }
}

extension DistributionFlags {
    /// - Parameter names: as `names` gives them.
    /// - Returns: nil when one is unknown.
    fileprivate init?(names: [String]) {
        self = []
        for name in names {
            if let known = Self.named.first(where: { $0.name == name }) {
                formUnion(known.flag)
            } else if name.hasPrefix("BIT_"), let bit = Int(name.dropFirst(4)), (0..<64).contains(bit) {
                formUnion(DistributionFlags(rawValue: 1 << UInt64(bit)))
            } else {
                return nil
            }
        }
    }
}

extension EndReason {
    fileprivate init(_ object: RecordedObject) throws(RecordingFault) {
        switch try object.text("reason") {
        case "closed": self = .closed(by: try object.optionalWord("by"))
        case "reset": self = .reset(by: try object.optionalWord("by"))
        case "refused": self = .refused
        case "unreachable": self = .unreachable(try object.text("text"))
        case "unresolved": self = .unresolved(try object.text("text"))
        case "tunnel":
            self = .tunnel(TunnelFailure(tunnel: try object.text("tunnel"), words: try object.text("text")))
        case "not_registered": self = .notRegistered
        case "timeout": self = .timeout(milliseconds: try object.optionalNumber("milliseconds"))
        case "wrong_cookie": self = .wrongCookie
        case "not_allowed": self = .notAllowed
        case "status": self = .refusedBy(HandshakeStatus(recorded: try object.text("status")))
        case "missing_flags": self = .missingFlags(try object.texts("flags"))
        case "name_mismatch":
            self = .nameMismatch(dialled: try object.text("dialled"), actual: try object.text("actual"))
        case "not_tls": self = .notTLS(try object.bytes("first_bytes"))
        case "not_distribution": self = .notDistribution(try object.bytes("first_bytes"))
        case "tls_options": self = .badTLSOptions(try object.text("text"))
        case "tls": self = .tls(try object.text("text"))
        case "violation": self = .violation(try object.text("text"))
        case "no_common_parameters": self = .noCommonParameters(try object.text("text"))
        case "foreign_key": self = .foreignKey
        case "failed": self = .failed(try NodeFailure(object))
        case "other": self = .other(try object.text("text"))
        default: throw .member("reason")
        }
    }
}

extension NodeFailure {
    package init(_ object: RecordedObject) throws(RecordingFault) {
        self.init(
            try object.word("code"), stage: try object.word("at"), node: try object.text("node"),
            message: try object.text("text"), remedy: Remedy(try object.text("remedy")))
        if let alternative = try object.optionalText("alternative") {
            certainty = .likely(alternative: Alternative(alternative))
        }
    }
}

extension CertificateFacts {
    fileprivate init(_ object: RecordedObject) throws(RecordingFault) {
        self.init(
            subject: try object.text("subject"), issuer: try object.text("issuer"), serial: try object.text("serial"),
            notBefore: try object.time("not_before", within: UTCTime.secondRange),
            notAfter: try object.time("not_after", within: UTCTime.secondRange),
            dnsNames: try object.texts("dns_names"), ipAddresses: try object.texts("ip_addresses"),
            extendedKeyUsage: try object.optionalTexts("usage"), fingerprint: try object.text("sha256"))
    }
}

extension CertificateVerdict {
    fileprivate init(_ object: RecordedObject) throws(RecordingFault) {
        switch try object.text("verdict") {
        case "accepted": self = .accepted
        case "refused":
            self = .refused(try CertificateDefect(object), index: try object.optionalNumber("index"))
        default: throw .member("verdict")
        }
    }
}

extension CertificateDefect {
    fileprivate init(_ object: RecordedObject) throws(RecordingFault) {
        switch try object.text("defect") {
        case "expired": self = .expired
        case "unknown_ca": self = .unknownCA
        case "self_signed": self = .selfSigned
        case "name":
            self = .name(expected: try object.optionalText("expected"), presented: try object.texts("presented"))
        case "usage": self = .usage
        case "revoked": self = .revoked
        case "invalid_signature": self = .invalidSignature
        case "revocation_unknown": self = .revocationUnknown(try object.text("text"), isBeyondRepair: false)
        case "revocation_unknowable": self = .revocationUnknown(try object.text("text"), isBeyondRepair: true)
        case "other": self = .other(try object.text("text"))
        default: throw .member("defect")
        }
    }
}
