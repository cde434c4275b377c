import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode

/// What a node says of its own distribution, to those who have not come to it by that.
extension HealthExaminer {
    /// Members that hang are not waited for longer.
    private static let patience = Duration.seconds(5)

    /// Asks the node for its certificate as well.
    @LoopActor
    func checksFromInside(
        of target: any Administration, _ read: @escaping CertificatesQuestion.Reading, until deadline: Instant?
    ) async -> [HealthCheck] {
        var checks = [distribution]
        if checkup.usesTLS {
            checks += unreadableFiles
            let patience = Instant.now + Self.patience
            do throws(NodeFailure) {
                let all = try await target.ask(
                    CertificatesQuestion(read: read), until: min(deadline ?? patience, patience))
                checks += certificates(of: all)
            } catch {
                checks.append(
                    .warning(
                        .certificate, "what certificate the node serves is not known: \(error.message)",
                        remedy: error.remedy, code: error.code))
            }
        }
        if checkup.node != NodeName.ofUndistributed { checks.append(registration) }
        checks += [clock] + (cookieOrigin.isEmpty ? [] : [cookieBeforehand]) + [release]
        if let remark = checkup.bootRemark { checks.append(remark) }
        return checks + advisories
    }

    /// Here nobody has proved it.
    private var cookieBeforehand: HealthCheck {
        guard let theirs = checkup.cookieHash, theirs != cookieHash else { return cookie }
        return .warning(
            .cookie, "ours \(cookieOrigin) has the hash \(cookieHash), and is not the node's, which has \(theirs)",
            remedy: "give the node's own: over distribution it refuses ours", code: .cookie)
    }

    var distribution: HealthCheck {
        guard checkup.node != NodeName.ofUndistributed else {
            return .warning(
                .distribution, "the node takes no part in distribution: it has no name",
                remedy: "start it with -name or -sname; SSH is the only way to it until then", code: .tcpRefused
            ).keepingOut(at: .tcp, "no node can connect to this one: it takes no part in distribution, and has no name")
        }
        let carrier = "distributed as \(checkup.node) over \(checkup.carrier)"
        guard let port = checkup.listeningPort else {
            return .warning(
                .distribution, "\(carrier), and listens on no port",
                remedy: "see whether it was started with -dist_listen false, and its log for the time of its start",
                code: .tcpRefused
            ).keepingOut(at: .tcp, "no node can connect to \(node): it listens on no port")
        }
        return .fine(.distribution, "\(carrier), and listens on port \(port)")
    }

    private func certificates(of all: [NodeCertificate]) -> [HealthCheck] {
        var checks: [HealthCheck] = []
        guard let own = all.first(where: { $0.node == node }), !own.chain.isEmpty else {
            return [
                .warning(
                    .certificate, "the node serves no certificate that its options name",
                    remedy: "see certfile in its option file", code: .certificateRequired)
            ]
        }
        checks += certificates(served: own.chain)
        let expired = all.filter { $0.node != node && $0.findings(within: 0).contains(.expired) }.map(\.node)
        if !expired.isEmpty {
            checks.append(
                .warning(
                    .certificate, "that of \(expired.sorted().joined(separator: ", ")) has expired as well",
                    remedy: "renew them: members that verify refuse each other", code: .certificateExpired))
        }
        return checks
    }

    /// Each handshake reads them, but for what is kept of a file for two minutes.
    var unreadableFiles: [HealthCheck] {
        checkup.unreadableFiles.prefix(2).map { file in
            let words = "the file that \(file.option) names in its option file: \(file.reason)"
            return .warning(
                .certificate, "the node cannot read \(words)",
                remedy: "put the file there, readable for the node's user; new connections read it within two minutes",
                code: .tlsKey
            ).keepingOut(at: .tls, "no node connects to \(node) over TLS: it cannot read \(words)")
        }
    }

    /// A chain that the node serves, and who refuses it.
    func certificates(served chain: [CertificateFacts]) -> [HealthCheck] {
        zip(certificates(chain), chain.indices).map { refused($0, chain, at: $1) }
            + [refusedName(certificateName(chain))]
    }

    /// Whether nodes look at each other's certificates, to judge by this one's options; nil where they do not say.
    private var verifies: Bool? {
        let words = [checkup.clientTrust?.verify, checkup.serverTrust?.verify]
        if words.contains("verify_peer") { return true }
        return words.contains(nil) ? nil : false
    }

    /// A certificate that has run out, or is not valid yet, keeps others out who look at it.
    /// - Parameter depth: of the certificate that `check` is about.
    private func refused(_ check: HealthCheck, _ chain: [CertificateFacts], at depth: Int) -> HealthCheck {
        let certificate = chain[depth]
        let isEarly = certificate.notBefore > now
        guard isEarly || certificate.notAfter < now, verifies != false else { return check }
        let isRoot = depth > 0 && certificate.subject == certificate.issuer
        let whose =
            depth == 0 ? "the certificate of \(node)" : "\(isRoot ? "the CA" : "an issuer") of \(node)'s certificate"
        let what = "\(whose) (\(certificate.subject), serial \(certificate.serial))"
        let words =
            isEarly
            ? "\(what) is not valid before \(UTCTime(seconds: certificate.notBefore))"
            : "\(what) expired \(UTCTime.span(certificate.notAfter - now)) ago, on \(UTCTime(seconds: certificate.notAfter))"
        return check.keepingOut(
            at: .tls, "other nodes refuse \(node): \(words)",
            // A root that others have in their own files may be a newer one of the same name.
            certainty: verifies == true && !isRoot
                ? .certain
                : .likely(
                    alternative: Alternative(
                        isRoot
                            ? "nothing, where the other nodes trust a newer CA certificate of that name"
                            : "nothing, where no node verifies certificates (verify_none)")))
    }

    /// Those who verify whom they dial compare names, unless they were told not to.
    private func refusedName(_ check: HealthCheck) -> HealthCheck {
        guard check.isWarning, checkup.clientTrust?.verify == "verify_peer" else { return check }
        return check.keepingOut(
            at: .tls, "nodes that dial \(node) refuse it: its certificate is \(check.facts)",
            certainty: .likely(
                alternative: Alternative(
                    "nothing, where the option files compare names otherwise, or not at all "
                        + "(server_name_indication, customize_hostname_check)")))
    }
}
