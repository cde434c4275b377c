package import Diagnosis

/// The certificate that a node serves to those who connect to it, as far as it is known.
package struct NodeCertificate: Hashable, Sendable {
    /// How it was seen.
    package enum Source: String, Sendable {
        /// We were shown it ourselves.
        case handshake
        /// The node's own options name it, and so it is what those who come are shown, within two minutes: the files are
        /// read anew that often.
        case options
        /// A member that has connected to the node was shown it then.
        case link
    }

    /// What is wrong with it.
    package enum Finding: String, Sendable {
        case expired
        /// It ends within the time that was asked for.
        case ending
        case notYetValid = "not_yet_valid"
        /// It does not name the host of the node's name.
        case name
    }

    package var node: String
    /// The certificate itself, and then those of its issuers that the node serves with it. Empty where nothing is known.
    package var chain: [CertificateFacts]
    package var source: Source?
    /// What the node's options name, where that is another one than we were shown: it has been renewed since, or is about
    /// to be served.
    package var successor: CertificateFacts?
    /// Whether the node distributes over TLS at all.
    package var usesTLS: Bool
    /// When it was looked at, seconds since 1970.
    package var time: Int
    /// Why the node gave no answer.
    package var failure: NodeFailure?

    package init(
        node: String, chain: [CertificateFacts], source: Source?, successor: CertificateFacts? = nil,
        usesTLS: Bool = true, time: Int,
        failure: NodeFailure? = nil
    ) {
        self.node = node
        self.chain = chain
        self.source = source
        self.successor = successor
        self.usesTLS = usesTLS
        self.time = time
        self.failure = failure
    }

    package var facts: CertificateFacts? { chain.first }

    package var host: String { node.firstIndex(of: "@").map { String(node[node.index(after: $0)...]) } ?? "" }

    /// Negative when it has run out.
    package var daysLeft: Int? {
        facts.map { Int(((Double($0.notAfter) - Double(time)) / 86_400).rounded(.down)) }
    }

    /// - Parameter seconds: how soon it may not end.
    package func findings(within seconds: Int) -> [Finding] {
        guard let facts else { return [] }
        var findings: [Finding] = []
        if facts.notAfter < time {
            findings.append(.expired)
        } else if facts.notAfter - time < seconds {
            findings.append(.ending)
        }
        if facts.notBefore > time { findings.append(.notYetValid) }
        switch facts.match(host) {
        case .exact, .commonName, .wildcard: break
        case .addressOnly, .none: findings.append(.name)
        }
        return findings
    }
}
