import ByteTransport
import DistributionProtocol
import ErlangNode

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
    private final class Secure {
        var stream: TLSConversation?
        var sealed: SealedHandshake?
    }

    private final class Lookup {
        var dissector = EPMDDissector()
        var answer: EPMDResponse?
        var registration: EPMDRegistration?
    }

    /// After so long without a word (microseconds) it is a timer that closes a connection; net_setuptime is 1 s at
    /// least, and 7 s unless somebody has changed it.
    private static let patience = 900_000

    /// Tells the connections of the capture apart.
    let number: Int
    private(set) var initiator: Party
    private(set) var acceptor: Party
    let initiatorEnd: TCPEnd
    let acceptorEnd: TCPEnd
    let spoken: SpokenProtocol
    private let lookup: Lookup?
    private var distribution: DistributionDissector?
    private var secure: Secure?
    private var hasToldSealed = false
    /// Whether the records of a connection that is established stay sealed.
    private var isClosedToUs: Bool { isEstablished && isSealed }
    private var isSealed = false
    /// Whether an alert says why it ended.
    private var hasAlert = false
    private(set) var isUp = false
    private(set) var isOver = false
    let wasUpBefore: Bool
    /// Whether it has been taken for a proof that a node listens where it leads.
    var isProof = false
    /// Whether its packets are awaited no more.
    private(set) var isForgotten = false
    /// What the ClientHello asked for.
    private var host: String?
    private(set) var lastStage = NodeFailure.Stage.tcp
    /// When the last bytes came.
    private var lastData = 0
    /// Whether it turned out to be about something else than nodes.
    private(set) var isForeign = false
    /// Whether it is known to be about nodes. TLS may be anything: until something says so, nothing is told of it.
    private(set) var isOfNodes: Bool
    /// Whether both ends of TLS have said that they are done.
    private(set) var isEstablished = false
    /// What epmd has answered.
    var answer: EPMDResponse? { lookup?.answer }
    var registration: EPMDRegistration? { lookup?.registration }
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
        nameAcceptor(host)
        for index in events.indices where events[index].acceptor.name == nil {
            events[index].acceptor.name = acceptor.name
        }
    }

    /// Nothing more comes of it. What it has told stays.
    func forget() {
        isForgotten = true
        secure = nil
        distribution = nil
    }

    /// Nothing will be told of it.
    func abandon() {
        isForeign = true
        events = []
        secure = nil
    }

    // MARK: What the connection does

    func begin(started: Int, connected: Int?) {
        if wasUpBefore { return }
        tell(.started(spoken == .epmd ? .epmd : .distribution), at: started, stage: spoken == .epmd ? .epmd : .tcp)
        if let connected { tell(.connected, at: connected, stage: spoken == .epmd ? .epmd : .tcp) }
    }

    /// The name of the acceptor as far as epmd said it, for connections that do not say themselves.
    func suppose(alive: String) {
        guard acceptor.name == nil else { return }
        // Nodes of one cluster have names of one kind: with addresses, or with the names of hosts.
        let host = initiator.name?.split(separator: "@").last
        let hasAddress = host.map { $0.utf8.allSatisfy { $0 < 0x3B } || $0.contains(":") } ?? true
        acceptor.name = hasAddress ? alive + "@" + acceptorEnd.address.description : alive
    }

    func received(
        _ bytes: UnsafeRawBufferPointer, from direction: FlowDirection, at time: Int, _ surroundings: Surroundings
    ) {
        lastData = time
        if let findings = lookup?.dissector.received(bytes, from: direction) { tell(findings, at: time) }
        if spoken == .tls {
            if secure?.stream == nil {
                secure?.stream = TLSConversation(cryptography: surroundings.cryptography)
                if !surroundings.secrets.mayGrow { secure?.sealed = SealedHandshake() }
            }
            let copy = Array(bytes)
            if let outputs = secure?.stream?.received(
                copy[...], from: direction, at: Int64(time), secrets: surroundings.secrets)
            {
                tell(outputs, surroundings)
            }
            tell(secure?.sealed?.received(copy, from: direction, at: time) ?? [])
        } else if let findings = distribution?.received(bytes, from: direction) {
            tell(findings, at: time)
        }
    }

    func secretsChanged(_ surroundings: Surroundings) {
        if let outputs = secure?.stream?.secretsChanged(surroundings.secrets) { tell(outputs, surroundings) }
    }

    func lost(_ count: Int, from direction: FlowDirection, at time: Int, _ surroundings: Surroundings) {
        if !isUp { tell(.note("\(count) bytes of it are missing in the capture"), at: time, from: direction.sender) }
        distribution?.lost(from: direction)
        secure?.sealed = nil
        if let outputs = secure?.stream?.lost(from: direction, at: Int64(time)) { tell(outputs, surroundings) }
    }

    /// One end closed or reset the connection; nil when it cannot be told which.
    func closed(by role: Role?, isReset: Bool, at time: Int, _ surroundings: Surroundings) {
        if isOver { return }
        if spoken == .epmd {
            if let findings = lookup?.dissector.closed() { tell(findings, at: time) }
            if isOver { return }
            isOver = true
            if answer == nil { tell(.ended(isReset ? .reset(by: role) : .closed(by: role)), at: time, from: role) }
            return
        }
        if isReset, let outputs = secure?.stream?.closed(at: Int64(time)) { tell(outputs, surroundings) }
        if isOver { return }
        isOver = true
        guard isUp else {
            if isSealed, !hasToldSealed, !hasAlert, distribution == nil {
                tell(.note("\(TLSObstacle.noSecrets)"), at: time)
            }
            tell(.ended(endReason(by: role, isReset: isReset, at: time)), at: time, from: role)
            return
        }
        tellTraffic(at: time)
        let who = role.map { "by the \($0.rawValue)" } ?? "by one of the two"
        tell(.down(reason: "connection \(isReset ? "reset" : "closed") \(who)"), at: time, stage: .down, from: role)
    }

    /// The capture is over, and the connection goes on.
    func captureEnded(at time: Int, _ surroundings: Surroundings) {
        if isOver { return }
        if let findings = lookup?.dissector.closed() { tell(findings, at: time) }
        if let outputs = secure?.stream?.closed(at: Int64(time)) { tell(outputs, surroundings) }
        if isUp { tellTraffic(at: time) }
    }

    private func endReason(by role: Role?, isReset: Bool, at time: Int) -> EndReason {
        switch distribution?.lastStatus {
        case .nok?, .notAllowed?: return .refusedBy(distribution?.lastStatus ?? .nok)
        case .false?: return .refusedBy(.alive)
        default: break
        }
        if lastData > 0, time - lastData >= Self.patience { return .timeout(milliseconds: (time - lastData) / 1_000) }
        return isReset ? .reset(by: role) : .closed(by: role)
    }

    private func tellTraffic(at time: Int) {
        guard let sent = distribution?.traffic(.fromInitiator), let answered = distribution?.traffic(.fromAcceptor),
            !sent.isEmpty || !answered.isEmpty
        else { return }
        tell(
            .note("control messages: the initiator sent \(sent.words); the acceptor \(answered.words)"), at: time,
            stage: .up)
    }

    // MARK: What was read

    /// - Parameter isGuess: told by what shows on the outside of records.
    func tell(
        _ what: Occurrence, at time: Int, stage: NodeFailure.Stage? = nil, from sender: Role? = nil,
        isGuess: Bool = false
    ) {
        if let stage { lastStage = stage }
        events.append(
            TraceEvent(
                time: time, vantage: .capture, connection: number, initiator: initiator, acceptor: acceptor,
                stage: lastStage, sender: sender, what: what, isGuess: isGuess))
    }

    private func tell(_ findings: [EPMDDissector.Finding], at time: Int) {
        for finding in findings {
            switch finding {
            case .request(.portPlease(let alive)):
                tell(.epmd(EPMDFacts(.port, isAnswer: false, alive: alive)), at: time, from: .initiator)
            case .request(.names): tell(.epmd(EPMDFacts(.names, isAnswer: false)), at: time, from: .initiator)
            case .request(.alive(let node)):
                lookup?.registration = node
                initiator.name = nil
                let facts = EPMDFacts(.register, isAnswer: false, alive: node.alive, port: node.port)
                tell(.epmd(facts), at: time, from: .initiator)
            case .otherRequest: tell(.epmd(EPMDFacts(.other, isAnswer: false)), at: time, from: .initiator)
            case .response(let response): tell(response, at: time)
            case .unreadable(let text, let direction): tell(.note(text), at: time, from: direction.sender)
            }
        }
    }

    private func tell(_ response: EPMDResponse, at time: Int) {
        lookup?.answer = response
        switch response {
        case .port(let node):
            let facts = EPMDFacts(.port, isAnswer: true, alive: node.alive, port: node.port)
            tell(.epmd(facts), at: time, from: .acceptor)
        case .notRegistered:
            var alive: String?
            if case .portPlease(let name) = lookup?.dissector.request { alive = name }
            tell(.epmd(EPMDFacts(.port, isAnswer: true, alive: alive)), at: time, from: .acceptor)
            if let alive { acceptor.name = alive + "@" + acceptorEnd.address.description }
            isOver = true
            tell(.ended(.notRegistered), at: time)
        case .names(let names):
            let facts = EPMDFacts(.names, isAnswer: true, names: names.nodes.map(\.alive))
            tell(.epmd(facts), at: time, from: .acceptor)
        case .alive:
            let facts = EPMDFacts(
                .register, isAnswer: true, alive: registration?.alive, port: registration?.port)
            tell(.epmd(facts), at: time, from: .acceptor)
        case .aliveRefused(let result):
            tell(.epmd(EPMDFacts(.register, isAnswer: true, alive: registration?.alive)), at: time, from: .acceptor)
            tell(.note("epmd refuses the name (result \(result)): it is taken"), at: time)
        }
    }

    private func tell(_ findings: [DistributionDissector.Finding], at time: Int) {
        for finding in findings {
            switch finding {
            case .notDistribution(_, let direction) where !isOfNodes && direction == .fromInitiator:
                isForeign = true
            case .message(let event, let direction):
                isOfNodes = true
                learnName(event, direction)
                tell(.handshake(HandshakeDetail(event)), at: time, stage: event.message.stage, from: direction.sender)
            case .up:
                isUp = true
                tell(.up, at: time, stage: .up)
            case .speaksTLS(let alert, let firstBytes, let direction):
                if let alert {
                    tell(.alert(AlertFacts(level: 2, description: alert)), at: time, from: direction.sender)
                }
                end(.notDistribution(firstBytes), at: time, from: direction)
            case .notDistribution(let firstBytes, let direction):
                end(.notDistribution(firstBytes), at: time, from: direction)
            case .unreadable(let text, let direction): tell(.note(text), at: time, from: direction.sender)
            }
        }
    }

    private func end(_ reason: EndReason, at time: Int, from direction: FlowDirection) {
        if isOver { return }
        isOver = true
        tell(.ended(reason), at: time, from: direction.sender)
    }

    private func learnName(_ event: HandshakeEvent, _ direction: FlowDirection) {
        guard let name = event.name else { return }
        switch (event.message, direction) {
        // A dynamic name comes with the status; until then it is a host.
        case (.name, .fromInitiator) where name.contains("@"): initiator.name = name
        case (.status, .fromAcceptor): initiator.name = name
        case (.challenge, .fromAcceptor): acceptor.name = name
        default: break
        }
    }

    private func tell(_ guesses: [SealedHandshake.Guess]) {
        guard let first = guesses.first else { return }
        if !hasToldSealed {
            hasToldSealed = true
            tell(.note("encrypted: what follows is told by the order and lengths of the records"), at: first.time)
        }
        for guess in guesses {
            let what = Occurrence.handshake(HandshakeDetail(guess.message))
            tell(what, at: guess.time, stage: guess.message.stage, from: guess.direction.sender, isGuess: true)
            if guess.isProof { isOfNodes = true }
            if guess.message == .challengeAck {
                isUp = true
                tell(.up, at: guess.time, stage: .up, isGuess: true)
            }
        }
    }
}

// MARK: TLS

extension Conversation {
    private func tell(_ outputs: [TLSOutput], _ surroundings: Surroundings) {
        for output in outputs {
            let (time, role) = (Int(output.time), output.direction.sender)
            switch output.content {
            case .message(let message): tell(message, at: time, from: role, surroundings)
            case .changeCipherSpec: break
            case .alert(let level, let description):
                hasAlert = hasAlert || level == 2
                tell(.alert(AlertFacts(level: level, description: description)), at: time, from: role)
            case .encryptedAlert:
                tell(.tlsMessage(.encryptedAlert), at: time, from: role)
            case .established(let version, let cipher):
                tell(.secured(version: version.description, cipher: cipher.name), at: time, stage: .tls)
                isEstablished = true
                // What can be read need not be guessed.
                if !isSealed { secure?.sealed = nil }
                tell(secure?.sealed?.established(cipher: cipher.name, isTLS13: version > .tls12) ?? [])
            case .plaintext(let bytes):
                secure?.sealed = nil
                if distribution == nil { beginSecureDistribution() }
                let findings = bytes.withUnsafeBytes { bytes in
                    distribution?.received(bytes, from: output.direction) ?? []
                }
                tell(findings, at: time)
            case .cannotDecrypt(let obstacle):
                isSealed = true
                // The secrets are missed only by what follows.
                if obstacle == .noSecrets, secure?.sealed != nil { break }
                secure?.sealed = nil
                if lastStage < .name { tell(.note("\(obstacle)"), at: time, from: role) }
            case .stopped(.notTLS(let bytes)):
                end(.notTLS(bytes), at: time, from: output.direction)
            case .stopped(let error):
                if !isOver, !isUp { tell(.note("\(error)"), at: time, from: role) }
            }
        }
    }

    private func tell(
        _ message: TLSHandshakeMessage, at time: Int, from role: Role, _ surroundings: Surroundings
    ) {
        switch message {
        case .clientHello(let hello):
            host = hello.serverName
            nameAcceptor(host)
            // Nodes do not negotiate what to speak inside.
            if !hello.applicationProtocols.isEmpty, !isOfNodes { isForeign = true }
        case .certificate(let chain) where !chain.isEmpty:
            let known = chain.compactMap(surroundings.certificateFacts)
            tell(.certificates(shownBy: role, known, nil), at: time, stage: .tls, from: role)
            return
        default: break
        }
        tell(.tlsMessage(TLSMessageFacts(message)), at: time, stage: .tls, from: role)
    }

    /// epmd gave the name, the ClientHello the host: OTP asks for the host part of the node's name.
    private func nameAcceptor(_ host: String?) {
        guard let host, let name = acceptor.name, let at = name.firstIndex(of: "@") else { return }
        acceptor.name = name[...at] + host
    }

    private func beginSecureDistribution() {
        distribution = DistributionDissector(prefix: .tls)
        // It will say itself.
        acceptor.name = nil
    }

}

extension HandshakeMessageKind {
    /// The stage of a connection that the message belongs to.
    var stage: NodeFailure.Stage {
        switch self {
        case .name: .name
        case .status: .status
        case .challenge, .complement: .challenge
        case .challengeReply: .reply
        case .challengeAck: .ack
        }
    }
}

extension Endpoint {
    init(_ end: TCPEnd) { self.init(host: end.address.description, port: end.port) }
}
