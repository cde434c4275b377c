package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// The certificate of every member that any member sees, and of the node itself, asked through this one connection. What
/// ends soonest comes first; those of which nothing is known stand behind the others.
package struct CertificatesQuestion: NodeQuestion {
    /// Reads a certificate in DER; nil for what is none.
    package typealias Reading = ([UInt8]) -> CertificateFacts?

    package var read: Reading
    /// Given the members that have been asked and have not answered, whenever that changes.
    package var onWaiting: ([String]) -> Void

    package init(read: @escaping Reading, onWaiting: @escaping ([String]) -> Void = { _ in }) {
        self.read = read
        self.onWaiting = onWaiting
    }

    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> [NodeCertificate] {
        let roster = try await MemberSurvey.roster(of: node, certificates: true, until: deadline, onWaiting: onWaiting)
        return roster.certificates(now: Int(SystemTime.seconds), read)
    }
}

extension MemberRoster {
    /// - Parameter now: seconds since 1970.
    func certificates(now: Int, _ read: CertificatesQuestion.Reading) -> [NodeCertificate] {
        asked.map { certificate(of: $0, now: now, read) }.sorted {
            ($0.facts?.notAfter ?? .max, $0.node) < ($1.facts?.notAfter ?? .max, $1.node)
        }
    }

    private func certificate(of name: String, now: Int, _ read: CertificatesQuestion.Reading) -> NodeCertificate {
        guard let facts = snapshots[name] else {
            return NodeCertificate(node: name, chain: [], source: nil, time: now, failure: failures[name])
        }
        let own = Self.chain(facts.value(of: "serves"), read)
        if let served = servedToUs(by: name) {
            let isSame = own.first?.fingerprint == served.fingerprint
            return NodeCertificate(
                node: name, chain: isSame ? own : [served], source: .handshake, successor: isSame ? nil : own.first,
                time: now)
        }
        if !own.isEmpty { return NodeCertificate(node: name, chain: own, source: .options, time: now) }
        // Who has been shown another one later than others is up to date.
        let shown = shownCertificates(by: name).compactMap { Self.chain($0, read).first }
        if let last = shown.max(by: { $0.notAfter < $1.notAfter }) {
            return NodeCertificate(node: name, chain: [last], source: .link, time: now)
        }
        let carrier = NodeAdministrator.text(facts.value(of: "proto_dist")) ?? ""
        return NodeCertificate(node: name, chain: [], source: nil, usesTLS: carrier.hasSuffix("_tls"), time: now)
    }

    /// What the program emits is limited to these there already; a peer need not keep to it.
    private static func chain(_ certificate: TermView?, _ read: CertificatesQuestion.Reading) -> [CertificateFacts] {
        let chain = certificate?.value(of: "chain")?.list.map { Array($0.prefix(longestChain)) } ?? []
        return chain.compactMap { view in
            guard let der = view.binary, der.count <= largestCertificate else { return nil }
            return read(Array(der))
        }
    }

    private static let longestChain = 16
    private static let largestCertificate = 65_536
}
