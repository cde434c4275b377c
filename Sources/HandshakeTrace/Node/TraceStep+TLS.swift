import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// The TLS handshake, and what `inet_tls_dist` says itself.
extension TraceStep {
    mutating func tlsBegins(_ tls: PID?, own: Endpoint?, peer: Endpoint?) {
        guard let id = reader.owner(process) else { return }
        if let tls { reader.own(tls, by: id) }
        with(id) { step, connection in
            connection.isSecure = true
            connection.stage = .tls
            connection.learn(connection.side, address: own)
            connection.learn(connection.side.other, address: peer)
            guard !connection.isConnected else { return }
            connection.isConnected = true
            step.emit(connection, .connected, at: .tcp)
        }
    }

    mutating func tlsEnded(_ value: TermView) {
        with { step, connection in
            if value.isAtom("ok") {
                connection.stage = .name
            } else if let reason = value.elements(tagged: "error", 2)?[1] {
                step.end(&connection, EndReason(of: reason, to: connection))
            }
        }
    }

    /// `{secured, Version, Cipher, Leaf}`; it may come when the handshake has gone on.
    mutating func secured(_ parts: TermViews?) {
        guard let parts, let id = reader.owner(process), var connection = reader.connections[id], !connection.secured
        else { return }
        connection.secured = true
        reader.connections[id] = connection
        let version = parts[1]?.atom.map { TLSVersionWords.of($0.name) } ?? "TLS"
        emit(connection, .secured(version: version, cipher: parts[2]?.text ?? ""), at: .tls)
        guard connection.verdict == nil else { return }
        let chain = certificates(parts[3])
        if !chain.isEmpty { emit(connection, .certificates(shownBy: connection.side.other, chain, nil), at: .tls) }
    }

    /// `{own_alert | peer_alert, Level, Code, ...}`
    mutating func alert(_ parts: TermViews?, reason: TermView?, isOurs: Bool) {
        guard let level = parts?[1]?.integer.flatMap({ UInt8(exactly: $0) }),
            let code = parts?[2]?.integer.flatMap({ UInt8(exactly: $0) }), code != 0,
            let id = reader.owner(process), let connection = reader.connections[id], !connection.isUp
        else { return }
        let words = reason.flatMap { $0.isAtom("undefined") ? nil : TermPrinter.excerpt($0) }
        reader.connections[id]?.hasAlert = true
        // Reported even when the attempt is over: under TLS 1.3 the peer's alert may come late.
        emit(
            connection, .alert(AlertFacts(level: level, description: code, reason: words)),
            from: isOurs ? connection.side : connection.side.other, at: .tls)
    }

    /// `{own, Client, Server}`: what the peer refused, and what we therefore look at.
    mutating func ownCertificate(_ parts: TermViews?) {
        guard let id = reader.owner(process), let connection = reader.connections[id] else { return }
        let chain = certificates(parts?[connection.side == .initiator ? 1 : 2])
        // None is reported, too: that may be what was refused.
        emit(connection, .certificates(shownBy: connection.side, chain, nil), at: .tls)
    }

    mutating func verifying(_ chain: TermView?) {
        guard let chain else { return }
        with { _, connection in connection.chain = chain.list?.compactMap { $0.binary.map { Array($0) } } ?? [] }
    }

    mutating func verified(_ value: TermView) {
        with { step, connection in
            let verdict: CertificateVerdict =
                value.isAtom("ok")
                ? .accepted
                : .refused(CertificateDefect(value.elements(tagged: "error", 2)?[1] ?? value), index: nil)
            // OTP 23 asks twice.
            guard connection.verdict != verdict else { return }
            connection.verdict = verdict
            // public_key wants the leaf last.
            let chain = connection.chain.reversed().compactMap { step.reader.readCertificate($0) }
            connection.chain = []
            step.emit(connection, .certificates(shownBy: connection.side.other, chain, verdict), at: .tls)
        }
    }

    private func certificates(_ list: TermView?) -> [CertificateFacts] {
        list?.list?.compactMap { $0.binary.flatMap { reader.readCertificate(Array($0)) } } ?? []
    }

    /// What `inet_tls_dist:trace/1` was called with, as far as the program reports it.
    mutating func distributionTrace(_ parts: TermViews?) {
        guard let parts, let what = parts[1]?.atom?.name else { return }
        with { step, connection in
            switch what {
            case "ssl_connect_failed":
                if let host = parts[2]?.text, let port = parts[3]?.integer.flatMap({ UInt16(exactly: $0) }) {
                    connection.acceptor.address = Endpoint(host: host, port: port)
                }
                guard let reason = parts[4] else { return }
                if connection.stage < .tls { connection.stage = connection.isConnected ? .tls : .tcp }
                step.end(&connection, EndReason(of: reason, to: connection))
            case "error":
                if let reason = parts[2] { step.end(&connection, EndReason(of: reason, to: connection)) }
            case "disallowed", "is_allowed": step.end(&connection, .notAllowed)
            case "getaddr_failed":
                connection.stage = .dns
                step.end(&connection, .unresolved("the host has no address"))
            default: step.end(&connection, .other(what))
            }
        }
    }
}

extension EndReason {
    /// The reason of a failed TLS connection, as `ssl` gives it and the program cut it down.
    init(of reason: TermView, to connection: TracedConnection) {
        if let stated = EndReason(stated: reason) {
            self = stated
        } else if let inner = reason.elements(tagged: "error", 2)?[1] {
            self.init(of: inner, to: connection)
        } else if let alert = reason.elements(tagged: "tls_alert", 3) {
            // `ssl` ends its sentence with a line feed; what it says of the reason is in a line of its own.
            let lines = alert[2]?.text?.split(whereSeparator: \.isNewline) ?? []
            let words = lines.map { $0.drop { $0 == " " } }.joined(separator: ": ")
            self = .tls(words.isEmpty ? alert[1]?.atom?.name ?? "" : words)
        } else if let options = reason.elements(tagged: "options", 3) {
            let words = [options[1], options[2]].compactMap { $0?.atom?.name }
            self = .badTLSOptions(words.joined(separator: ": "))
        } else if connection.isConnected {
            // inet says einval and enotconn of a socket whose peer has closed it meanwhile.
            let isClosed = ["closed", "einval", "enotconn", "epipe"].contains(reason.atom?.name)
            switch reason.atom?.name {
            case "timeout": self = .timeout(milliseconds: nil)
            case _ where isClosed && connection.wasAlive && connection.side == .initiator && !connection.hasAnswered:
                self = .refusedBy(.alive)
            case _ where isClosed: self = .closed(by: connection.side.other)
            case "econnreset": self = .reset(by: connection.side.other)
            default: self = .other(TermPrinter.excerpt(reason))
            }
        } else {
            self.init(connecting: reason)
        }
    }
}

extension CertificateDefect {
    /// `{bad_cert, Reason}` of public_key.
    fileprivate init(_ view: TermView) {
        let parts = view.elements
        guard parts?[0]?.isAtom("bad_cert") == true, let reason = parts?[1] else {
            self = .other(TermPrinter.excerpt(view))
            return
        }
        // From OTP 27 on some come with what they were found in.
        switch reason.atom?.name ?? reason.elements?[0]?.atom?.name {
        case "cert_expired": self = .expired
        case "unknown_ca", "invalid_issuer": self = .unknownCA
        case "selfsigned_peer": self = .selfSigned
        case "invalid_ext_keyusage", "invalid_ext_key_usage", "invalid_key_usage", "key_usage_mismatch": self = .usage
        case "invalid_signature": self = .invalidSignature
        case "hostname_check_failed", "cert_no_hostname_nor_ip_match", "name_not_permitted":
            self = .name(
                expected: parts?[2]?.text, presented: parts?[3]?.list?.compactMap { $0.elements(2)?[1]?.text } ?? [])
        case "revoked": self = .revoked
        case "revocation_unknown":
            self = .revocationUnknown(
                reason.elements?[1]?.text ?? "", isBeyondRepair: reason.elements?[2]?.bool ?? false)
        default: self = .other(reason.text ?? TermPrinter.excerpt(reason))
        }
    }
}

/// OTP's names of TLS versions.
enum TLSVersionWords {
    /// "TLS 1.2" for `tlsv1.2`.
    static func of(_ atom: String) -> String {
        switch atom {
        case "tlsv1.3": "TLS 1.3"
        case "tlsv1.2": "TLS 1.2"
        case "tlsv1.1": "TLS 1.1"
        case "tlsv1": "TLS 1.0"
        default: atom
        }
    }

    /// The other way round.
    static func atom(_ words: String) -> String {
        ["tlsv1.3", "tlsv1.2", "tlsv1.1", "tlsv1"].first { of($0) == words } ?? words
    }
}

extension AlertFacts {
    /// The alert that `ssl` describes in words: "TLS client: In state connection received SERVER ALERT: Fatal -
    /// Certificate Expired".
    static func parsed(_ words: String, _ connection: TracedConnection) -> (sender: Role, alert: AlertFacts)? {
        guard let colon = words.firstRange(of: " ALERT: Fatal - ") else { return nil }
        let name = words[colon.upperBound...].prefix { $0.isLetter || $0 == " " }.lowercased()
            .split(separator: " ").joined(separator: "_")
        guard let code = TLSAlert.number(of: name) else { return nil }
        let isOurs = words[..<colon.lowerBound].contains(" generated ")
        return (isOurs ? connection.side : connection.side.other, AlertFacts(level: 2, description: code))
    }
}
