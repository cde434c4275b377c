package import ErlangTerm

/// The handshake of the node that dialled (`dist_util:handshake_we_started/1`, erl_dist_protocol).
///
/// A value: it is fed what arrived and gives back what to do. It sends its name, reads a status and a challenge,
/// replies with digest and counter-challenge, and reads the acknowledgement.
package struct InitiatorHandshake: Sendable {
    package struct Configuration: Sendable {
        package var identity: LocalIdentity
        /// NAME_ME is added or taken away as `identity` needs it.
        package var flags: DistributionFlags
        /// What the peer must have.
        package var requiredFlags: DistributionFlags
        /// The node that was dialled: the peer must call itself so. nil takes any name: only the address is known.
        package var peer: NodeName?
        package var cookie: Secret
        /// From a cryptographic generator; never used twice.
        package var challenge: UInt32
        package var lengthPrefix: HandshakeLengthPrefix
        /// What to answer when the peer holds a link to our fixed name. OTP 25 and later then replace that link;
        /// OTP 23 lets the new one hang until its setup timer ends (7 s, measured).
        package var replacesLivingLink: Bool
        /// Whether to begin with the `n` message of distribution version 5, for a peer of unknown release. OTP 23, 27
        /// and 29 then answer with `N` and are sent the complement; OTP 25 closes (measured). Not for dynamic names.
        package var beginsWithOldName: Bool

        package init(
            identity: LocalIdentity, flags: DistributionFlags = .hiddenInitiator,
            requiredFlags: DistributionFlags = .requiredOfPeer, peer: NodeName?, cookie: Secret, challenge: UInt32,
            lengthPrefix: HandshakeLengthPrefix, replacesLivingLink: Bool = true, beginsWithOldName: Bool = false
        ) {
            self.identity = identity
            self.flags = identity.adjusting(flags)
            self.requiredFlags = requiredFlags
            self.peer = peer
            self.cookie = cookie
            self.challenge = challenge
            self.lengthPrefix = lengthPrefix
            self.replacesLivingLink = replacesLivingLink
            self.beginsWithOldName = beginsWithOldName
        }
    }

    private enum State {
        case idle
        case awaitingStatus
        case awaitingChallenge(Naming)
        case awaitingAck(Naming, PeerFacts)
        case finished
    }

    /// Our name as the status left it.
    private struct Naming {
        var name: NodeName
        var creation: UInt32
        var replacedLink = false
    }

    private let configuration: Configuration
    private var state = State.idle
    private var reader: HandshakePacketReader

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        self.reader = HandshakePacketReader(prefix: configuration.lengthPrefix)
    }

    /// The message that is waited for.
    package var stage: HandshakeFailure.Stage {
        switch state {
        case .idle: .name
        case .awaitingStatus: .status
        case .awaitingChallenge: .challenge
        case .awaitingAck, .finished: .ack
        }
    }

    /// The stream is open: gives the first message to send.
    package mutating func start() -> [HandshakeAction] {
        guard case .idle = state else { return [] }
        state = .awaitingStatus
        let (flags, identity) = (configuration.flags, configuration.identity)
        if configuration.beginsWithOldName {
            return send(.oldName(version: 5, flags: flags, name: identity.announcedName))
        }
        return send(.name(flags: flags, creation: identity.creation, name: identity.announcedName))
    }

    /// Takes what arrived, in chunks of any size.
    package mutating func received(_ bytes: UnsafeRawBufferPointer) -> [HandshakeAction] {
        if case .finished = state { return [] }
        reader.append(bytes)
        var actions: [HandshakeAction] = []
        do throws(HandshakeFailure.Reason) {
            while true {
                if case .finished = state { break }
                guard let message = try reader.next() else { break }
                try handle(message, &actions)
            }
        } catch {
            actions.append(fail(error))
        }
        return actions
    }

    /// The peer closed.
    /// - Returns: what that means at this stage; nil when the handshake was over.
    package mutating func closed() -> HandshakeFailure? {
        if case .finished = state { return nil }
        defer { state = .finished }
        return HandshakeFailure(stage, .closed)
    }

    private mutating func handle(
        _ bytes: [UInt8], _ actions: inout [HandshakeAction]
    ) throws(HandshakeFailure.Reason) {
        switch state {
        case .idle, .finished:
            throw .bytesOutOfTurn
        case .awaitingStatus:
            let message = try HandshakeMessage(bytes, expecting: .status)
            actions.append(.observe(HandshakeEvent(.received, message)))
            if case .status(let status) = message { try statusReceived(status, &actions) }
        case .awaitingChallenge(let naming):
            let message = try HandshakeMessage(bytes, expecting: .challenge)
            actions.append(.observe(HandshakeEvent(.received, message)))
            try challengeReceived(message, naming, &actions)
        case .awaitingAck(let naming, let peer):
            let message = try HandshakeMessage(bytes, expecting: .challengeAck)
            actions.append(.observe(HandshakeEvent(.received, message)))
            guard case .challengeAck(let digest) = message else { return }
            let expected = ChallengeDigest(cookie: configuration.cookie, challenge: configuration.challenge)
            guard digest.matches(expected) else { throw .wrongDigest }
            state = .finished
            actions.append(.done(result(naming, peer)))
        }
    }

    private mutating func statusReceived(
        _ status: HandshakeStatus, _ actions: inout [HandshakeAction]
    ) throws(HandshakeFailure.Reason) {
        switch (status, configuration.identity) {
        case (.nok, _), (.notAllowed, _):
            throw .refused(status)
        case (.named(let text, let creation), .dynamic(let host)):
            guard let name = try? NodeName(text), name.host == host else { throw .badAssignedName(text) }
            state = .awaitingChallenge(Naming(name: name, creation: creation))
        case (.ok, .fixed(let name, let creation)), (.okSimultaneous, .fixed(let name, let creation)):
            state = .awaitingChallenge(Naming(name: name, creation: creation))
        case (.alive, .fixed(let name, let creation)):
            let replaces = configuration.replacesLivingLink
            actions += send(.status(replaces ? .true : .false))
            guard replaces else { throw .refused(.alive) }
            state = .awaitingChallenge(Naming(name: name, creation: creation, replacedLink: true))
        case (.named, .fixed), (.ok, .dynamic), (.okSimultaneous, .dynamic), (.alive, .dynamic), (.true, _),
            (.false, _), (.unknown, _):
            throw .unexpectedStatus(status)
        }
    }

    private mutating func challengeReceived(
        _ message: HandshakeMessage, _ naming: Naming, _ actions: inout [HandshakeAction]
    ) throws(HandshakeFailure.Reason) {
        let peer: PeerFacts
        let theirChallenge: UInt32
        switch message {
        case .challenge(let flags, let challenge, let creation, let name):
            peer = PeerFacts(name: name, flags: flags, creation: creation, version: 6)
            theirChallenge = challenge
        case .oldChallenge(let version, let flags, let challenge, let name):
            // Its sender has no HANDSHAKE_23, which the check of the flags then reports.
            peer = PeerFacts(name: name, flags: flags, creation: 0, version: version)
            theirChallenge = challenge
        case .name, .oldName, .status, .complement, .challengeReply, .challengeAck:
            return
        }
        try checkName(of: peer)
        let missing = peer.flags.missing(from: configuration.requiredFlags)
        guard missing.isEmpty else { throw .missingFlags(missing, peer: peer) }
        if configuration.beginsWithOldName, peer.version == 6 {
            actions += send(
                .complement(
                    flagsHigh: UInt32(truncatingIfNeeded: configuration.flags.rawValue >> 32),
                    creation: configuration.identity.creation))
        }
        let digest = ChallengeDigest(cookie: configuration.cookie, challenge: theirChallenge)
        actions += send(.challengeReply(challenge: configuration.challenge, digest: digest))
        state = .awaitingAck(naming, peer)
    }

    private func checkName(of peer: PeerFacts) throws(HandshakeFailure.Reason) {
        guard let dialled = configuration.peer else { return }
        // Byte by byte: two spellings of one accented letter are equal as strings, but are different atoms.
        guard !peer.name.utf8.elementsEqual(dialled.name.utf8) else { return }
        if let actual = try? NodeName(peer.name), actual.isLong != dialled.isLong {
            throw .nameTypeMismatch(dialled: dialled.name, actual: peer.name)
        }
        throw .nameMismatch(dialled: dialled.name, actual: peer.name)
    }

    private func result(_ naming: Naming, _ peer: PeerFacts) -> HandshakeResult {
        HandshakeResult(
            peer: peer, localName: naming.name, localCreation: naming.creation,
            sharedFlags: configuration.flags.expanded.intersection(peer.flags.expanded),
            replacedLink: naming.replacedLink, leftover: reader.unread)
    }

    private func send(_ message: HandshakeMessage) -> [HandshakeAction] {
        [.send(configuration.lengthPrefix.framed(message.encoded)), .observe(HandshakeEvent(.sent, message))]
    }

    private mutating func fail(_ reason: HandshakeFailure.Reason) -> HandshakeAction {
        defer { state = .finished }
        return .failed(HandshakeFailure(stage, reason))
    }
}
