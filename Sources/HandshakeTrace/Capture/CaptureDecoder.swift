package import ByteTransport
import DistributionProtocol
import ErlangNode

/// Reads packets and tells what happened between nodes: the middle of `capture decode`, without files and clocks.
///
/// What it keeps is bounded: connections, bytes that wait for others, packets for writing. Bulk traffic of other
/// connections, and of links that are up, is passed over.
package final class CaptureDecoder {
    /// Connections that are kept in mind.
    static let maximumFlows = 1 << 17
    /// Bytes of streams and messages that are not complete, over all connections.
    static let maximumBuffered = 32 << 20
    /// Packets that wait for the end of their attempt.
    static let maximumKept = 48 << 20
    static let maximumKeptOfConnection = 1 << 20
    /// Of a link that is up, the first packets are kept and the last.
    static let maximumKeptSinceUp = 32

    /// Ports on which TLS is something else, whatever its ClientHello looks like.
    private static let foreignPorts: Set<UInt16> = [
        443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 5671, 6443, 8443, 8883, 9443, 10250,
    ]

    package private(set) var figures = CaptureFigures()
    private var surroundings: Conversation.Surroundings
    private let keepsPackets: Bool
    private var places: [FlowKey: Int32] = [:]
    private var flows: ContiguousArray<Flow> = []
    private var fragments = FragmentAssembler()
    private var book = EPMDBook()
    private var nextNumber = 1
    private var lastTime = 0
    private var buffered = 0
    private var kept = 0
    private var keptPackets: [Int: [KeptPacket]] = [:]
    private var finishedRandoms: [Int: [[UInt8]]] = [:]
    private var events: [TraceEvent] = []
    private var closedConnections: [Int] = []

    /// - Parameters:
    ///   - cryptography: what opens TLS records; nil when there is nothing to.
    ///   - certificateFacts: what a certificate in DER says; nil for what is none.
    ///   - keepsPackets: whether `takePackets` will be asked.
    package init(
        cryptography: (any RecordCryptography)?, keepsPackets: Bool = false,
        certificateFacts: @escaping ([UInt8]) -> CertificateFacts?
    ) {
        surroundings = Conversation.Surroundings(cryptography: cryptography, certificateFacts: certificateFacts)
        self.keepsPackets = keepsPackets
    }

    /// What opens TLS, as far as it is known; it may grow at any time.
    package var secrets: TLSSecrets { surroundings.secrets }

    package func change(secrets: TLSSecrets) {
        surroundings.secrets = secrets
        for index in flows.indices {
            guard let conversation = flows[index].conversation else { continue }
            change(conversation) { $0.secretsChanged(surroundings) }
            if conversation.isForeign { drop(index) }
        }
    }

    /// Adds the text of a key log.
    package func add(keyLog: [UInt8]) {
        var secrets = surroundings.secrets
        _ = secrets.add(keyLog: keyLog)
        change(secrets: secrets)
    }

    /// What has happened since the last time.
    package func takeEvents() -> [TraceEvent] {
        defer { events = [] }
        return events
    }

    /// Connections of which nothing more will be told.
    package func takeClosed() -> [Int] {
        defer { closedConnections = [] }
        return closedConnections
    }

    /// The packets of a connection, in the order in which they were captured. They are forgotten then.
    package func takePackets(of connection: Int) -> (packets: [KeptPacket], clientRandoms: [[UInt8]]) {
        var packets = keptPackets.removeValue(forKey: connection) ?? []
        for packet in packets { kept -= packet.bytes.count }
        packets.sort { $0.time < $1.time }
        return (packets, finishedRandoms.removeValue(forKey: connection) ?? [])
    }

    // MARK: Packets

    package func received(_ frame: CapturedFrame) {
        figures.packets += 1
        guard let start = LinkHeader.internetOffset(frame.bytes, frame.link) else {
            if !LinkHeader.isKnown(frame.link) {
                figures.unknownLinks += 1
                figures.unknownLink = frame.link
            }
            return
        }
        let bytes = frame.bytes.part(start, frame.bytes.count)
        received(internet: bytes, originalLength: frame.originalLength - start, frame, depth: 0)
    }

    private func received(
        internet bytes: UnsafeRawBufferPointer, originalLength: Int, _ frame: CapturedFrame, depth: Int
    ) {
        guard let packet = InternetPacket(bytes, originalLength: originalLength) else { return }
        if let fragment = packet.fragment {
            guard packet.transport == 6, let whole = fragments.received(packet, fragment, at: frame.time) else {
                return
            }
            whole.withUnsafeBytes { bytes in
                if let segment = TCPSegment(bytes, length: bytes.count, from: packet.source, to: packet.destination) {
                    received(segment, frame)
                }
            }
            return
        }
        switch packet.transport {
        case 6:
            if let segment = TCPSegment(
                packet.payload, length: packet.length, from: packet.source, to: packet.destination)
            {
                received(segment, frame)
            }
        // IP in IP: tunnels between the hosts of a cluster.
        case 4, 41:
            if depth < 3 {
                received(internet: packet.payload, originalLength: packet.length, frame, depth: depth + 1)
            }
        default: return
        }
    }

    private func received(_ segment: TCPSegment, _ frame: CapturedFrame) {
        let key = FlowKey(segment.source, segment.destination)
        let isNew = segment.isOpening && !segment.isAcknowledging
        if let place = places[key] {
            let index = Int(place)
            if isNew {
                if flows[index].hasOpening, flows[index].opening == segment.sequence {
                    keep(frame, segment, index)
                    return
                }
                let time = Int(frame.time / 1_000)
                end(index, by: nil, isReset: false, at: time)
                flows[index] = Flow(segment, key: key, at: time)
                figures.connections += 1
            } else if flows[index].phase == .ignored {
                return
            }
            followed(segment, index, frame)
        } else {
            // A stray end of something: nothing follows.
            if segment.isReset || segment.isFinal && segment.length == 0 { return }
            if flows.count >= Self.maximumFlows { makeRoom() }
            figures.connections += 1
            places[key] = Int32(flows.count)
            flows.append(Flow(segment, key: key, at: Int(frame.time / 1_000)))
            followed(segment, flows.count - 1, frame)
        }
    }

    // MARK: Connections

    private func followed(_ segment: TCPSegment, _ index: Int, _ frame: CapturedFrame) {
        let time = Int(frame.time / 1_000)
        lastTime = max(lastTime, time)
        let isFromInitiator = (segment.source == flows[index].key.lower) == flows[index].lowerIsInitiator
        let direction: FlowDirection = isFromInitiator ? .fromInitiator : .fromAcceptor
        keep(frame, segment, index)
        if segment.isOpening {
            begin(direction, at: segment.sequence &+ 1, index)
            if segment.isAcknowledging {
                flows[index].isAccepted = true
                if flows[index].connected == 0 { flows[index].connected = time }
            }
        }
        let first = segment.isOpening ? segment.sequence &+ 1 : segment.sequence
        if segment.isFinal { finish(direction, at: first &+ UInt32(truncatingIfNeeded: segment.length), index) }
        if segment.length > 0 { take(segment.payload, at: first, direction, index, time) }
        if segment.isReset {
            reset(direction, segment, index, time)
        } else if isAtEnd(direction, index) {
            end(index, by: direction.sender, isReset: false, at: time)
        }
    }

    private func begin(_ direction: FlowDirection, at sequence: UInt32, _ index: Int) {
        if direction == .fromInitiator {
            flows[index].toAcceptor.begin(at: sequence)
        } else {
            flows[index].toInitiator.begin(at: sequence)
        }
    }

    private func finish(_ direction: FlowDirection, at sequence: UInt32, _ index: Int) {
        if direction == .fromInitiator {
            flows[index].toAcceptor.finish(at: sequence)
        } else {
            flows[index].toInitiator.finish(at: sequence)
        }
    }

    private func isAtEnd(_ direction: FlowDirection, _ index: Int) -> Bool {
        direction == .fromInitiator ? flows[index].toAcceptor.isAtEnd : flows[index].toInitiator.isAtEnd
    }

    private func take(
        _ payload: UnsafeRawBufferPointer, at sequence: UInt32, _ direction: FlowDirection, _ index: Int, _ time: Int
    ) {
        var hasMadeRoom = false
        while true {
            let before = heldBytes(direction, index)
            let taken =
                buffered > Self.maximumBuffered && before == 0 && hasMadeRoom
                ? .full
                : direction == .fromInitiator
                    ? flows[index].toAcceptor.take(sequence, payload)
                    : flows[index].toInitiator.take(sequence, payload)
            buffered += heldBytes(direction, index) - before
            switch taken {
            case .nothing: return
            case .held:
                if buffered > Self.maximumBuffered { skipGaps(direction, index, time) }
                return
            case .now(let bytes):
                deliver(bytes, direction, index, time)
                deliverHeld(direction, index, time)
                return
            case .full:
                if hasMadeRoom { return }
                hasMadeRoom = true
                skipGaps(direction, index, time)
            }
            if flows[index].phase == .ignored { return }
        }
    }

    private func heldBytes(_ direction: FlowDirection, _ index: Int) -> Int {
        direction == .fromInitiator ? flows[index].toAcceptor.heldBytes : flows[index].toInitiator.heldBytes
    }

    private func deliverHeld(_ direction: FlowDirection, _ index: Int, _ time: Int) {
        while flows[index].phase != .ignored {
            let before = heldBytes(direction, index)
            let next =
                direction == .fromInitiator
                ? flows[index].toAcceptor.nextHeld() : flows[index].toInitiator.nextHeld()
            buffered += heldBytes(direction, index) - before
            guard let next else { return }
            next.withUnsafeBytes { deliver($0, direction, index, time) }
        }
    }

    /// Gives up all that is missing in a direction.
    private func skipGaps(_ direction: FlowDirection, _ index: Int, _ time: Int) {
        while flows[index].phase != .ignored {
            let missing =
                direction == .fromInitiator ? flows[index].toAcceptor.skipGap() : flows[index].toInitiator.skipGap()
            guard let missing else { return }
            if let conversation = flows[index].conversation {
                change(conversation) { $0.lost(missing, from: direction, at: time, surroundings) }
            } else {
                // Its beginning is what would have said what it is.
                ignore(index)
            }
            deliverHeld(direction, index, time)
        }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer, _ direction: FlowDirection, _ index: Int, _ time: Int) {
        if flows[index].conversation == nil {
            recognise(bytes, direction, index, time)
        } else {
            hand(bytes, direction, index, time)
        }
    }

    private func hand(_ bytes: UnsafeRawBufferPointer, _ direction: FlowDirection, _ index: Int, _ time: Int) {
        guard let conversation = flows[index].conversation, !conversation.isDeaf else { return }
        change(conversation) { $0.received(bytes, from: direction, at: time, surroundings) }
        if conversation.isForeign {
            drop(index)
        } else if buffered > Self.maximumBuffered, conversation.bufferedBytes > 0 {
            change(conversation) {
                $0.tell(.note("not followed further: too much is incomplete in this capture"), at: time)
            }
            figures.forgotten += 1
            forget(index)
        }
    }

    // MARK: What a connection is

    private func recognise(
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
        case .tls
        where Self.foreignPorts.contains(flows[index].acceptor.port)
            && book.name(of: flows[index].acceptor) == nil:
            ignore(index)
        case .epmd, .distribution, .tls:
            let first = flows[index].firstBytes
            flows[index].firstBytes = []
            open(index, spoken, at: time)
            first.withUnsafeBytes { hand($0, direction, index, time) }
        }
    }

    /// The beginning was not captured: only what cannot be anything else is followed.
    private func recogniseMidway(
        _ bytes: UnsafeRawBufferPointer, _ direction: FlowDirection, _ index: Int, _ time: Int
    ) {
        let first = Array(bytes.prefix(512))
        let (source, destination) =
            direction == .fromInitiator
            ? (flows[index].initiator, flows[index].acceptor) : (flows[index].acceptor, flows[index].initiator)
        let found = SpokenProtocol.midway(
            first, fromEPMD: source.port == EPMDRequest.standardPort,
            toEPMD: destination.port == EPMDRequest.standardPort)
        if let found {
            if found.fromInitiator != (direction == .fromInitiator) {
                flows[index].lowerIsInitiator.toggle()
                let (toAcceptor, toInitiator) = (flows[index].toAcceptor, flows[index].toInitiator)
                (flows[index].toAcceptor, flows[index].toInitiator) = (toInitiator, toAcceptor)
            }
            open(index, found.spoken, at: time)
            hand(bytes, found.fromInitiator ? .fromInitiator : .fromAcceptor, index, time)
        } else if SpokenProtocol.isLink(first) {
            open(index, .distribution, at: time, isLink: true)
            hand(bytes, direction, index, time)
        } else {
            ignore(index)
        }
    }

    private func open(_ index: Int, _ spoken: SpokenProtocol, at time: Int, isLink: Bool = false) {
        let (initiator, acceptor) = (flows[index].initiator, flows[index].acceptor)
        let conversation = Conversation(
            number: nextNumber, spoken: spoken, initiator: initiator, acceptor: acceptor, isLink: isLink)
        nextNumber += 1
        flows[index].phase = .followed
        flows[index].conversation = conversation
        if keepsPackets, !flows[index].packets.isEmpty {
            keptPackets[conversation.number, default: []] += flows[index].packets
            flows[index].packets = []
        }
        if spoken != .epmd, !isLink { follow(conversation, initiator.address, acceptor, at: flows[index].started) }
        let (started, connected) = (flows[index].started, flows[index].connected)
        change(conversation) { $0.begin(started: started, connected: connected == 0 ? nil : connected) }
    }

    /// Puts what epmd said before in front of a connection.
    private func follow(_ conversation: Conversation, _ asker: IPAddress, _ acceptor: TCPEnd, at time: Int) {
        // Who dials over TCP hears the name itself.
        if conversation.spoken == .tls, let alive = book.name(of: acceptor) { conversation.suppose(alive: alive) }
        guard let lookup = book.claim(by: asker, for: acceptor, at: time) else { return }
        for event in lookup.events {
            guard case .epmd = event.what else { continue }
            var event = event
            event.connection = conversation.number
            event.initiator = conversation.initiator
            event.acceptor = Party(name: conversation.acceptor.name, address: conversation.acceptor.address)
            events.append(event)
        }
        if let packets = keptPackets.removeValue(forKey: lookup.connection) {
            keptPackets[conversation.number, default: []] += packets
        }
    }

    // MARK: Ends

    private func reset(_ direction: FlowDirection, _ segment: TCPSegment, _ index: Int, _ time: Int) {
        let flow = flows[index]
        if flow.phase == .new, flow.hasOpening, !flow.isAccepted, direction == .fromAcceptor {
            tellUnanswered(index, .refused, at: time)
            ignore(index)
            return
        }
        skipGaps(direction, index, time)
        end(index, by: direction.sender, isReset: true, at: time)
    }

    /// A connection that did not come about, where something of Erlang is known to be expected.
    private func tellUnanswered(_ index: Int, _ reason: EndReason, at time: Int) {
        let flow = flows[index]
        let isEPMD = flow.acceptor.port == EPMDRequest.standardPort
        let alive = book.name(of: flow.acceptor)
        guard isEPMD || alive != nil else { return }
        open(index, isEPMD ? .epmd : .distribution, at: time)
        guard let conversation = flows[index].conversation else { return }
        if let alive { conversation.suppose(alive: alive) }
        change(conversation) { $0.tell(.ended(reason), at: time, stage: isEPMD ? .epmd : .tcp) }
        closedConnections.append(conversation.number)
    }

    private func end(_ index: Int, by role: Role?, isReset: Bool, at time: Int) {
        guard let conversation = flows[index].conversation else {
            if flows[index].phase == .new, flows[index].isAccepted, book.name(of: flows[index].acceptor) != nil {
                tellUnanswered(index, isReset ? .reset(by: role) : .closed(by: role), at: time)
            }
            if isReset || flows[index].phase == .new { ignore(index) }
            return
        }
        if let alive = book.name(of: flows[index].acceptor) { conversation.suppose(alive: alive) }
        change(conversation) { $0.closed(by: role, isReset: isReset, at: time, surroundings) }
        if isReset || flows[index].toAcceptor.isAtEnd && flows[index].toInitiator.isAtEnd { forget(index) }
    }

    /// Nothing more is told of it.
    private func forget(_ index: Int) {
        if let conversation = flows[index].conversation {
            buffered -= conversation.bufferedBytes
            closedConnections.append(conversation.number)
            if keepsPackets, !conversation.clientRandoms.isEmpty {
                finishedRandoms[conversation.number] = conversation.clientRandoms
            }
        }
        ignore(index)
    }

    /// It has turned out to be about something else.
    private func drop(_ index: Int) {
        guard let conversation = flows[index].conversation else { return }
        forget(index)
        discardPackets(of: conversation.number)
    }

    private func ignore(_ index: Int) {
        buffered -= flows[index].toAcceptor.heldBytes + flows[index].toInitiator.heldBytes
        for packet in flows[index].packets { kept -= packet.bytes.count }
        flows[index].packets = []
        flows[index].toAcceptor.clear()
        flows[index].toInitiator.clear()
        flows[index].firstBytes = []
        flows[index].conversation = nil
        flows[index].phase = .ignored
    }

    /// Forgets connections that are of no interest; where that is not enough, the older half of the others.
    private func makeRoom() {
        var rest = ContiguousArray(flows.filter { $0.phase != .ignored })
        if rest.count > Self.maximumFlows / 2 {
            let surplus = rest.count - Self.maximumFlows / 2
            for flow in rest.prefix(surplus) {
                buffered -= flow.toAcceptor.heldBytes + flow.toInitiator.heldBytes
                for packet in flow.packets { kept -= packet.bytes.count }
                guard let conversation = flow.conversation else { continue }
                figures.forgotten += 1
                change(conversation) { $0.captureEnded(at: lastTime, surroundings) }
                buffered -= conversation.bufferedBytes
                closedConnections.append(conversation.number)
            }
            rest.removeFirst(surplus)
        }
        flows = rest
        places.removeAll(keepingCapacity: true)
        for (index, flow) in flows.enumerated() { places[flow.key] = Int32(index) }
    }

    /// There is no more: what goes on is told as it stands.
    package func finish() {
        for index in flows.indices {
            for direction in [FlowDirection.fromInitiator, .fromAcceptor] where flows[index].phase == .followed {
                skipGaps(direction, index, lastTime)
                if isAtEnd(direction, index) { end(index, by: direction.sender, isReset: false, at: lastTime) }
            }
            if flows[index].phase == .new, flows[index].hasOpening, !flows[index].isAccepted,
                lastTime - flows[index].started > 3_000_000
            {
                let waited = (lastTime - flows[index].started) / 1_000
                tellUnanswered(index, .timeout(milliseconds: waited), at: lastTime)
            }
            guard let conversation = flows[index].conversation else { continue }
            change(conversation) { $0.captureEnded(at: lastTime, surroundings) }
            forget(index)
        }
        while let lookup = book.expired(at: nil) { tell(lookup) }
    }

    // MARK: Events

    /// Lets something happen to a conversation, and takes what it tells.
    private func change(_ conversation: Conversation, _ happen: (Conversation) -> Void) {
        let before = conversation.bufferedBytes
        happen(conversation)
        buffered += conversation.bufferedBytes - before
        if conversation.events.isEmpty { return }
        if conversation.spoken == .epmd { collectEPMD(conversation) } else { events += conversation.takeEvents() }
    }

    /// What epmd says of a node belongs to the connection that follows, if one does; what fails stands for itself.
    private func collectEPMD(_ conversation: Conversation) {
        while let lookup = book.expired(at: lastTime) { tell(lookup) }
        if conversation.isOver,
            conversation.events.contains(where: { if case .ended = $0.what { true } else { false } })
        {
            events += conversation.takeEvents()
            return
        }
        guard let answer = conversation.answer else { return }
        let told = conversation.takeEvents()
        switch answer {
        case .port(let node):
            let end = TCPEnd(address: conversation.acceptorEnd.address, port: node.port)
            book.register(node.alive, at: end)
            book.add(
                EPMDBook.Lookup(
                    connection: conversation.number, time: told.last?.time ?? lastTime,
                    asker: conversation.initiatorEnd.address, node: end, events: told))
            return
        case .alive:
            if let node = conversation.registration {
                book.register(node.alive, at: TCPEnd(address: conversation.initiatorEnd.address, port: node.port))
            }
        case .notRegistered, .names, .aliveRefused: break
        }
        tellAlone(told)
    }

    /// Events that belong to no connection of nodes.
    private func tellAlone(_ told: [TraceEvent]) {
        for var event in told {
            switch event.what {
            case .epmd, .note: break
            default: continue
            }
            event.connection = nil
            events.append(event)
        }
    }

    /// A question to epmd that nothing followed.
    private func tell(_ lookup: EPMDBook.Lookup) {
        tellAlone(lookup.events)
        discardPackets(of: lookup.connection)
    }

    private func discardPackets(of connection: Int) {
        for packet in keptPackets.removeValue(forKey: connection) ?? [] { kept -= packet.bytes.count }
    }

    // MARK: Packets for writing

    private func keep(_ frame: CapturedFrame, _ segment: TCPSegment, _ index: Int) {
        guard keepsPackets, flows[index].phase != .ignored else { return }
        let conversation = flows[index].conversation
        if let conversation {
            let isClosing = segment.isFinal || segment.isReset
            if conversation.isUp, !isClosing, conversation.kept.packetsSinceUp >= Self.maximumKeptSinceUp { return }
            if conversation.kept.bytes >= Self.maximumKeptOfConnection { return }
        }
        guard kept + frame.bytes.count <= Self.maximumKept else {
            figures.unkept += 1
            return
        }
        kept += frame.bytes.count
        if let conversation {
            if conversation.isUp { conversation.kept.packetsSinceUp += 1 }
            conversation.kept.bytes += frame.bytes.count
            keptPackets[conversation.number, default: []].append(KeptPacket(frame))
        } else {
            flows[index].packets.append(KeptPacket(frame))
        }
    }
}
