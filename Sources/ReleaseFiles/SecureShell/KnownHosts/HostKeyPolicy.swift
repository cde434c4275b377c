/// Whether the key of an SSH host is accepted: no byte of authentication is sent before that.
///
/// What an operator expects on purpose counts most, then what is known of the node's name, then what OpenSSH's files know
/// of the host. A key that is revoked anywhere, or differs from one that is known, is never accepted, whatever
/// `StrictHostKeyChecking` says, and one that nobody knows not without a word.
package struct HostKeyPolicy: Sendable {
    /// The node that is named; nil where whichever answers is meant.
    package var node: String?
    /// The daemon, as an operator gave it.
    package var place: String
    /// Names of the host in `known_hosts`, the most exact one first; of the others only a key that is the same counts.
    package var hostNames: [String]
    /// One of these is the key, if there are any.
    package var expected: Sourced<[HostKeyFingerprint]>?
    /// Our own file, where names are those of nodes, and where new keys are added.
    package var own: KnownHostsFile
    /// OpenSSH's.
    package var others: [KnownHostsFile]
    /// Files that count for their `@revoked` lines and nothing else.
    package var revoking: [KnownHostsFile]
    /// Keys that `RevokedHostKeys` names.
    package var revoked: [HostKey: KnownHostsPlace]
    package var strictness: Sourced<StrictHostKeyChecking>
    /// Algorithms that are asked for, in this order; nil: the usual ones.
    package var listed: [String]?
    /// Whether names of hosts are hashed where they are added. Names of nodes never are, so that two nodes with one key
    /// are found.
    package var hashesNames: Bool
    /// Whether a person can be asked.
    package var canAsk: Bool
    /// Whether it is about the daemon of a node, and not about a host on the way there.
    package var isOfNode = true

    package init(
        node: String?, place: String, hostNames: [String], expected: Sourced<[HostKeyFingerprint]>? = nil,
        own: KnownHostsFile, others: [KnownHostsFile] = [], revoking: [KnownHostsFile] = [],
        revoked: [HostKey: KnownHostsPlace] = [:],
        strictness: Sourced<StrictHostKeyChecking> = Sourced(.ask, .fallback), listed: [String]? = nil,
        hashesNames: Bool = false, canAsk: Bool
    ) {
        self.node = node
        self.place = place
        self.hostNames = hostNames
        self.expected = expected
        self.own = own
        self.others = others
        self.revoking = revoking
        self.revoked = revoked
        self.strictness = strictness
        self.listed = listed
        self.hashesNames = hashesNames
        self.canAsk = canAsk
    }

    /// - Parameter bytes: the key as the host sends it.
    package func decision(on bytes: [UInt8]) -> HostKeyDecision {
        guard let key = HostKey(bytes) else { return .refused(refusal(.notUnderstood, nil)) }
        return decision(on: key)
    }

    package func decision(on key: HostKey) -> HostKeyDecision {
        if let place = revocation(of: key) { return .refused(refusal(.revoked(place), key)) }
        if let expected, !expected.value.isEmpty {
            guard expected.value.contains(key.fingerprint) else {
                return .refused(refusal(.notExpected(expected.value, by: expected.origin), key))
            }
            return .accepted(accepted(key, by: .expectation(expected.origin)))
        }
        let all = KnownHosts([own] + others)
        if let node {
            switch KnownHosts([own], ofNodes: true).verdict(on: key, of: node) {
            case .known(let place): return .accepted(accepted(key, by: .known(place)))
            case .changed(let others): return .refused(refusal(.changed(others, name: node), key))
            case .unknown, .revoked, .onlyAuthority: break
            }
        }
        var authority: KnownHostsPlace?
        for (index, name) in hostNames.enumerated() {
            switch all.verdict(on: key, of: name) {
            case .known(let place): return .accepted(accepted(key, by: .known(place)))
            case .changed(let others) where index == 0: return .refused(refusal(.changed(others, name: name), key))
            case .onlyAuthority(let place) where index == 0: authority = place
            case .changed, .onlyAuthority, .unknown, .revoked: break
            }
        }
        if let authority { return .refused(refusal(.onlyAuthority(authority), key)) }
        switch strictness.value {
        case .yes: return .refused(refusal(.unknown(.strict(strictness.origin)), key))
        case .acceptNew:
            var acceptance = accepted(key, by: .firstContact(strictness.origin))
            acceptance.added = line(for: key)
            return .accepted(acceptance)
        case .ask, .off:
            return canAsk ? .asks(question(about: key)) : .refused(refusal(.unknown(.nobodyToAsk), key))
        }
    }

    /// Algorithms in the order in which the host is to be asked for its key, so that it shows one that is known.
    /// As with OpenSSH, a list of the settings stays as it is.
    package func algorithms() -> [String] {
        if let listed { return listed }
        var entries: [KnownHostsFile.Entry] = []
        if let node { entries = KnownHosts([own], ofNodes: true).entries(of: node) }
        if entries.isEmpty, let name = hostNames.first { entries = KnownHosts([own] + others).entries(of: name) }
        return HostKeyOrder.preferring(
            Set(entries.filter { $0.marker == .none }.map(\.key.algorithm)), in: HostKeyOrder.usual)
    }

    private func revocation(of key: HostKey) -> KnownHostsPlace? {
        if let place = revoked[key] { return place }
        let all = KnownHosts([own] + others + revoking)
        for name in [node].compactMap({ $0 }) + hostNames {
            if let place = all.revocation(of: key, name) { return place }
        }
        return nil
    }

    private func accepted(_ key: HostKey, by evidence: HostKeyAcceptance.Evidence) -> HostKeyAcceptance {
        HostKeyAcceptance(key: key, evidence: evidence, otherNodes: node == nil ? [] : nodes(with: key))
    }

    /// Nodes that are known with the same key, other than the one that is named.
    private func nodes(with key: HostKey) -> [String] {
        isOfNode ? KnownHosts([own]).otherNames(of: key, than: node ?? "").filter { $0.contains("@") } : []
    }

    private func question(about key: HostKey) -> HostKeyQuestion {
        HostKeyQuestion(
            key: key, node: node, place: place, otherNodes: nodes(with: key), added: line(for: key), file: own.path)
    }

    private func line(for key: HostKey) -> KnownHostsLine? {
        guard let name = node ?? hostNames.first, KnownHostsLine.canStand(name) else { return nil }
        return KnownHostsLine(name: name, key: key, isHashed: node == nil && hashesNames)
    }

    private func refusal(_ reason: HostKeyRefusal.Reason, _ key: HostKey?) -> HostKeyRefusal {
        HostKeyRefusal(
            reason: reason, key: key, node: node, place: place, otherNodes: key.map(nodes) ?? [], file: own.path)
    }
}

package enum HostKeyDecision: Sendable {
    case accepted(HostKeyAcceptance)
    /// Nobody knows the key yet.
    case asks(HostKeyQuestion)
    case refused(HostKeyRefusal)
}

package struct HostKeyAcceptance: Sendable {
    package enum Evidence: Hashable, Sendable {
        /// The operator said so.
        case expectation(Origin)
        case known(KnownHostsPlace)
        /// `accept-new`, and where that is set.
        case firstContact(Origin)
    }

    package var key: HostKey
    package var evidence: Evidence
    /// Other nodes that are known with this key.
    package var otherNodes: [String]
    /// What is to be added to our file.
    package var added: KnownHostsLine?

    /// What an operator is to know, a sentence each.
    /// - Parameter name: the node, or the daemon.
    package func notices(of name: String) -> [String] {
        var notices: [String] = []
        if case .firstContact(let origin) = evidence {
            notices.append(
                "the SSH host key of \(name) was not known and is accepted unseen, as accept-new says (\(origin)): "
                    + "\(key.kind) \(key.fingerprint)")
        }
        if !otherNodes.isEmpty { notices.append(Self.shared(name, otherNodes)) }
        return notices
    }

    package static func shared(_ name: String, _ others: [String]) -> String {
        "\(name) has the same SSH host key as \(list(others)): one key serves several nodes, "
            + "and each of them can pass for the others"
    }

    /// One key may serve a whole fleet.
    package static func list(_ nodes: [String]) -> String {
        let more = nodes.count - 4
        return nodes.prefix(4).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}

/// What a person is asked at the first contact with a host.
package struct HostKeyQuestion: Sendable {
    package var key: HostKey
    package var node: String?
    package var place: String
    package var otherNodes: [String]
    /// What is added to our file when the answer is yes.
    package var added: KnownHostsLine?
    package var file: String

    /// Lines for a terminal, the last one without its end.
    package var text: String {
        let name = node.map { "\($0) at \(place)" } ?? place
        let shared =
            otherNodes.isEmpty
            ? "" : node != nil ? HostKeyAcceptance.shared("it", otherNodes) + ".\n" : knownAs(otherNodes[0])
        return """
            The SSH host key of \(name) is not known yet.
            It is \(key.kind), \(key.fingerprint).
            \(shared)Accept it from now on (yes, no, or the fingerprint to compare)?\u{20}
            """
    }

    /// The node is not named, and its key is looked for under the name of the host alone.
    private func knownAs(_ first: String) -> String {
        """
        \(file) has this key as that of \(HostKeyAcceptance.list(otherNodes)).
        If that is the node, name it: -n \(first). Then nothing is asked.

        """
    }

    package enum Answer: Hashable, Sendable {
        case yes
        case no
        /// The fingerprint of another key.
        case other(HostKeyFingerprint)
    }

    /// - Returns: nil where it is to be asked again.
    package func answer(_ line: String) -> Answer? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 1 else { return nil }
        if let typed = HostKeyFingerprint(String(words[0])) { return typed == key.fingerprint ? .yes : .other(typed) }
        switch words[0].lowercased() {
        case "yes": return .yes
        case "no": return .no
        default: return nil
        }
    }

    /// Said where `answer` gives nil.
    package static let again = "Please type yes, no, or the fingerprint: "

    /// The answer was not yes; nil: there was none.
    package func refusal(_ answer: Answer?) -> HostKeyRefusal {
        let cause: HostKeyRefusal.Cause =
            switch answer {
            case .other(let typed): .compared(typed)
            case .yes, .no: .declined
            case nil: .unanswered
            }
        return HostKeyRefusal(
            reason: .unknown(cause), key: key, node: node, place: place, otherNodes: otherNodes, file: file)
    }

    /// The answer was yes.
    package var acceptance: HostKeyAcceptance {
        HostKeyAcceptance(key: key, evidence: .expectation(.derived("your answer")), otherNodes: [], added: added)
    }
}

/// Why a host key is not accepted.
package struct HostKeyRefusal: Error, Sendable {
    package enum Reason: Sendable {
        /// No key, or a certificate.
        case notUnderstood
        case unknown(Cause)
        /// Other keys are known under this name.
        case changed([KnownHostsFile.Entry], name: String)
        case revoked(KnownHostsPlace)
        case onlyAuthority(KnownHostsPlace)
        case notExpected([HostKeyFingerprint], by: Origin)
    }

    package enum Cause: Hashable, Sendable {
        /// `StrictHostKeyChecking yes`, and where that stands.
        case strict(Origin)
        /// There is no terminal.
        case nobodyToAsk
        /// There is one, and no answer has come: its input has ended, or a screen has the terminal.
        case unanswered
        case declined
        /// This one was typed to be compared, and is another key's.
        case compared(HostKeyFingerprint)
    }

    package var reason: Reason
    package var key: HostKey?
    package var node: String?
    package var place: String
    /// Nodes that our own file has with this key, other than the one that is named.
    package var otherNodes: [String]
    /// That file.
    package var file: String
}
