import ByteTransport

/// What is known of one direction of a TLS connection.
struct TLSSide: Sendable {
    enum Records: Sendable {
        case clear
        /// Under a key, which is looked for when the first such record comes.
        case sealed(TLSRecordProtection?)
        /// Under a key that nobody knows.
        case closed
    }

    /// Which of TLS 1.3's keys is in force.
    enum Epoch: Sendable {
        case handshake
        case traffic
    }

    /// A record that waits for the other side's hello, or for secrets.
    struct HeldRecord: Sendable {
        var record: TLSRecord
        var time: Int64
        /// Its place among the records of both directions.
        var number: Int
    }

    var reader = TLSRecordReader()
    var messages = TLSMessageAssembler()
    var records = Records.clear
    var epoch = Epoch.handshake
    var held: ArraySlice<HeldRecord> = []
    var heldBytes = 0
    /// Whether a record was opened with a key.
    var hasOpened = false
    /// ChangeCipherSpec came while no version was agreed on.
    var hasChangedEarly = false
    /// Finished has been sent.
    var isThrough = false
    var isStopped = false

    /// Whether records will be opened no more.
    var isClosed: Bool {
        if case .closed = records { held.isEmpty } else { false }
    }

    var isOpen: Bool { !isStopped && !isClosed }

    var bufferedBytes: Int { reader.bufferedBytes + messages.bufferedBytes + heldBytes }

    mutating func hold(_ item: HeldRecord) {
        held.append(item)
        heldBytes += item.record.fragment.count + TLSRecord.headerBytes
    }

    mutating func dropFirstHeld() {
        guard let item = held.popFirst() else { return }
        heldBytes -= item.record.fragment.count + TLSRecord.headerBytes
        if held.isEmpty { held = [] }
    }

    mutating func takeHeld() -> ArraySlice<HeldRecord> {
        defer { (held, heldBytes) = ([], 0) }
        return held
    }

    mutating func stop() {
        self = TLSSide()
        isStopped = true
    }
}

/// What the hellos agreed on, as far as they were seen.
struct TLSParameters: Sendable {
    var clientRandom: [UInt8]?
    var serverRandom: [UInt8]?
    var version: TLSVersion?
    var suite: TLSCipherSuite?
    var encryptsThenAuthenticates = false
    var offersEarlyData = false
    var wasRetried = false

    enum Finding {
        case key(TLSRecordProtection)
        case noSecret
        case hopeless(TLSObstacle)
    }

    /// The key of a direction's records.
    func protection(
        _ direction: FlowDirection, _ epoch: TLSSide.Epoch, _ secrets: TLSSecrets,
        _ cryptography: (any RecordCryptography)?
    ) -> Finding {
        guard let clientRandom, let serverRandom, let version, let suite else { return .hopeless(.noBeginning) }
        guard version == .tls12 || version == .tls13 else { return .hopeless(.unsupportedVersion(version)) }
        guard let protection = suite.protection else { return .hopeless(.unsupportedCipher(suite)) }
        guard let cryptography else { return .hopeless(.noCryptography) }
        guard let entry = secrets[clientRandom] else { return .noSecret }
        let found: TLSRecordProtection?
        if version == .tls13 {
            let secret = epoch == .handshake ? entry.handshake(direction) : entry.traffic(direction)
            guard let secret else { return .noSecret }
            found = TLSRecordProtection(suite: protection, trafficSecret: secret, cryptography: cryptography)
        } else {
            guard let master = entry.master else { return .noSecret }
            found = TLSRecordProtection(
                suite: protection, direction: direction, master: master, clientRandom: clientRandom,
                serverRandom: serverRandom, encryptsThenAuthenticates: encryptsThenAuthenticates,
                cryptography: cryptography)
        }
        return found.map(Finding.key) ?? .hopeless(.wrongSecrets)
    }
}
