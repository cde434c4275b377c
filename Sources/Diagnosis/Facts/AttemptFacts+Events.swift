import DistributionProtocol

extension AttemptFacts {
    /// What a trace's or a capture's events say of one attempt.
    /// - Parameter now: when it ended: seconds since 1970.
    package init(initiator: Party, acceptor: Party, now: Int, events: [TraceEvent]) {
        self.init(initiator: initiator, acceptor: acceptor, now: now)
        for event in events { add(event) }
        for side in Role.allCases { waited[side] = Self.wait(events.filter { $0.side == side }) }
        // Between the two, the name is known by what epmd was asked for, until the acceptor says its own.
        let beforeItsName = events.prefix { !$0.isChallenge }
        dialled = beforeItsName.last { $0.vantage == .capture && $0.acceptor.name != nil }?.acceptor.name
    }

    private mutating func add(_ event: TraceEvent) {
        switch event.what {
        case .certificates(let owner, let chain, let verdict):
            if certificates[owner]?.isEmpty != false { certificates[owner] = chain }
            if case .refused(let defect, let index)? = verdict {
                refusals.append(Refusal(owner: owner, chain: chain, defect: defect, depth: index))
            }
        case .alert(let alert) where alert.level == 2 && alert.description != 0:
            alerts.append(Alert(sender: event.sender, alert))
        case .tlsMessage(let message): add(message, from: event.sender)
        case .secured(let version, _):
            // A node says so of its own side of the handshake, and the other side's verdict may be due still.
            if event.vantage == .capture { isSecured = true }
            self.version = version
        case .handshake(let detail):
            if detail.status == .alive { isHeldForAlive = true }
            if let sender = event.sender, let shown = detail.flags, flags[sender] == nil { flags[sender] = shown }
        case .ended(let reason):
            ends.append(End(side: event.side, reason: reason, stage: event.stage, sender: event.sender))
        default: break
        }
        // From between, an end shows what it speaks by speaking, which a close is not.
        if event.side == nil, event.isClose { return }
        guard let side = event.side ?? (event.vantage == .capture ? event.sender : nil) else { return }
        switch event.stage {
        case .tls: secureSides.insert(side)
        case .name, .status: if !secureSides.contains(side) { plainSides.insert(side) }
        default: break
        }
    }

    private mutating func add(_ message: TLSMessageFacts, from sender: Role?) {
        if message == .encryptedAlert, version == "TLS 1.3", !isSecured { sealedAlert = sender }
        switch message.type {
        case TLSMessageType.serverHello:
            isHelloAnswered = true
            version = message.versions.count == 1 ? message.versions[0] : version
        case TLSMessageType.certificateRequest: isCertificateRequested = true
        case TLSMessageType.certificate:
            // One with certificates is an event of its own.
            if let sender, certificates[sender] == nil { certificates[sender] = [] }
        default: break
        }
    }

    private static func wait(_ events: [TraceEvent]) -> Int? {
        guard let connected = events.first(where: { $0.what == .connected })?.time,
            let end = events.last(where: { if case .ended = $0.what { true } else { false } })?.time
        else { return nil }
        return end - connected
    }
}

extension TraceEvent {
    /// Whether it is an end without a word.
    fileprivate var isClose: Bool {
        switch what {
        case .ended(.closed), .ended(.reset), .ended(.timeout), .ended(.other): true
        default: false
        }
    }

    fileprivate var isChallenge: Bool {
        if case .handshake(let detail) = what { detail.message == .challenge } else { false }
    }
}
