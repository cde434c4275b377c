package import ByteTransport

/// Reads a TLS connection from the outside: both directions' bytes in, handshake messages, alerts and, where the
/// secrets are known, the plaintext out (RFC 5246, RFC 8446).
///
/// It takes whatever comes. What cannot be read is reported with a typed reason, and never ends the other direction.
package struct TLSConversation: Sendable {
    /// Bytes of records that may wait in one direction.
    private static let heldLimit = 256 << 10

    private let cryptography: (any RecordCryptography)?
    private var initiator = TLSSide()
    private var acceptor = TLSSide()
    private var parameters = TLSParameters()
    private var isEstablished = false
    private var hasReportedNoSecrets = false
    private var recordCount = 0
    private var outputs: [TLSOutput] = []

    /// The random numbers of the ClientHellos, which key logs go by; more than one after a renegotiation.
    package private(set) var clientRandoms: [[UInt8]] = []

    /// - Parameter cryptography: without it, only plain text is reported.
    package init(cryptography: (any RecordCryptography)?) { self.cryptography = cryptography }

    /// Whether a stream's first bytes can be those of TLS: a handshake record of version 3. nil when there are too
    /// few of them to say.
    package static func begins(with bytes: some Collection<UInt8>) -> Bool? {
        guard let first = bytes.first else { return nil }
        guard first == TLSRecord.ContentType.handshake, TLSRecordReader.isHeader(bytes) else { return false }
        return bytes.count >= 3 ? true : nil
    }

    /// False once both directions are given up: their bytes need not be collected.
    package var isReadable: Bool { !(initiator.isStopped && acceptor.isStopped) }

    /// Bytes that are kept for later.
    package var bufferedBytes: Int { initiator.bufferedBytes + acceptor.bufferedBytes }

    /// The next bytes of a direction.
    /// - Parameters:
    ///   - time: in a unit of the caller's choice; it comes back with what these bytes complete.
    ///   - secrets: all that are known by now.
    package mutating func received(
        _ bytes: ArraySlice<UInt8>, from direction: FlowDirection, at time: Int64, secrets: TLSSecrets
    ) -> [TLSOutput] {
        var rest = bytes
        do throws(TLSReadError) {
            while !self[direction].isStopped,
                let record = try self[direction].reader.next(from: &rest, skipsContent: self[direction].isClosed)
            {
                take(record, direction, time, secrets)
                drain(secrets)
            }
        } catch {
            stop(direction, error, time)
        }
        return takeOutputs()
    }

    /// Bytes of a direction are missing: it is not read further.
    package mutating func lost(from direction: FlowDirection, at time: Int64) -> [TLSOutput] {
        giveUp(direction)
        stop(direction, .gap, time)
        return takeOutputs()
    }

    /// There are more secrets: records that waited for them come out with their own times.
    package mutating func secretsChanged(_ secrets: TLSSecrets) -> [TLSOutput] {
        drain(secrets)
        return takeOutputs()
    }

    /// The connection, or the capture, is over.
    package mutating func closed(at time: Int64) -> [TLSOutput] {
        for direction in [FlowDirection.fromInitiator, .fromAcceptor] {
            giveUp(direction)
            if let error = self[direction].reader.endError { stop(direction, error, time) }
        }
        return takeOutputs()
    }

    // MARK: Records

    private mutating func take(
        _ record: TLSRecord, _ direction: FlowDirection, _ time: Int64, _ secrets: TLSSecrets
    ) {
        recordCount += 1
        if self[direction].held.isEmpty, process(record, direction, time, secrets) { return }
        self[direction].hold(TLSSide.HeldRecord(record: record, time: time, number: recordCount))
        if self[direction].heldBytes > Self.heldLimit { giveUp(direction) }
    }

    /// Tries again what waits, in the order in which it came as far as that goes: a hello may be among it, which says
    /// how to read the other direction.
    private mutating func drain(_ secrets: TLSSecrets) {
        var waiting: [FlowDirection] = []
        while let direction = nextHeld(except: waiting), let item = self[direction].held.first {
            if process(item.record, direction, item.time, secrets) {
                self[direction].dropFirstHeld()
                waiting = []
            } else {
                waiting.append(direction)
            }
        }
    }

    private func nextHeld(except waiting: [FlowDirection]) -> FlowDirection? {
        [FlowDirection.fromInitiator, .fromAcceptor].filter { !waiting.contains($0) && !self[$0].held.isEmpty }
            .min { (self[$0].held.first?.number ?? 0) < (self[$1].held.first?.number ?? 0) }
    }

    /// What waits will not be read any more.
    private mutating func giveUp(_ direction: FlowDirection) {
        let held = self[direction].takeHeld()
        guard let first = held.first else { return }
        close(direction, parameters.version == nil ? .noBeginning : .noSecrets, first.time)
        for item in held { lookAtClosed(item.record, direction, item.time) }
    }

    /// - Returns: false when the record has to wait.
    private mutating func process(
        _ record: TLSRecord, _ direction: FlowDirection, _ time: Int64, _ secrets: TLSSecrets
    ) -> Bool {
        switch self[direction].records {
        case .clear: return processClear(record, direction, time)
        case .closed:
            lookAtClosed(record, direction, time)
            return true
        case .sealed(let key):
            if parameters.version == .tls13 {
                // For the sake of boxes in between that know TLS 1.2 only.
                if record.type == TLSRecord.ContentType.changeCipherSpec { return true }
                // From an end that has no keys yet.
                if record.type == TLSRecord.ContentType.alert, record.fragment.count == 2 {
                    handle(record.type, record.fragment[...], direction, time)
                    return true
                }
            }
            return processSealed(record, key, direction, time, secrets)
        }
    }

    private mutating func processClear(_ record: TLSRecord, _ direction: FlowDirection, _ time: Int64) -> Bool {
        switch record.type {
        case TLSRecord.ContentType.changeCipherSpec where parameters.version == nil:
            self[direction].hasChangedEarly = true
        case TLSRecord.ContentType.handshake where parameters.version == nil && self[direction].hasChangedEarly:
            // The other direction is not in the capture, or this is the second ClientHello.
            guard parameters.wasRetried || record.fragment.first == 1 else {
                close(direction, .noBeginning, time)
                break
            }
            handle(record.type, record.fragment[...], direction, time)
        case TLSRecord.ContentType.applicationData where parameters.version == nil:
            // Early data, or a packet that overtook the acceptor's.
            if direction == .fromInitiator, parameters.clientRandom != nil { return false }
            close(direction, .noBeginning, time)
        default:
            handle(record.type, record.fragment[...], direction, time)
        }
        return true
    }

    private mutating func processSealed(
        _ record: TLSRecord, _ key: TLSRecordProtection?, _ direction: FlowDirection, _ time: Int64,
        _ secrets: TLSSecrets
    ) -> Bool {
        var protection: TLSRecordProtection
        if let key {
            protection = key
        } else {
            switch parameters.protection(direction, self[direction].epoch, secrets, cryptography) {
            case .key(let found): protection = found
            case .noSecret where secrets.mayGrow: return false
            case .noSecret:
                close(direction, .noSecrets, time)
                lookAtClosed(record, direction, time)
                return true
            case .hopeless(let obstacle):
                close(direction, obstacle, time)
                lookAtClosed(record, direction, time)
                return true
            }
        }
        guard let content = protection.open(record) else {
            // Early data has a key of its own, and nobody waits for it.
            let isEarly = direction == .fromInitiator && parameters.offersEarlyData && !self[direction].hasOpened
            if isEarly, parameters.version == .tls13 { return true }
            close(direction, .wrongSecrets, time)
            lookAtClosed(record, direction, time)
            return true
        }
        self[direction].hasOpened = true
        self[direction].records = .sealed(protection)
        handle(content.type, content.bytes, direction, time)
        return true
    }

    /// Records from here on stay closed.
    private mutating func close(_ direction: FlowDirection, _ obstacle: TLSObstacle, _ time: Int64) {
        self[direction].records = .closed
        if obstacle == .noSecrets {
            if hasReportedNoSecrets { return }
            hasReportedNoSecrets = true
        }
        emit(.cannotDecrypt(obstacle), direction, time)
    }

    /// What the header of an encrypted record shows.
    private mutating func lookAtClosed(_ record: TLSRecord, _ direction: FlowDirection, _ time: Int64) {
        guard let version = parameters.version else { return }
        if version == .tls13 {
            guard record.type == TLSRecord.ContentType.applicationData else { return }
            // Two bytes, their type and a tag. Nothing else that is sent is as short: a tick has four bytes.
            let isAlert = record.count == 19
            if isAlert { return emit(.encryptedAlert, direction, time) }
            switch direction {
            case .fromInitiator: initiator.isThrough = true
            // An answer to what the initiator sent under its keys.
            case .fromAcceptor: acceptor.isThrough = initiator.isThrough
            }
        } else {
            switch record.type {
            case TLSRecord.ContentType.alert: return emit(.encryptedAlert, direction, time)
            case TLSRecord.ContentType.handshake: self[direction].isThrough = true
            default: return
            }
        }
        establish(direction, time)
    }

    // MARK: Content

    private mutating func handle(
        _ type: UInt8, _ bytes: ArraySlice<UInt8>, _ direction: FlowDirection, _ time: Int64
    ) {
        switch type {
        case TLSRecord.ContentType.handshake: assemble(bytes, direction, time)
        case TLSRecord.ContentType.applicationData:
            // Data in clear is no TLS.
            guard case .sealed = self[direction].records else {
                return stop(direction, .unexpected(contentType: type), time)
            }
            if !bytes.isEmpty { emit(.plaintext(Array(bytes)), direction, time) }
        case TLSRecord.ContentType.changeCipherSpec:
            self[direction].records = .sealed(nil)
            emit(.changeCipherSpec, direction, time)
        case TLSRecord.ContentType.alert:
            guard !bytes.isEmpty, bytes.count % 2 == 0 else {
                return stop(direction, .unexpected(contentType: type), time)
            }
            for index in stride(from: bytes.startIndex, to: bytes.endIndex, by: 2) {
                emit(.alert(level: bytes[index], description: bytes[index + 1]), direction, time)
            }
        case TLSRecord.ContentType.heartbeat: break
        default: stop(direction, .unexpected(contentType: type), time)
        }
    }

    private mutating func assemble(_ bytes: ArraySlice<UInt8>, _ direction: FlowDirection, _ time: Int64) {
        self[direction].messages.append(bytes)
        do throws(TLSReadError) {
            while !self[direction].isStopped, let message = try self[direction].messages.next() {
                let decoded = try TLSHandshakeMessage(
                    type: message.type, body: message.body, version: parameters.version)
                emit(.message(decoded), direction, time)
                try follow(decoded, direction, time)
            }
        } catch {
            stop(direction, error, time)
        }
    }

    /// What a message changes for the records behind it.
    private mutating func follow(
        _ message: TLSHandshakeMessage, _ direction: FlowDirection, _ time: Int64
    ) throws(TLSReadError) {
        switch message {
        case .clientHello(let hello):
            guard direction == .fromInitiator else { throw .wrongDirection(type: 1) }
            parameters.clientRandom = hello.random
            parameters.offersEarlyData = hello.offersEarlyData
            // A peer that renegotiates for ever fills no memory.
            if !clientRandoms.contains(hello.random), clientRandoms.count < 16 { clientRandoms.append(hello.random) }
        case .serverHello(let hello):
            guard direction == .fromAcceptor else { throw .wrongDirection(type: 2) }
            guard !hello.isRetryRequest else {
                parameters.wasRetried = true
                return
            }
            parameters.serverRandom = hello.random
            parameters.version = hello.version
            parameters.suite = hello.cipherSuite
            parameters.encryptsThenAuthenticates = hello.encryptsThenAuthenticates
            if hello.version == .tls13 {
                for direction in [FlowDirection.fromInitiator, .fromAcceptor] where self[direction].isOpen {
                    self[direction].records = .sealed(nil)
                    self[direction].epoch = .handshake
                }
            } else if initiator.hasChangedEarly, initiator.isOpen {
                initiator.records = .sealed(nil)
            }
        case .finished:
            self[direction].isThrough = true
            if parameters.version == .tls13 {
                self[direction].records = .sealed(nil)
                self[direction].epoch = .traffic
            }
            establish(direction, time)
        case .keyUpdate:
            guard case .sealed(let key?) = self[direction].records else { return }
            if let next = key.updated() { self[direction].records = .sealed(next) }
        default: break
        }
    }

    private mutating func establish(_ direction: FlowDirection, _ time: Int64) {
        guard !isEstablished, initiator.isThrough, acceptor.isThrough, let version = parameters.version,
            let suite = parameters.suite
        else { return }
        isEstablished = true
        emit(.established(version: version, cipher: suite), direction, time)
    }

    // MARK: Telling

    private mutating func stop(_ direction: FlowDirection, _ error: TLSReadError, _ time: Int64) {
        guard !self[direction].isStopped else { return }
        self[direction].stop()
        emit(.stopped(error), direction, time)
    }

    private mutating func emit(_ content: TLSOutput.Content, _ direction: FlowDirection, _ time: Int64) {
        outputs.append(TLSOutput(time: time, direction: direction, content: content))
    }

    private mutating func takeOutputs() -> [TLSOutput] {
        defer { outputs = [] }
        return outputs
    }

    private subscript(direction: FlowDirection) -> TLSSide {
        get { direction == .fromInitiator ? initiator : acceptor }
        _modify {
            if direction == .fromInitiator { yield &initiator } else { yield &acceptor }
        }
    }
}
