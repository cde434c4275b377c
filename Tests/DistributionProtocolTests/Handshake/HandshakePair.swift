import DistributionProtocol
import ErlangTerm

/// An initiator and an acceptor that talk to each other in memory.
struct HandshakePair {
    var initiator: InitiatorHandshake
    var acceptor: AcceptorHandshake
    /// Bytes handed over at once.
    var chunkBytes = Int.max
    var decision = AcceptorDecision.accept
    var acceptorCookie = Secret("monster")
    /// Changes what the initiator (or the acceptor) sends before the other sees it.
    var tampering: (_ fromInitiator: Bool, _ message: Int, _ packet: [UInt8]) -> [UInt8] = { $2 }

    private(set) var initiatorOutcome: Outcome?
    private(set) var acceptorOutcome: Outcome?
    private(set) var initiatorEvents: [HandshakeEvent] = []
    private(set) var acceptorEvents: [HandshakeEvent] = []
    private(set) var question: PeerFacts?

    enum Outcome: Equatable {
        case done(HandshakeResult)
        case failed(HandshakeFailure)
    }

    init(_ initiator: InitiatorHandshake.Configuration, _ acceptor: AcceptorHandshake.Configuration) {
        self.initiator = InitiatorHandshake(initiator)
        self.acceptor = AcceptorHandshake(acceptor)
    }

    /// Runs until both are over or neither has anything to say; a failed side closes.
    mutating func run() {
        var toAcceptor: [[UInt8]] = []
        var toInitiator: [[UInt8]] = []
        var sent = (initiator: 0, acceptor: 0)
        absorb(initiator.start(), &toAcceptor, &sent.initiator, fromInitiator: true)
        while !toAcceptor.isEmpty || !toInitiator.isEmpty {
            while !toAcceptor.isEmpty {
                let packet = toAcceptor.removeFirst()
                for actions in packet.chunks(of: chunkBytes).map({ acceptor.received($0) }) {
                    absorb(actions, &toInitiator, &sent.acceptor, fromInitiator: false)
                }
            }
            if case .failed = acceptorOutcome, toInitiator.isEmpty { close(initiator: true) }
            while !toInitiator.isEmpty {
                let packet = toInitiator.removeFirst()
                for actions in packet.chunks(of: chunkBytes).map({ initiator.received($0) }) {
                    absorb(actions, &toAcceptor, &sent.initiator, fromInitiator: true)
                }
            }
        }
        if case .failed = acceptorOutcome { close(initiator: true) }
        if case .failed = initiatorOutcome { close(initiator: false) }
    }

    private mutating func close(initiator isInitiator: Bool) {
        if isInitiator, let failure = initiator.closed() { initiatorOutcome = .failed(failure) }
        if !isInitiator, let failure = acceptor.closed() { acceptorOutcome = .failed(failure) }
    }

    private mutating func absorb(
        _ actions: [HandshakeAction], _ output: inout [[UInt8]], _ sent: inout Int, fromInitiator: Bool
    ) {
        for action in actions {
            switch action {
            case .send(let packet):
                output.append(tampering(fromInitiator, sent, packet))
                sent += 1
            case .observe(let event):
                if fromInitiator { initiatorEvents.append(event) } else { acceptorEvents.append(event) }
            case .decide(let facts):
                question = facts
                absorb(
                    acceptor.decide(decision, cookie: acceptorCookie), &output, &sent, fromInitiator: fromInitiator)
            case .done(let result):
                if fromInitiator { initiatorOutcome = .done(result) } else { acceptorOutcome = .done(result) }
            case .failed(let failure):
                if fromInitiator { initiatorOutcome = .failed(failure) } else { acceptorOutcome = .failed(failure) }
            }
        }
    }
}

extension [UInt8] {
    func chunks(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: Swift.min(size, Swift.max(count, 1))).map { start in
            Array(self[start..<Swift.min(count - start, size) + start])
        }
    }
}

extension InitiatorHandshake {
    mutating func received(_ bytes: [UInt8]) -> [HandshakeAction] { bytes.withUnsafeBytes { received($0) } }
}

extension AcceptorHandshake {
    mutating func received(_ bytes: [UInt8]) -> [HandshakeAction] { bytes.withUnsafeBytes { received($0) } }
}

extension [HandshakeAction] {
    var sent: [[UInt8]] {
        compactMap { action in
            if case .send(let bytes) = action { bytes } else { nil }
        }
    }
    var result: HandshakeResult? {
        for case .done(let result) in self { return result }
        return nil
    }
    var failure: HandshakeFailure? {
        for case .failed(let failure) in self { return failure }
        return nil
    }
}
