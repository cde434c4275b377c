package import ErlangTerm

/// What an acceptor answers to a node that gave its name (`net_kernel`'s accept_pending).
package enum AcceptorDecision: Hashable, Sendable {
    case accept
    /// Both sides dialled at once, and this attempt is the one that stays.
    case acceptSimultaneous
    /// Both sides dialled at once, and our own attempt stays; or it uses our name.
    case refuse
    /// A link to this name is up: ask whether it is to be replaced.
    case askWhetherAlive
    case deny
    /// Another attempt of this name waits already to replace the link: end it without a word.
    case drop
    /// The name that a node with NAME_ME gets.
    case assign(NodeName, creation: UInt32)
}

/// The handshake of the node that was dialled (`dist_util:handshake_other_started/1`). Driven like
/// `InitiatorHandshake`; after the peer's name it asks with the action `decide`.
package struct AcceptorHandshake: Sendable {
    package struct Configuration: Sendable {
        package var name: NodeName
        package var creation: UInt32
        package var flags: DistributionFlags
        package var requiredFlags: DistributionFlags
        /// nil lets everybody in that knows the cookie.
        package var allowed: AllowList?
        /// From a cryptographic generator; never used twice.
        package var challenge: UInt32
        package var lengthPrefix: HandshakeLengthPrefix

        package init(
            name: NodeName, creation: UInt32, flags: DistributionFlags,
            requiredFlags: DistributionFlags = .requiredOfPeer, allowed: AllowList? = nil, challenge: UInt32,
            lengthPrefix: HandshakeLengthPrefix
        ) {
            self.name = name
            self.creation = creation
            self.flags = flags.subtracting(.nameMe)
            self.requiredFlags = requiredFlags
            self.allowed = allowed
            self.challenge = challenge
            self.lengthPrefix = lengthPrefix
        }
    }

    private enum State {
        case awaitingName
        case awaitingDecision(PeerFacts)
        case awaitingAliveAnswer(PeerFacts, Secret)
        case awaitingComplement(PeerFacts, Secret, replacedLink: Bool)
        case awaitingReply(PeerFacts, Secret, replacedLink: Bool)
        case finished
    }

    private let configuration: Configuration
    private var state = State.awaitingName
    private var reader: HandshakePacketReader

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        self.reader = HandshakePacketReader(prefix: configuration.lengthPrefix)
    }

    /// The message that is waited for.
    package var stage: HandshakeFailure.Stage {
        switch state {
        case .awaitingName: .name
        case .awaitingDecision, .awaitingAliveAnswer: .status
        case .awaitingComplement, .awaitingReply: .reply
        case .finished: .ack
        }
    }

    /// Takes what arrived, in chunks of any size.
    package mutating func received(_ bytes: UnsafeRawBufferPointer) -> [HandshakeAction] {
        if case .finished = state { return [] }
        reader.append(bytes)
        return advance()
    }

    /// The answer to the action `decide`. A decision that does not fit (a name for a node that has one, none for a
    /// node that wants one) is taken for `deny`.
    ///
    /// - Parameter cookie: the one for this peer.
    package mutating func decide(_ decision: AcceptorDecision, cookie: Secret) -> [HandshakeAction] {
        guard case .awaitingDecision(var peer) = state else { return [] }
        let wantsName = peer.flags.contains(.nameMe)
        switch decision {
        case .accept where !wantsName:
            return status(.ok) + challenge(peer, cookie) + advance()
        case .acceptSimultaneous where !wantsName:
            return status(.okSimultaneous) + challenge(peer, cookie) + advance()
        case .assign(let name, let creation) where wantsName:
            (peer.name, peer.creation) = (name.name, creation)
            return status(.named(name.name, creation: creation)) + challenge(peer, cookie) + advance()
        case .askWhetherAlive where !wantsName:
            state = .awaitingAliveAnswer(peer, cookie)
            return status(.alive) + advance()
        case .refuse:
            return status(.nok) + [fail(.refused(.nok))]
        case .drop:
            return [fail(.refused(.alive))]
        case .deny, .accept, .acceptSimultaneous, .assign, .askWhetherAlive:
            return status(.notAllowed) + [fail(.notAllowed(peer.name))]
        }
    }

    /// The peer closed.
    /// - Returns: what that means at this stage; nil when the handshake was over.
    package mutating func closed() -> HandshakeFailure? {
        if case .finished = state { return nil }
        defer { state = .finished }
        return HandshakeFailure(stage, .closed)
    }

    private mutating func advance() -> [HandshakeAction] {
        var actions: [HandshakeAction] = []
        do throws(HandshakeFailure.Reason) {
            while true {
                if case .finished = state { break }
                if case .awaitingDecision = state {
                    // Nobody speaks before the status; a little is kept, a flood is not.
                    guard reader.unread.count <= HandshakePacketReader.maximumMessageBytes else {
                        throw .bytesOutOfTurn
                    }
                    break
                }
                guard let message = try reader.next() else { break }
                try handle(message, &actions)
            }
        } catch {
            actions.append(fail(error))
        }
        return actions
    }

    private mutating func handle(
        _ bytes: [UInt8], _ actions: inout [HandshakeAction]
    ) throws(HandshakeFailure.Reason) {
        switch state {
        case .awaitingDecision, .finished:
            throw .bytesOutOfTurn
        case .awaitingName:
            try nameReceived(try read(bytes, .name, &actions), &actions)
        case .awaitingAliveAnswer(let peer, let cookie):
            guard case .status(let answer) = try read(bytes, .status, &actions) else { return }
            switch answer {
            case .true: actions += challenge(peer, cookie, replacedLink: true)
            case .false: throw .refused(.false)
            case .ok, .okSimultaneous, .nok, .notAllowed, .alive, .named, .unknown: throw .unexpectedStatus(answer)
            }
        case .awaitingComplement(var peer, let cookie, let replacedLink):
            guard case .complement(let flagsHigh, let creation) = try read(bytes, .complement, &actions) else { return }
            peer.flags.formUnion(DistributionFlags(rawValue: UInt64(flagsHigh) << 32))
            peer.creation = creation
            let missing = peer.flags.missing(from: configuration.requiredFlags)
            guard missing.isEmpty else { throw .missingFlags(missing, peer: peer) }
            state = .awaitingReply(peer, cookie, replacedLink: replacedLink)
        case .awaitingReply(let peer, let cookie, let replacedLink):
            guard case .challengeReply(let theirs, let digest) = try read(bytes, .challengeReply, &actions)
            else { return }
            let expected = ChallengeDigest(cookie: cookie, challenge: configuration.challenge)
            guard digest.matches(expected) else { throw .wrongDigest }
            actions += send(.challengeAck(digest: ChallengeDigest(cookie: cookie, challenge: theirs)))
            state = .finished
            actions.append(.done(result(peer, replacedLink: replacedLink)))
        }
    }

    private func read(
        _ bytes: [UInt8], _ kind: HandshakeMessageKind, _ actions: inout [HandshakeAction]
    ) throws(HandshakeFailure.Reason) -> HandshakeMessage {
        let message = try HandshakeMessage(bytes, expecting: kind)
        actions.append(.observe(HandshakeEvent(.received, message)))
        return message
    }

    private mutating func nameReceived(
        _ message: HandshakeMessage, _ actions: inout [HandshakeAction]
    ) throws(HandshakeFailure.Reason) {
        let peer: PeerFacts
        var required = configuration.requiredFlags
        switch message {
        case .name(let flags, let creation, let name):
            peer = PeerFacts(name: name, flags: flags, creation: creation, version: 6)
        case .oldName(let version, let flags, let name):
            peer = PeerFacts(name: name, flags: flags, creation: 0, version: version)
            // The upper half comes with the complement and is checked then.
            if flags.contains(.handshake23) {
                required.formIntersection(DistributionFlags(rawValue: UInt64(UInt32.max)))
            }
        case .status, .challenge, .oldChallenge, .complement, .challengeReply, .challengeAck:
            return
        }
        guard isName(peer.name, dynamic: peer.flags.contains(.nameMe)) else { throw .invalidName(peer.name) }
        if let allowed = configuration.allowed, !allowed.permits(peer.name) {
            actions += status(.notAllowed)
            throw .notAllowed(peer.name)
        }
        let missing = peer.flags.missing(from: required)
        guard missing.isEmpty else {
            actions += status(.notAllowed)
            throw .missingFlags(missing, peer: peer)
        }
        state = .awaitingDecision(peer)
        actions.append(.decide(peer))
    }

    private func isName(_ text: String, dynamic: Bool) -> Bool {
        if dynamic { return !text.contains("@") }
        return (try? NodeName(text)) != nil
    }

    /// Sends the challenge and waits for what answers it.
    private mutating func challenge(
        _ peer: PeerFacts, _ cookie: Secret, replacedLink: Bool = false
    ) -> [HandshakeAction] {
        let sendsComplement = peer.version < 6 && peer.flags.contains(.handshake23)
        if sendsComplement {
            state = .awaitingComplement(peer, cookie, replacedLink: replacedLink)
        } else {
            state = .awaitingReply(peer, cookie, replacedLink: replacedLink)
        }
        if peer.version < 6, !sendsComplement {
            return send(
                .oldChallenge(
                    version: 5, flags: configuration.flags, challenge: configuration.challenge,
                    name: configuration.name.name))
        }
        return send(
            .challenge(
                flags: flags(for: peer), challenge: configuration.challenge, creation: configuration.creation,
                name: configuration.name.name))
    }

    /// Towards a node that asked for a name, NAME_ME takes the place of PUBLISHED (`dist_util:make_this_flags/6`).
    private func flags(for peer: PeerFacts) -> DistributionFlags {
        guard peer.flags.contains(.nameMe) else { return configuration.flags }
        return configuration.flags.subtracting(.published).union(.nameMe)
    }

    private func result(_ peer: PeerFacts, replacedLink: Bool) -> HandshakeResult {
        HandshakeResult(
            peer: peer, localName: configuration.name, localCreation: configuration.creation,
            sharedFlags: flags(for: peer).expanded.intersection(peer.flags.expanded), replacedLink: replacedLink,
            leftover: reader.unread)
    }

    private func status(_ status: HandshakeStatus) -> [HandshakeAction] { send(.status(status)) }

    private func send(_ message: HandshakeMessage) -> [HandshakeAction] {
        [.send(configuration.lengthPrefix.framed(message.encoded)), .observe(HandshakeEvent(.sent, message))]
    }

    private mutating func fail(_ reason: HandshakeFailure.Reason) -> HandshakeAction {
        defer { state = .finished }
        return .failed(HandshakeFailure(stage, reason))
    }
}
