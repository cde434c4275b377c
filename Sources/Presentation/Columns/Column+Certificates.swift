package import ClusterAdmin
import Diagnosis

extension Column where Row == NodeCertificate {
    /// What lists show of a certificate, here and on a screen.
    package static var certificates: [Column<NodeCertificate>] {
        [
            .daysLeft, Column("node", "NODE") { .atom($0.node) },
            Column("subject", "SUBJECT", .left, dropOrder: 2) { Cell(text: $0.facts?.subject) },
            Column("issuer", "ISSUER", .left, dropOrder: 3) { Cell(text: $0.facts?.issuer) }, .names,
            Column("serial", "SERIAL", .left, dropOrder: 4) { Cell(text: $0.facts?.serial) },
            Column("not_before", "FROM", .left, dropOrder: 7) { Cell(moment: $0.facts?.notBefore) },
            Column("not_after", "UNTIL", .left, dropOrder: 5) { Cell(moment: $0.facts?.notAfter) },
            Column("source", "SEEN BY", .left, dropOrder: 6) { Cell(text: $0.source?.rawValue) },
            Column("remark", "REMARK") { $0.remark.map { .text($0) } ?? .blank },
        ]
    }

    /// Everything about one.
    package static var certificate: [Column<NodeCertificate>] {
        [
            Column("node", "node") { .atom($0.node) },
            Column("subject", "subject") { Cell(text: $0.facts?.subject) },
            Column("issuer", "issuer") { Cell(text: $0.facts?.issuer) },
            Column("dns_names", "DNS names") { $0.facts.map { .texts($0.dnsNames) } ?? .absent },
            Column("ip_addresses", "IP addresses") { $0.facts.map { .texts($0.ipAddresses) } ?? .absent },
            Column("extended_key_usage", "extended key usage") {
                $0.facts?.extendedKeyUsage.map { .texts($0) } ?? .absent
            },
            Column("not_before", "valid from") { Cell(moment: $0.facts?.notBefore) },
            Column("not_after", "valid until") { Cell(moment: $0.facts?.notAfter) },
            Column("days_left", "left") { $0.daysLeft.map { .days($0) } ?? .absent }.meaning(\.timeRole),
            Column("names", "names") { .text($0.nameWords) }.meaning(\.nameRole),
            Column("serial", "serial") { Cell(text: $0.facts?.serial) },
            Column("key", "key") { Cell(text: $0.facts?.keyType) },
            Column("fingerprint", "SHA-256") { Cell(text: $0.facts?.fingerprint) },
            Column("source", "seen by") { Cell(text: $0.source?.rawValue) },
            Column("chain", "chain") { .objects($0.chain.dropFirst().map(\.object)) },
        ]
    }

    /// - Parameter seconds: how soon none may end.
    package static func checks(within seconds: Int) -> [Column<NodeCertificate>] {
        [
            Column("findings", "FINDINGS") { certificate in
                let findings = certificate.findings(within: seconds)
                return .texts(findings.map(\.rawValue))
            }
            .meaning { $0.findings(within: seconds).isEmpty ? .plain : .failure }
        ] + certificates
    }

    private static var daysLeft: Column<NodeCertificate> {
        Column("days_left", "LEFT", .right) { $0.daysLeft.map { .days($0) } ?? .absent }.meaning(\.timeRole)
    }

    private static var names: Column<NodeCertificate> {
        Column("names", "NAMES", .left, dropOrder: 1) { $0.facts == nil ? .absent : .text($0.nameWords) }
            .meaning(\.nameRole)
    }
}

extension NodeCertificate {
    /// Whether it names the host of the node's name, and what is missing.
    package var nameWords: String {
        switch facts?.match(host) {
        case nil: "-"
        case .exact: "ok"
        case .commonName: "ok (CN)"
        case .wildcard(let pattern): "wildcard \(pattern)"
        case .addressOnly, .some(.none): "no DNS:\(host)"
        }
    }

    fileprivate var nameRole: CellRole {
        switch facts?.match(host) {
        case nil: .plain
        case .exact, .commonName: .good
        case .wildcard: .warning
        case .addressOnly, .some(.none): .failure
        }
    }

    fileprivate var timeRole: CellRole {
        guard let facts, let daysLeft else { return .plain }
        if daysLeft < 0 || facts.notBefore > time { return .failure }
        return daysLeft < HealthExaminer.fewDays ? .warning : .plain
    }

    /// Why the rest is empty, or what lists say nothing else of.
    package var remark: String? {
        if let failure { return failure.message }
        guard let facts else {
            return usesTLS ? "it is not known which one it serves" : "it distributes without TLS"
        }
        if facts.notBefore > time { return "not valid before \(UTCTime(seconds: facts.notBefore))" }
        return successor.map {
            "its options name another one by now: serial \($0.serial), until \(UTCTime(seconds: $0.notAfter))"
        }
    }
}

extension CertificateFacts {
    /// A certificate of an issuer.
    fileprivate var object: CellObject {
        CellObject(
            words: "\(identity), until \(UTCTime(seconds: notAfter))",
            fields: [
                CellObject.Field("subject", .text(subject)), CellObject.Field("issuer", .text(issuer)),
                CellObject.Field("serial", .text(serial)), CellObject.Field("not_before", .moment(notBefore)),
                CellObject.Field("not_after", .moment(notAfter)), CellObject.Field("key", Cell(text: keyType)),
                CellObject.Field("fingerprint", .text(fingerprint)),
            ])
    }
}
