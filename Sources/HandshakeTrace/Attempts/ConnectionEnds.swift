import Diagnosis
import ErlangNode

/// Two attempts that are seen from different ends, and may be one connection.
struct ConnectionEnds {
    /// Seen from the initiator.
    let dialling: ConnectionAttempt
    /// Seen from the acceptor.
    let taking: ConnectionAttempt

    /// Whether what both know says so, given that they began at about the same time: the same addresses, or the same
    /// names.
    var areOne: Bool {
        // One of them may be known by a name that is not its own: the initiator may have dialled a wrong one.
        if hasSameInitiatorAddress, let target = dialling.acceptor.address, target.port != 0,
            target == taking.acceptor.address
        {
            return true
        }
        guard dialling.initiator.canBe(taking.initiator) else { return false }
        let isSameInitiator = dialling.initiator.name != nil && dialling.initiator.name == taking.initiator.name
        // An initiator that dialled a wrong name learns the right one.
        if isSameInitiator, let actual = dialling.actualAcceptor { return actual == taking.acceptor.name }
        guard dialling.acceptor.canBe(taking.acceptor) else { return false }
        return hasSameInitiatorAddress || isSameInitiator && isSameAcceptor
    }

    /// Whether nothing that is known speaks against it: who was gone before it said its name and before its address was
    /// asked for, at one end or the other, may be the one that dialled this node.
    var mayBeOne: Bool {
        // One end may still learn what decides it.
        guard dialling.isOver, taking.isOver, isSameAcceptor, taking.initiator.name == nil, !dialling.isGreeted,
            dialling.initiator.canBe(taking.initiator)
        else { return false }
        if taking.initiator.address == nil { return true }
        return dialling.initiator.address == nil && dialling.acceptor.canBe(taking.acceptor)
    }

    private var isSameAcceptor: Bool {
        dialling.acceptor.name != nil && dialling.acceptor.name == taking.acceptor.name
    }

    private var hasSameInitiatorAddress: Bool {
        guard let address = dialling.initiator.address, address.port != 0 else { return false }
        return address == taking.initiator.address
    }
}

extension ConnectionAttempt {
    /// Whether it was seen from the other end than this attempt, which was seen from `side`, and from there only.
    func isOtherEnd(than attempt: ConnectionAttempt, _ side: Role) -> Bool {
        number != attempt.number && sources.count == 1 && events.first?.side == side.other
            && sources[0].vantage != attempt.sources[0].vantage
    }

    /// Whether the acceptor has said something: it knows the initiator's name then.
    fileprivate var isGreeted: Bool {
        events.contains { if case .handshake = $0.what { $0.sender == .acceptor } else { false } }
    }

    fileprivate var isOver: Bool { events.contains { $0.isEnd } }

    /// What the acceptor calls itself, where it was dialled by another name.
    fileprivate var actualAcceptor: String? {
        for event in events.reversed() {
            if case .ended(.nameMismatch(_, let actual)) = event.what { return actual }
        }
        return nil
    }
}

extension TraceEvent {
    var isEnd: Bool { if case .ended = what { true } else { false } }
}
