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
        checks += [registration, clock] + (cookieOrigin.isEmpty ? [] : [cookieBeforehand]) + [release]
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
                remedy: "start it with -name or -sname; SSH is the only way to it until then")
        }
        let carrier = "distributed as \(checkup.node) over \(checkup.carrier)"
        guard let port = checkup.listeningPort else {
            return .warning(
                .distribution, "\(carrier), and listens on no port",
                remedy: "see whether it was started with -dist_listen false, and its log for the time of its start",
                code: .tcpRefused)
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
        checks += certificates(own.chain)
        checks.append(certificateName(own.chain))
        let expired = all.filter { $0.node != node && $0.findings(within: 0).contains(.expired) }.map(\.node)
        if !expired.isEmpty {
            checks.append(
                .warning(
                    .certificate, "that of \(expired.sorted().joined(separator: ", ")) has expired as well",
                    remedy: "renew them: members that verify refuse each other", code: .certificateExpired))
        }
        return checks
    }
}
