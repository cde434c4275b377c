import ByteTransport
import Diagnosis
import ErlangNode

/// A chain in a line of a ladder.
enum CertificateWords {
    static func shown(_ chain: [CertificateFacts]) -> [String] {
        guard let leaf = chain.first else { return ["it shows no certificate"] }
        let names = leaf.dnsNames.map { "DNS:\($0)" } + leaf.ipAddresses.map { "IP:\($0)" }
        return [
            "\(leaf.subject), issued by \(leaf.issuer)",
            "for \(names.isEmpty ? "no host" : names.joined(separator: " "))",
            "until \(UTCTime(seconds: leaf.notAfter))",
        ]
    }
}
