import DistributionProtocol

/// Says why an attempt between two nodes that were watched failed.
struct WatchedWords {
    let facts: AttemptFacts
    let finding: Finding
    let initiator: String
    let acceptor: String

    init(_ finding: Finding, _ facts: AttemptFacts) {
        self.finding = finding
        self.facts = facts
        initiator = facts.initiator.description
        acceptor = facts.acceptor.description
    }

    func name(_ role: Role) -> String { role == .initiator ? initiator : acceptor }

    func failure(_ message: String, _ remedy: Remedy? = nil, unless words: String? = nil) -> NodeFailure {
        NodeFailure(
            finding, node: acceptor, message: message, remedy: remedy ?? finding.code.page.remedy, unless: words)
    }

    static let stranger: Remedy =
        "find out what connects from there: a health check or a scanner, or a node that hangs"
    static let sameOnBoth: Remedy = "use the same on both: -proto_dist inet_tls with an optfile, or neither"

    var failure: NodeFailure {
        switch finding.cause {
        case .certificate(let fault): return refused(fault)
        case .noCertificate(let owner, let alert): return withoutCertificate(owner, alert)
        case .sealedRefusal(let judge): return refusedInSecret(by: judge)
        case .closedOverCertificate(let fault): return closedOverCertificate(fault)
        case .end(let end): return ended(end)
        case .nameTypes(let more): return nameType(more)
        case .closedAtName, .closedAtReply, .leftForName, .leftForFlags, .leftAtChallenge, .plainProbe, .closed,
            .closedInTLS, .probe, .sentNoName, .refusedForFlags:
            return closed
        case .noCommonVersion, .noCommonCipher, .unusableKey, .foreignKey, .otherAlert, .badTLSOptions, .tlsFailed,
            .secureToPlain, .plainToSecure, .strangerToSecure, .notTLS, .frozenBehindHello:
            return ofTLS
        }
    }

    // MARK: TLS

    func said(_ alert: AlertFacts) -> String { "alert \(alert.description) \(alert.name)" }

    private var ofTLS: NodeFailure {
        switch finding.cause {
        case .noCommonVersion(let alert, let judge, _):
            let words = alert.map { " (\(said($0)) of \(name(judge ?? .acceptor)))" } ?? ""
            return failure(
                "\(acceptor) and \(initiator) have no TLS version in common\(words)",
                "align `versions` of both optfiles: OTP up to 27 speaks TLS 1.2 only unless it is configured to")
        case .noCommonCipher(let alert, let judge, _): return noCipher(alert, by: judge ?? .acceptor)
        case .unusableKey(let alert?, let owner):
            return failure(
                "\(name(owner)) has no usable key or certificate (\(said(alert)))",
                "check certfile, keyfile and password in its optfile, and that it may read them",
                unless: "its TLS failed inside for another reason that its log has")
        case .unusableKey(nil, let closer):
            return failure(
                "\(name(closer)) closed the connection in the TLS handshake without an alert",
                "see that node's log: its TLS listener may have no usable key or certificate",
                unless: "E-TLS-OPTIONS: it refuses an option of its own file; or a proxy cut it, or it was a probe")
        case .otherAlert(let alert, let sender):
            let judge = sender ?? .acceptor
            return failure(
                "\(name(judge)) ended the TLS handshake with \(name(judge.other)): \(said(alert))",
                "see the log of \(name(judge))")
        case .badTLSOptions(let owner, let words):
            return failure(
                "\(name(owner)) refuses a TLS option of its own: \(words)",
                "take it out of that section of the node's optfile, or mend it")
        case .secureToPlain(let silence): return secureToPlain(silence)
        case .frozenBehindHello(let milliseconds):
            return failure(
                "\(acceptor) did not answer the TLS hello of \(initiator)\(time(milliseconds)), and spoke TLS before",
                "\(acceptor) hangs, is stopped or is starved of CPU: look at its CPU share, and whether its process "
                    + "runs",
                unless: "E-TLS-TO-TCP: it was started anew, without TLS")
        case .plainToSecure(let alert):
            let words = finding.stage == .tls ? alert.map { " (\(said($0)))" } ?? "" : ""
            return failure(
                "\(initiator) speaks plain distribution to \(acceptor), which requires TLS\(words)",
                "give the initiator -proto_dist inet_tls and an optfile; if it is no node, find out what connects from "
                    + "there")
        case .strangerToSecure(let first):
            return failure(
                "what \(initiator) sent to \(acceptor), which requires TLS, is neither TLS nor the distribution: it begins "
                    + "with \(Phrases.hexadecimal([first]))",
                "find out what connects from there: a health check, a browser or a scanner")
        case .notTLS(let bytes):
            return failure(
                "what came instead of TLS begins with \(Phrases.hexadecimal(bytes))", "check what listens at that port")
        case .foreignKey:
            return failure(
                "the private key of \(acceptor) does not belong to the certificate that it shows",
                "make keyfile and certfile in the node's optfile one pair, and let the node read them again")
        case .tlsFailed(let words):
            return failure("the TLS handshake of \(initiator) with \(acceptor) failed: \(words)")
        default: return failure("the attempt of \(initiator) to connect to \(acceptor) failed")
        }
    }

    private func noCipher(_ alert: AlertFacts?, by judge: Role) -> NodeFailure {
        guard let alert, alert.description == TLSAlert.handshakeFailure else {
            return failure(
                "\(acceptor) and \(initiator) have no cipher suite in common" + (alert.map { " (\(said($0)))" } ?? ""))
        }
        return failure(
            "\(name(judge)) ends the TLS handshake with \(name(judge.other)) (\(said(alert)))",
            "align `ciphers` and `versions` of both optfiles; the log of \(name(judge)) has the reason",
            unless: "E-CERT-REQUIRED, E-CERT-NAME or E-CERT-USAGE: OTP uses this alert for certificates, too")
    }

    private func secureToPlain(_ silence: SilenceBehindHello) -> NodeFailure {
        let what: String
        switch silence {
        case .seen:
            return failure(
                "\(initiator) speaks TLS to \(acceptor), which speaks plain distribution", Self.sameOnBoth)
        case .closed: what = "closed the connection after the TLS hello of \(initiator), without a word"
        case .silent(let milliseconds): what = "did not answer the TLS hello of \(initiator)\(time(milliseconds))"
        }
        if finding.code == .setupTimeout {
            return failure(
                "\(acceptor) \(what)",
                "look whether the acceptor hangs, is stopped or is starved of CPU; if it speaks plain distribution, use "
                    + "the same on both",
                unless: "E-TLS-TO-TCP: the acceptor speaks plain distribution, and waits for the rest of a long message"
            )
        }
        return failure(
            "\(acceptor) \(what)",
            "if the acceptor speaks plain distribution, use the same on both; else look at its load",
            unless: "E-SETUP-TIMEOUT: the acceptor hangs, or is starved of CPU")
    }

    /// " within 7000 ms"
    func time(_ milliseconds: Int?) -> String {
        milliseconds.map { " within \($0) ms" } ?? " within the setup time (7 s, or net_setuptime)"
    }
}
