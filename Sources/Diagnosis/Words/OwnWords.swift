import DistributionProtocol
import ErlangTerm

/// Says why an attempt of this side, which is the initiator, failed.
struct OwnWords {
    let facts: AttemptFacts
    let finding: Finding
    let own: OwnSide
    /// The node as the operator named it.
    let node: String

    init(_ finding: Finding, _ facts: AttemptFacts, _ own: OwnSide) {
        self.finding = finding
        self.facts = facts
        self.own = own
        node = facts.acceptor.name ?? own.endpoint.description
    }

    var endpoint: Endpoint { own.endpoint }

    func failure(_ message: String, _ remedy: Remedy, unless words: String? = nil) -> NodeFailure {
        NodeFailure(finding, node: node, message: message, remedy: remedy, unless: words)
    }

    var failure: NodeFailure {
        switch finding.cause {
        case .certificate(let fault): return fault.owner == .acceptor ? weRefuse(fault) : ourCertificate(fault)
        case .noCertificate(_, let alert): return certificateRequired(said(alert))
        case .closedOverCertificate(let fault): return closedOverCertificate(fault)
        case .noCommonVersion(let alert?, _, _): return noVersion(said(alert))
        case .noCommonCipher(let alert?, _, _): return noCipher(said(alert))
        case .noCommonVersion(_, _, let text), .noCommonCipher(_, _, let text):
            return failure(
                "\(node) chose TLS parameters that this side does not take: \(text ?? "no common one"); we offer "
                    + "\(offered)",
                "align `versions` and `ciphers` of both optfiles")
        case .unusableKey(let alert?, _):
            return failure(
                "\(node) has no usable key or certificate for TLS (\(said(alert)))",
                "check certfile, keyfile and password in the node's optfile, and that it may read them",
                unless: "its TLS failed inside for another reason that its log has")
        case .unusableKey: return unusableKey
        case .foreignKey:
            return failure(
                "the private key of \(node) does not belong to the certificate that it shows",
                "make keyfile and certfile in the node's optfile one pair, and let the node read them again")
        case .otherAlert(let alert, _):
            return failure(
                "\(node) ended the TLS handshake with \(said(alert))",
                "look at the node's log for the reason of this alert")
        case .tlsFailed(let text):
            return failure(
                "the TLS handshake with \(node) at \(endpoint) failed: \(text)",
                "see the node's log; a packet capture with \(.keyLog) shows every message")
        case .secureToPlain(let silence): return secureToPlain(silence)
        case .plainToSecure(let alert):
            return failure(
                "\(node) at \(endpoint) requires TLS" + (alert.map { " (it answers with TLS \(said($0)))" } ?? ""),
                "give the node's ssl_dist_optfile with \(.optionFile), or \(.trustAndCertificate)")
        // A plain node takes a ClientHello for the length of a long message, and waits: what answers is something else.
        case .notTLS(let bytes):
            return failure(
                "what answers at \(endpoint) for \(node) does not speak TLS: it says \(Phrases.quoted(bytes))",
                "check the port; another service listens there")
        case .closedInTLS:
            return failure(
                "\(node) closed the connection in the middle of the TLS handshake, without an alert",
                "look at the node's log; a proxy between may have cut the connection")
        case .end(let end): return ended(end)
        case .closedAtName(let isSecure): return closedAtName(isSecure: isSecure)
        case .closedAtReply:
            return failure(
                "\(node) closed the connection right after our challenge reply: "
                    + "it has another cookie than ours (\(own.cookie))",
                Self.cookieRemedy,
                unless: "the node's setup timer (net_setuptime) ran out; for a cookie its log says `Invalid challenge "
                    + "reply`")
        case .closed, .frozenBehindHello, .probe, .leftForName, .leftForFlags, .leftAtChallenge, .plainProbe,
            .strangerToSecure, .sealedRefusal, .refusedForFlags, .sentNoName, .nameTypes, .badTLSOptions:
            return failure(
                "\(node) at \(endpoint) closed the connection after its status",
                "see the node's log: it is stopping, or its setup timer (net_setuptime) ran out")
        }
    }

    // MARK: TLS

    func said(_ alert: AlertFacts) -> String { TLSAlert.words(alert.description) }

    func said(_ alert: AlertFacts?) -> String { alert.map { said($0) } ?? "it closed without an alert" }

    private func noVersion(_ said: String) -> NodeFailure {
        let versions = own.offer?.versions ?? []
        let remedy: Remedy =
            if versions.isEmpty || versions.count > 1 {
                "align `versions` of both optfiles"
            } else if versions == ["TLS 1.2"] {
                "it wants TLS 1.3: allow 'tlsv1.3' in `versions` of our optfile, or 'tlsv1.2' in the node's"
            } else {
                "allow 'tlsv1.2' in `versions` of our optfile: OTP up to 27 speaks nothing else unless it is configured to"
            }
        return failure("\(node) takes no TLS version that we offer (\(said)); we offer \(offered)", remedy)
    }

    private func noCipher(_ said: String) -> NodeFailure {
        failure(
            "\(node) finds no cipher suite, group or signature algorithm that it can use among ours (\(said)); "
                + "we offer \(offered)",
            "align `ciphers` of both optfiles; the suites must fit the kind of key that the node has (EC or RSA)",
            unless: "E-CERT-REQUIRED, E-CERT-NAME or E-CERT-USAGE: OTP uses this alert for certificates, too")
    }

    /// The listener closes after our hello, and closes or sends a TLS alert when it is given a plain name: it is no
    /// plain node, and does no TLS with us either. OTP does so when it cannot read its key; OTP 23 also when it has
    /// TLS 1.3 only and the hello has not (measured).
    private var unusableKey: NodeFailure {
        var alternative = "a proxy or port-forward has nothing behind it, or the node is stopping"
        if let versions = own.offer?.versions, versions.count == 1 {
            alternative = "E-TLS-VERSION: we offer \(versions[0]) only; or \(alternative)"
        }
        if finding.alternatives.contains(.tlsToTCP) {
            alternative = "E-TLS-TO-TCP: it speaks plain distribution; or \(alternative)"
        }
        let what = finding.alternatives.contains(.tlsToTCP) ? "closes" : "is no plain node, and closes"
        return failure(
            "\(node) at \(endpoint) \(what) at our TLS hello without a word, as a node does whose TLS listener cannot "
                + "use its key or certificate",
            "check certfile, keyfile and password in the node's optfile, and that it may read them; its log names the "
                + "file",
            unless: alternative)
    }

    private func secureToPlain(_ silence: SilenceBehindHello) -> NodeFailure {
        let remedy: Remedy =
            "enable TLS on the node (-proto_dist inet_tls), or check the address; only where it is known to speak "
            + "plain distribution drop the optfile (\(.plainTransport)): somebody in the middle can provoke this "
            + "failure"
        if silence == .seen {
            return failure(
                "\(node) at \(endpoint) speaks plain distribution, and this side is set to use TLS", remedy)
        }
        return failure(
            "\(node) at \(endpoint) closed the connection instead of answering our TLS hello", remedy,
            unless: "E-TLS-KEY: its TLS listener has no usable key or certificate")
    }

    var offered: String {
        guard let offer = own.offer else { return "nothing else" }
        return offer.versions.joined(separator: " and ") + (offer.ciphers.map { " with \($0)" } ?? "")
    }

    // MARK: the distribution handshake

    private func closedAtName(isSecure: Bool) -> NodeFailure {
        let message = "\(node) at \(endpoint) closed the connection before its status"
        guard isSecure else {
            return failure(
                message, "give the node's ssl_dist_optfile with \(.optionFile), or \(.trustAndCertificate)",
                unless: "it does not allow this host (net_kernel:allow/1), or another service listens there")
        }
        return failure(
            message, "over TLS a node that does not allow a host closes without a word (net_kernel:allow/1)",
            unless: "the node is stopping, or it rejected our certificate after the handshake (TLS 1.3)")
    }

    static let cookieRemedy: Remedy =
        "compare the hashes on both sides (on the node: erlang:phash2(erlang:get_cookie(), 1024)); look for a trailing "
        + "newline and for cookies set per node"
}
