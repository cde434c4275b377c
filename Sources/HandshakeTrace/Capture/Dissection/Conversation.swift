import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import PacketCapture

/// One connection that is about nodes: with epmd, or between two of them. Bytes in, events out.
final class Conversation {
    /// What it needs of the world.
    struct Surroundings {
        var cryptography: (any RecordCryptography)?
        var secrets = TLSSecrets()
        /// What a certificate in DER says.
        var certificateFacts: ([UInt8]) -> CertificateFacts?
    }

    /// What only a connection with TLS has, and only one with epmd: apart, as there may be very many of the others.
    final class Secure {
        var stream: TLSConversation?
        var sealed: EncryptedHandshake?
    }

    final class Lookup {
        var dissector = EPMDDissector()
        var answer: EPMDResponse?
        var registration: EPMDRegistration?
    }

    /// After so long without a word (microseconds) it is a timer that closes a connection; net_setuptime is 1 s at
    /// least, and 7 s unless somebody has changed it.
    private static let patience = 900_000
    /// What a TLS handshake may have, both directions together, of which nothing is reported yet: it is all held back.
    private static let unclaimedLimit = 64 << 10
    /// Events of a connection of which nothing is reported yet: a handshake has some twenty.
    private static let unclaimedEventLimit = 256

    /// Tells the connections of the capture apart.
    let number: Int
    var initiator: Party
    var acceptor: Party
    let initiatorEnd: TCPEnd
    let acceptorEnd: TCPEnd
    let spoken: SpokenProtocol
    let lookup: Lookup?
    var distribution: DistributionDissector?
    var secure: Secure?
    var hasReportedSealed = false
    /// Whether the records of a connection that is established stay sealed.
    private var isClosedToUs: Bool { isEstablished && isSealed }
    var isSealed = false
    /// Whether an alert says why it ended.
    var hasAlert = false
    var isUp = false
    var isOver = false
    let wasUpBefore: Bool
    /// Whether it has shown that it is about nodes beyond doubt, and so that one listens where it leads.
    var isProof = false
    /// Whether its packets are awaited no more.
    private(set) var isForgotten = false
    /// What the ClientHello asked for.
    var host: String?
    /// The acceptor's name without host, while epmd alone has said it.
    private var supposed: String?
    private(set) var lastStage = NodeFailure.Stage.tcp
    /// Whether a part of the handshake is missing.
    private var hasGap = false
    /// Bytes of which nothing was reported.
    private var unclaimedBytes = 0
    /// When the last bytes came.
    private var lastData = 0
    /// Whether it turned out to be about something else than nodes.
    var isForeign = false
    /// Whether its TLS handshake is longer than what is held back.
    private(set) var isTooLong = false
    /// Whether it is known to be about nodes. TLS may be anything: until something says so, nothing is reported of it.
    var isOfNodes: Bool
    /// Whether both ends of TLS have said that they are done.
    var isEstablished = false
    /// What epmd has answered.
    var answer: EPMDResponse? { lookup?.answer }
    var registration: EPMDRegistration? { lookup?.registration }
    /// Whether epmd is asked something that leads to no node.
    var isAside: Bool { lookup?.dissector.isAside ?? false }
    /// Which state of the secrets it has seen.
    var secretsVersion = 0
    /// Packets of it that were kept for writing.
    var kept = PacketKeeper.Count()
    private(set) var events: [TraceEvent] = []

    init(number: Int, spoken: SpokenProtocol, initiator: TCPEnd, acceptor: TCPEnd, isLink: Bool = false) {
        self.number = number
        self.spoken = spoken
        self.initiatorEnd = initiator
        self.acceptorEnd = acceptor
        self.initiator = Party(address: Endpoint(initiator))
        self.acceptor = Party(address: Endpoint(acceptor))
        self.wasUpBefore = isLink
        isOfNodes = spoken != .tls
        lookup = spoken == .epmd ? Lookup() : nil
        secure = spoken == .tls ? Secure() : nil
        switch spoken {
        case .epmd: break
        case .distribution where isLink:
            distribution = DistributionDissector(upSinceBefore: ())
            isUp = true
        case .distribution: distribution = DistributionDissector(prefix: .tcp)
        case .tls, .other, .undecided: break
        }
    }

    var clientRandoms: [[UInt8]] { secure?.stream?.clientRandoms ?? [] }
    var bufferedBytes: Int { (secure?.stream?.bufferedBytes ?? 0) + (distribution?.bufferedBytes ?? 0) }
    /// Whether what follows can be passed over unread.
    var isDeaf: Bool {
        guard let secure, let stream = secure.stream else { return false }
        return !stream.isReadable || isClosedToUs && secure.sealed?.isOver ?? true
    }

    func takeEvents() -> [TraceEvent] {
        defer { events = [] }
        return events
    }

    /// It leads to a node.
    /// - Parameter alive: its name, as far as epmd said it.
    func claim(alive: String?) {
        isOfNodes = true
        guard let alive else { return }
        suppose(alive: alive)
        for index in events.indices where events[index].acceptor.name == nil {
            events[index].acceptor.name = acceptor.name
        }
    }

    /// Nothing more comes of it. What it has reported stays.
    func forget() {
        isForgotten = true
        secure = nil
        distribution = nil
    }

    /// Nothing will be reported of it.
    func abandon(isTooLong: Bool = false) {
        isForeign = true
        self.isTooLong = isTooLong
        events = []
        secure = nil
    }

    // MARK: What the connection does

    func begin(started: Int, connected: Int?) {
        if wasUpBefore { return }
        emit(.started(spoken == .epmd ? .epmd : .distribution), at: started, stage: spoken == .epmd ? .epmd : .tcp)
        if let connected { emit(.connected, at: connected, stage: spoken == .epmd ? .epmd : .tcp) }
    }

    /// It did not come about.
    /// - Parameter isGuess: deduced from nothing but time; it may go on.
    func failed(_ reason: EndReason, at time: Int, isGuess: Bool) {
        isOver = true
        emit(.ended(reason), at: time, stage: spoken == .epmd ? .epmd : .tcp, isGuess: isGuess)
    }

    /// It came about after its end had been reported.
    /// - Parameter wait: microseconds.
    func answered(at time: Int, after wait: Int) {
        emit(.note("answered after \(wait / 1_000) ms"), at: time, stage: spoken == .epmd ? .epmd : .tcp)
        emit(.connected, at: time)
    }

    /// The name of the acceptor as far as epmd said it, until it says its name itself.
    func suppose(alive: String) {
        guard acceptor.name == nil || supposed != nil else { return }
        supposed = alive
        nameSupposed()
    }

    /// epmd has the name without its host. OTP asks in its ClientHello for the host part of the name that it dials.
    func nameSupposed() {
        guard let supposed else { return }
        if let host { return acceptor.name = supposed + "@" + host }
        // Nodes of one cluster have names of one kind: with addresses, or with the names of hosts.
        let host = initiator.name?.split(separator: "@").last
        let hasAddress = host.map { $0.utf8.allSatisfy { $0 < 0x3B } || $0.contains(":") } ?? true
        acceptor.name = hasAddress ? supposed + "@" + acceptorEnd.address.description : supposed
    }

    /// The acceptor has said its name.
    func named(acceptor name: String) {
        acceptor.name = name
        supposed = nil
    }

    func received(
        _ bytes: UnsafeRawBufferPointer, from direction: FlowDirection, at time: Int, _ surroundings: Surroundings
    ) {
        if isForeign { return }
        lastData = time
        defer { if !isOfNodes, !isForeign, events.count > Self.unclaimedEventLimit { abandon(isTooLong: true) } }
        if !isOfNodes, !isEstablished {
            unclaimedBytes += bytes.count
            if unclaimedBytes > Self.unclaimedLimit { return abandon(isTooLong: true) }
        }
        if let findings = lookup?.dissector.received(bytes, from: direction) { emit(findings, at: time) }
        if spoken == .tls {
            if secure?.stream == nil {
                secure?.stream = TLSConversation(cryptography: surroundings.cryptography)
                if !surroundings.secrets.mayGrow { secure?.sealed = EncryptedHandshake() }
            }
            let copy = Array(bytes)
            if let outputs = secure?.stream?.received(
                copy[...], from: direction, at: Int64(time), secrets: surroundings.secrets)
            {
                emit(outputs, surroundings)
            }
            emit(secure?.sealed?.received(copy, from: direction, at: time) ?? [])
        } else if let findings = distribution?.received(bytes, from: direction) {
            emit(findings, at: time)
            if wasUpBefore, !isProof, let isLink = distribution?.isLink {
                isProof = isLink
                isForeign = !isLink
            }
        }
    }

    func secretsChanged(_ surroundings: Surroundings) {
        if let outputs = secure?.stream?.secretsChanged(surroundings.secrets) { emit(outputs, surroundings) }
    }

    func lost(_ count: Int, from direction: FlowDirection, at time: Int, _ surroundings: Surroundings) {
        if !isUp {
            emit(.note("\(count) bytes of it are missing in the capture"), at: time, from: direction.sender)
            // Nobody says a word behind the challenge reply but one who has been let in.
            if spoken == .distribution, lastStage == .reply {
                isUp = true
                emit(.up, at: time, stage: .up, isGuess: true)
            }
            hasGap = true
        }
        distribution?.lost(from: direction)
        secure?.sealed = nil
        if let outputs = secure?.stream?.lost(from: direction, at: Int64(time)) { emit(outputs, surroundings) }
    }

    /// One end closed or reset the connection; nil when it is not known which.
    func closed(by role: Role?, isReset: Bool, at time: Int, _ surroundings: Surroundings) {
        if isOver { return }
        if spoken == .epmd {
            if let findings = lookup?.dissector.closed() { emit(findings, at: time) }
            if isOver { return }
            isOver = true
            guard answer == nil else { return }
            guard !isAside else {
                // How epmd answers the others is not read.
                if lookup?.dissector.request != nil { emit(.note("epmd did not answer"), at: time) }
                return
            }
            emit(.ended(isReset ? .reset(by: role) : .closed(by: role)), at: time, from: role)
            return
        }
        if isReset, let outputs = secure?.stream?.closed(at: Int64(time)) { emit(outputs, surroundings) }
        if isOver { return }
        isOver = true
        guard isUp else {
            if isSealed, !hasReportedSealed, !hasAlert, distribution == nil {
                emit(.note("\(TLSObstacle.noSecrets)"), at: time)
            }
            emit(.ended(endReason(by: role, isReset: isReset, at: time)), at: time, from: role)
            return
        }
        emitTraffic(at: time)
        let who = role.map { "by the \($0.rawValue)" } ?? "by one of the two"
        emit(.down(reason: "connection \(isReset ? "reset" : "closed") \(who)"), at: time, stage: .down, from: role)
    }

    /// The capture is over, and the connection goes on.
    func captureEnded(at time: Int, _ surroundings: Surroundings) {
        if isOver { return }
        if let findings = lookup?.dissector.closed() { emit(findings, at: time) }
        if let outputs = secure?.stream?.closed(at: Int64(time)) { emit(outputs, surroundings) }
        if isUp { emitTraffic(at: time) }
    }

    private func endReason(by role: Role?, isReset: Bool, at time: Int) -> EndReason {
        // What would say why may be in what is missing.
        if hasGap {
            let who = role.map { " by the \($0.rawValue)" } ?? ""
            return .other("closed\(who), and a part of the handshake is missing in the capture")
        }
        switch distribution?.lastStatus {
        case .nok?, .notAllowed?: return .refusedBy(distribution?.lastStatus ?? .nok)
        case .false?: return .refusedBy(.alive)
        default: break
        }
        if lastData > 0, time - lastData >= Self.patience { return .timeout(milliseconds: (time - lastData) / 1_000) }
        return isReset ? .reset(by: role) : .closed(by: role)
    }

    private func emitTraffic(at time: Int) {
        guard let sent = distribution?.traffic(.fromInitiator), let answered = distribution?.traffic(.fromAcceptor),
            !sent.isEmpty || !answered.isEmpty
        else { return }
        emit(
            .note("control messages: the initiator sent \(sent.words); the acceptor \(answered.words)"), at: time,
            stage: .up)
    }

    // MARK: Telling

    /// - Parameter isGuess: deduced from what shows on the outside of records.
    func emit(
        _ what: EventKind, at time: Int, stage: NodeFailure.Stage? = nil, from sender: Role? = nil,
        isGuess: Bool = false
    ) {
        if let stage { lastStage = stage }
        events.append(
            TraceEvent(
                time: time, vantage: .capture, connection: number, initiator: initiator, acceptor: acceptor,
                stage: lastStage, sender: sender, what: what, isGuess: isGuess))
    }
}
