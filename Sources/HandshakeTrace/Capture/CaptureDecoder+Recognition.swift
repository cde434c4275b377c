import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import PacketCapture

/// What a connection is about.
extension CaptureDecoder {
    func recognise(
        _ bytes: UnsafeRawBufferPointer, _ direction: FlowDirection, _ index: Int, _ time: Int
    ) {
        guard flows[index].hasOpening || flows[index].isAccepted else {
            recogniseMidway(bytes, direction, index, time)
            return
        }
        // Distribution, epmd and TLS all have the initiator speak first.
        guard direction == .fromInitiator else { return ignore(index) }
        flows[index].firstBytes += bytes
        let isEPMD = flows[index].acceptor.port == EPMDRequest.standardPort
        let spoken = SpokenProtocol.of(flows[index].firstBytes, isEPMD: isEPMD)
        switch spoken {
        case .undecided: return
        case .other: ignore(index)
        case .epmd, .distribution, .tls:
            let first = flows[index].firstBytes
            flows[index].firstBytes = []
            open(index, spoken, at: time)
            first.withUnsafeBytes { hand($0, direction, index, time) }
        }
    }

    /// The beginning was not captured: only what cannot be anything else is followed.
    func recogniseMidway(
        _ bytes: UnsafeRawBufferPointer, _ direction: FlowDirection, _ index: Int, _ time: Int
    ) {
        let (source, destination) =
            direction == .fromInitiator
            ? (flows[index].initiator, flows[index].acceptor) : (flows[index].acceptor, flows[index].initiator)
        let found = SpokenProtocol.midway(
            Array(bytes.prefix(512)), fromEPMD: source.port == EPMDRequest.standardPort,
            toEPMD: destination.port == EPMDRequest.standardPort)
        // Behind a tick there is no handshake.
        if let found, flows[index].link == LinkRecognition() {
            if found.fromInitiator != (direction == .fromInitiator) {
                flows[index].turnAround()
            }
            open(index, found.spoken, at: time)
            hand(bytes, found.fromInitiator ? .fromInitiator : .fromAcceptor, index, time)
        } else {
            recogniseLink(bytes, direction, index, time)
        }
    }

    func recogniseLink(
        _ bytes: UnsafeRawBufferPointer, _ direction: FlowDirection, _ index: Int, _ time: Int
    ) {
        let before = flows[index].link
        let isExpected = book.isNode(flows[index].acceptor) || book.isNode(flows[index].initiator)
        switch flows[index].link.received(bytes, from: direction, isExpected: isExpected) {
        case .undecided: return
        case .other: ignore(index)
        case .link:
            open(index, .distribution, at: time, isLink: true)
            for (ticks, from) in [
                (before.ticksOfInitiator, FlowDirection.fromInitiator), (before.ticksOfAcceptor, .fromAcceptor),
            ]
            where ticks > 0 {
                [UInt8](repeating: 0, count: 4 * Int(ticks)).withUnsafeBytes { hand($0, from, index, time) }
            }
            hand(bytes, direction, index, time)
        }
    }

    func open(_ index: Int, _ spoken: SpokenProtocol, at time: Int, isLink: Bool = false) {
        let (initiator, acceptor) = (flows[index].initiator, flows[index].acceptor)
        let emittedNumber = flows[index].emittedNumber
        let conversation = Conversation(
            number: emittedNumber > 0 ? emittedNumber : nextNumber, spoken: spoken, initiator: initiator,
            acceptor: acceptor,
            isLink: isLink)
        if emittedNumber == 0 { nextNumber += 1 }
        flows[index].phase = .followed
        flows[index].conversation = conversation
        if !flows[index].packets.isEmpty {
            keeper.add(flows[index].packets, of: conversation.number)
            flows[index].packets = []
        }
        if !conversation.isOfNodes {
            if book.isNode(acceptor) {
                conversation.claim(alive: book.name(of: acceptor))
            } else if let oldest = unclaimed.add(conversation) {
                giveUp(oldest)
            }
        }
        if spoken == .distribution, let alive = book.name(of: acceptor) { conversation.suppose(alive: alive) }
        // Its beginning has been reported.
        if emittedNumber > 0 { return }
        if spoken != .epmd, !isLink { follow(conversation, initiator.address, acceptor, at: flows[index].started) }
        let (started, connected) = (flows[index].started, flows[index].connected)
        change(conversation) { $0.begin(started: started, connected: connected == 0 ? nil : connected) }
    }

    /// Puts what epmd said before in front of a connection.
    func follow(_ conversation: Conversation, _ asker: IPAddress, _ acceptor: TCPEnd, at time: Int) {
        guard let lookup = book.claim(by: asker, for: acceptor, at: time) else { return }
        for event in lookup.events {
            guard case .epmd = event.what else { continue }
            var event = event
            event.connection = conversation.number
            event.initiator = conversation.initiator
            event.acceptor = Party(name: conversation.acceptor.name, address: conversation.acceptor.address)
            events.append(event)
        }
        keeper.move(from: lookup.connection, to: conversation.number)
    }

    /// Nodes listen there, as is known by now: what was held back of connections to them is reported.
    func claim(where isKnown: (TCPEnd) -> Bool) {
        for conversation in unclaimed.claim(where: isKnown) {
            conversation.claim(alive: book.name(of: conversation.acceptorEnd))
            events += conversation.takeEvents()
            if conversation.isForgotten { closedConnections.append(conversation.number) }
        }
    }

    /// Nothing has said that it is about nodes.
    func giveUp(_ conversation: Conversation) {
        count(conversation)
        abandon(conversation)
        buffered -= conversation.bufferedBytes
        conversation.abandon()
    }

    /// It may have been between nodes, and is left out.
    func count(_ conversation: Conversation) {
        var counted = connectionFigures.unclaimed[conversation.acceptorEnd.port] ?? CaptureFigures.Unclaimed()
        counted.connections += 1
        if conversation.isTooLong { counted.tooLong += 1 }
        if conversation.isOver, !conversation.isEstablished { counted.failed += 1 }
        // There are no more ports than are bearable.
        connectionFigures.unclaimed[conversation.acceptorEnd.port] = counted
    }
}
