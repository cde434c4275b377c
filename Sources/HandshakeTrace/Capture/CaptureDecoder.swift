package import ByteTransport
package import Diagnosis
import DistributionProtocol
import ErlangNode
package import PacketCapture

/// Reads packets and reports what happened between nodes: the middle of `capture decode`, without files and clocks.
///
/// What it keeps is bounded: connections, bytes that wait for others, packets for writing. Bulk traffic of other
/// connections, and of links that are up, is passed over.
package final class CaptureDecoder {
    /// Bytes of streams and messages that are not complete, over all connections.
    static let maximumBuffered = 24 << 20

    /// What was counted.
    package var figures: CaptureFigures {
        var figures = connectionFigures
        figures.packets = segments.packets
        figures.unknownLinks = segments.unknownLinks
        figures.unknownLink = segments.unknownLink
        figures.unkept = keeper.unkept
        return figures
    }
    /// Of connections, as far as they are counted here.
    var connectionFigures = CaptureFigures()
    var surroundings: Conversation.Surroundings
    /// Counts the changes of the secrets.
    private var secretsVersion = 0
    /// Which of them all connections have seen.
    private var lastLearned = 0
    var flows = FlowTable()
    private var segments: SegmentFinder
    var book: EPMDRegistrations
    var unclaimed = UnclaimedConnections()
    var unanswered = UnansweredConnections()
    var keeper: PacketKeeper
    var nextNumber = 1
    /// Microseconds since the epoch, by the capture's clock.
    package private(set) var lastTime = 0
    var buffered = 0
    var finishedRandoms: [Int: [[UInt8]]] = [:]
    var events: [TraceEvent] = []
    var closedConnections: [Int] = []

    /// - Parameters:
    ///   - cryptography: what opens TLS records; nil when there is nothing to.
    ///   - certificateFacts: what a certificate in DER says; nil for what is none.
    ///   - keepsPackets: whether `takePackets` will be asked.
    ///   - nodePorts: ports at which nodes listen, besides those that epmd reports.
    package init(
        cryptography: (any RecordCryptography)?, keepsPackets: Bool = false,
        nodePorts: [ClosedRange<UInt16>] = [], certificateFacts: @escaping ([UInt8]) -> CertificateFacts?
    ) {
        surroundings = Conversation.Surroundings(cryptography: cryptography, certificateFacts: certificateFacts)
        keeper = PacketKeeper(isKeeping: keepsPackets)
        segments = SegmentFinder(keepsPackets: keepsPackets)
        book = EPMDRegistrations(ports: nodePorts)
    }

    /// What opens TLS, as far as it is known; it may grow at any time.
    package var secrets: TLSSecrets { surroundings.secrets }

    package func change(secrets: TLSSecrets) {
        surroundings.secrets = secrets
        secretsVersion += 1
    }

    /// Adds the text of a key log.
    package func add(keyLog: [UInt8]) {
        if surroundings.secrets.add(keyLog: keyLog) > 0 { secretsVersion += 1 }
    }

    /// Lets a connection see secrets that have come since it was last looked at: one at a time, as a capture may hold
    /// as many pieces of key log as connections.
    func learnSecrets(_ index: Int) {
        guard let conversation = flows[index].conversation, conversation.secretsVersion != secretsVersion else {
            return
        }
        conversation.secretsVersion = secretsVersion
        change(conversation) { $0.secretsChanged(surroundings) }
        if conversation.isForeign { drop(index) }
    }

    /// What has happened since the last time.
    package func takeEvents() -> [TraceEvent] {
        if lastLearned != secretsVersion {
            lastLearned = secretsVersion
            for index in flows.indices { learnSecrets(index) }
        }
        defer { events = [] }
        return events
    }

    /// Connections of which nothing more will be reported.
    package func takeClosed() -> [Int] {
        defer { closedConnections = [] }
        return closedConnections
    }

    /// The packets of a connection, in the order in which they were captured. They are forgotten then.
    package func takePackets(of connection: Int) -> (packets: [KeptPacket], clientRandoms: [[UInt8]]) {
        (keeper.take(connection), finishedRandoms.removeValue(forKey: connection) ?? [])
    }

    // MARK: Packets

    /// Takes all items of a file that are whole in `bytes` from `position` on, and moves it behind them.
    package func received(
        _ bytes: UnsafeRawBufferPointer, from position: inout Int, by reader: inout CaptureFileReader
    ) throws(CaptureFileError) {
        while let item = try reader.next(in: bytes, from: &position) {
            switch item {
            case .frame(let frame): received(frame)
            case .keyLog(let text): add(keyLog: Array(text) + [0x0A])
            }
        }
    }

    package func received(_ frame: CapturedFrame) {
        segments.received(frame) { received($0, $1) }
    }

    func received(_ segment: TCPSegment, _ origin: SegmentOrigin) {
        let time = Int(origin.time / 1_000)
        let key = FlowKey(segment.source, segment.destination)
        let isNew = segment.isOpening && !segment.isAcknowledging
        let known = flows.index(of: key)
        // What is awaited may have come with this very packet.
        let isAwaited = known.map { flows[$0].isUnanswered } ?? false
        if time > lastTime, !isAwaited { passed(time) }
        defer { if time > lastTime { passed(time) } }
        if let index = known {
            if isNew {
                if flows[index].hasOpening, flows[index].opening == segment.sequence {
                    flows[index].askedAgain(at: time)
                    keep(segment, origin, index)
                    return
                }
                end(index, by: nil, isReset: false, at: time)
                forget(index)
                flows[index] = Flow(segment, key: key, at: time)
                connectionFigures.connections += 1
                if book.isNode(segment.destination) || isEPMD(index) { unanswered.add(key, at: time) }
            } else if flows[index].phase == .ignored {
                return
            }
            followed(segment, index, origin, time)
        } else {
            // A stray end of something: nothing follows.
            if segment.isReset || segment.isFinal && segment.length == 0 { return }
            if flows.isFull { makeRoom() }
            connectionFigures.connections += 1
            let index = flows.add(Flow(segment, key: key, at: time))
            if isNew, book.isNode(segment.destination) || isEPMD(index) { unanswered.add(key, at: time) }
            followed(segment, index, origin, time)
        }
    }

    /// Time goes on, with packets or without: what is awaited in vain is over.
    /// - Parameter time: microseconds since the epoch.
    package func passed(_ time: Int) {
        lastTime = max(lastTime, time)
        while let lookup = book.expired(at: lastTime) { emit(lookup) }
        while let opening = unanswered.expired(at: lastTime) {
            guard let index = flows.index(of: opening.flow), flows[index].isUnanswered,
                flows[index].started == opening.started
            else { continue }
            let isEmitted = flows[index].emittedNumber > 0
            let due = flows[index].silenceIsOver + (isEmitted ? UnansweredConnections.lastPatience : 0)
            if due > lastTime {
                unanswered.postpone(opening, to: due)
            } else if isEmitted {
                ignore(index)
            } else {
                emitSilence(index)
                unanswered.postpone(opening, to: due + UnansweredConnections.lastPatience)
            }
        }
    }

    func isEPMD(_ index: Int) -> Bool { flows[index].acceptor.port == EPMDRequest.standardPort }

    // MARK: Connections

    func followed(_ segment: TCPSegment, _ index: Int, _ origin: SegmentOrigin, _ time: Int) {
        let isFromInitiator = (segment.source == flows[index].key.lower) == flows[index].lowerIsInitiator
        let direction: FlowDirection = isFromInitiator ? .fromInitiator : .fromAcceptor
        keep(segment, origin, index)
        if segment.isOpening {
            flows[index][direction].begin(at: segment.sequence &+ 1)
            if segment.isAcknowledging {
                if !flows[index].isAccepted { accepted(index, time) }
            }
        }
        let first = segment.isOpening ? segment.sequence &+ 1 : segment.sequence
        if segment.isFinal {
            flows[index][direction].finish(at: first &+ UInt32(truncatingIfNeeded: segment.length))
        }
        if segment.length > 0 { take(segment.payload, at: first, direction, index, time) }
        if segment.isReset {
            reset(direction, segment, index, time)
            return
        }
        if flows[index][direction].isAtEnd { ended(direction, index, time) }
        if segment.isAcknowledging { acknowledged(segment.acknowledgement, direction.opposite, index, time) }
    }

    /// The acceptor's kernel has answered.
    func accepted(_ index: Int, _ time: Int) {
        flows[index].isAccepted = true
        flows[index].connected = time
        if flows[index].emittedNumber > 0 { emitLateAnswer(index, at: time) }
        let (initiator, acceptor) = (flows[index].initiator.address, flows[index].acceptor.address)
        if book.connected(initiator, acceptor) { claim { book.isNode($0) } }
    }

    func acknowledged(_ number: UInt32, _ direction: FlowDirection, _ index: Int, _ time: Int) {
        guard flows[index].phase == .followed, let missing = flows[index][direction].acknowledged(number) else {
            return
        }
        lost(missing, direction, index, time)
        deliverHeld(direction, index, time)
        if flows[index][direction].isAtEnd { end(index, by: direction.sender, isReset: false, at: time) }
    }

    func lost(_ count: Int, _ direction: FlowDirection, _ index: Int, _ time: Int) {
        guard let conversation = flows[index].conversation else {
            // Its beginning is what would have said what it is.
            return ignore(index)
        }
        change(conversation) { $0.lost(count, from: direction, at: time, surroundings) }
    }

    func take(
        _ payload: UnsafeRawBufferPointer, at sequence: UInt32, _ direction: FlowDirection, _ index: Int, _ time: Int
    ) {
        var hasMadeRoom = false
        while true {
            let before = flows[index][direction].heldBytes
            let taken =
                buffered > Self.maximumBuffered && before == 0 && hasMadeRoom
                ? .full : flows[index][direction].take(sequence, payload)
            buffered += flows[index][direction].heldBytes - before
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

    func deliverHeld(_ direction: FlowDirection, _ index: Int, _ time: Int) {
        while flows[index].phase != .ignored {
            let before = flows[index][direction].heldBytes
            let next = flows[index][direction].nextHeld()
            buffered += flows[index][direction].heldBytes - before
            guard let next else { return }
            next.withUnsafeBytes { deliver($0, direction, index, time) }
        }
    }

    /// Gives up all that is missing in a direction.
    func skipGaps(_ direction: FlowDirection, _ index: Int, _ time: Int) {
        while flows[index].phase != .ignored {
            guard let missing = flows[index][direction].skipGap() else { return }
            lost(missing, direction, index, time)
            deliverHeld(direction, index, time)
        }
    }

    func deliver(_ bytes: UnsafeRawBufferPointer, _ direction: FlowDirection, _ index: Int, _ time: Int) {
        if flows[index].conversation == nil {
            recognise(bytes, direction, index, time)
        } else {
            hand(bytes, direction, index, time)
        }
    }

    func hand(_ bytes: UnsafeRawBufferPointer, _ direction: FlowDirection, _ index: Int, _ time: Int) {
        learnSecrets(index)
        guard let conversation = flows[index].conversation, !conversation.isDeaf else { return }
        change(conversation) { $0.received(bytes, from: direction, at: time, surroundings) }
        if conversation.isForeign {
            drop(index)
        } else if buffered > Self.maximumBuffered, conversation.bufferedBytes > 0 {
            change(conversation) {
                $0.emit(.note("not followed further: too much is incomplete in this capture"), at: time)
            }
            connectionFigures.forgotten += 1
            forget(index)
        }
    }
}
