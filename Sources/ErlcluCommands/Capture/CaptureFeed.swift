import ByteTransport
import HandshakeTrace
import PacketCapture
import TLSTransport

/// Brings a capture's bytes to the decoder: through one buffer that is used again and again, so that a file of any
/// size takes the memory of its largest packet.
struct CaptureFeed {
    private static let pieceBytes = 1 << 20
    /// How often other things are looked at while no packet comes.
    static let pause = Duration.milliseconds(250)

    private let source: any ByteSource
    private let keyLog: KeyLogFollower?
    private var reader = CaptureFileReader()
    private var buffer: [UInt8]
    private var filled = 0
    /// Bytes that have been read so far.
    private(set) var readBytes = 0
    let decoder: CaptureDecoder
    /// When the last packets came, by our clock and by theirs: the other host's may be wrong.
    private var lastCame: (own: Instant, theirs: Int)?

    /// - Parameters:
    ///   - keyLog: a file with the secrets of TLS connections.
    ///   - nodePorts: ports at which nodes listen.
    init(
        _ source: any ByteSource, keyLog: KeyLogFollower?, keepsPackets: Bool, nodePorts: [ClosedRange<UInt16>]
    ) {
        self.source = source
        self.keyLog = keyLog
        buffer = [UInt8](repeating: 0, count: Self.pieceBytes)
        decoder = CaptureDecoder(
            cryptography: Self.cryptography(), keepsPackets: keepsPackets, nodePorts: nodePorts,
            certificateFacts: { try? Certificate(der: $0).facts })
        var secrets = TLSSecrets()
        secrets.mayGrow = source.isLive && keyLog != nil
        decoder.change(secrets: secrets)
    }

    private static func cryptography() -> RecordCipher? { try? RecordCipher() }

    var interfaces: [CaptureInterface] { reader.interfaces }
    /// What stood around the capture, where a terminal mixed it in.
    var text: [UInt8] { reader.text }
    /// How large the file is; nil where that is not known.
    var size: Int? { source.size }
    /// Whether packets come as they are captured.
    var isLive: Bool { source.isLive }

    enum Step {
        case read
        /// Nothing came for a while.
        case idle
        case ended
    }

    /// Waits until more can be read, for a moment, and not beyond `end`.
    @LoopActor
    func awaitBytes(until end: Instant?) async {
        let pause = Instant.now + Self.pause
        await source.awaitBytes(until: end.map { min($0, pause) } ?? pause)
    }

    /// Reads on, and lets the decoder see what came.
    /// - Parameter now: the time.
    mutating func advance(at now: Instant) throws(CaptureFeedFault) -> Step {
        if filled == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
        var came: Int?
        do throws(FileFault) { came = try read() } catch { throw .file(nil, error) }
        // Only now: secrets are written before what they open is sent.
        try readKeyLog()
        guard let came else {
            if let lastCame, now > lastCame.own {
                decoder.passed(lastCame.theirs + Int((now.nanoseconds - lastCame.own.nanoseconds) / 1_000))
            }
            return .idle
        }
        filled += came
        readBytes += came
        defer { if source.isLive { lastCame = (now, decoder.lastTime) } }
        do throws(CaptureFileError) {
            try decode()
            guard came == 0 else { return .read }
            try finish()
            return .ended
        } catch {
            decoder.finish()
            throw .capture(error)
        }
    }

    /// Takes what has come for all that there is.
    func stop() { decoder.finish() }

    private func readKeyLog() throws(CaptureFeedFault) {
        guard let keyLog else { return }
        do throws(FileFault) {
            var news = try keyLog.news()
            // The last line of a file may lack its end.
            if !source.isLive, !news.isEmpty { news.append(0x0A) }
            if !news.isEmpty { decoder.add(keyLog: news) }
        } catch {
            throw .file(keyLog.path, error)
        }
    }

    private mutating func read() throws(FileFault) -> Int? {
        let source = self.source
        let filled = self.filled
        let result = buffer.withUnsafeMutableBytes { bytes -> Result<Int?, FileFault> in
            do throws(FileFault) {
                let room = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
                return .success(try source.read(into: room))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func decode() throws(CaptureFileError) {
        var position = 0
        var reader = self.reader
        let (decoder, filled) = (self.decoder, self.filled)
        let result = buffer.withUnsafeBytes { bytes -> Result<Void, CaptureFileError> in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<filled])
            do throws(CaptureFileError) {
                return .success(try decoder.received(bytes, from: &position, by: &reader))
            } catch {
                return .failure(error)
            }
        }
        self.reader = reader
        try result.get()
        if position == 0 { return }
        let (used, rest) = (position, self.filled - position)
        buffer.withUnsafeMutableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: bytes[..<rest]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[used..<used + rest]))
        }
        self.filled = rest
    }

    private func finish() throws(CaptureFileError) {
        decoder.finish()
        let (reader, filled) = (self.reader, self.filled)
        let result = buffer.withUnsafeBytes { bytes -> Result<Void, CaptureFileError> in
            do throws(CaptureFileError) {
                return .success(try reader.finish(rest: UnsafeRawBufferPointer(rebasing: bytes[..<filled])))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

/// Why a capture could not be read to its end.
enum CaptureFeedFault: Error {
    /// The name of the file, when it is not the capture itself.
    case file(String?, FileFault)
    case capture(CaptureFileError)
}

/// Reads a key log that another program may still be writing.
struct KeyLogFollower {
    let path: String
    let source: any ByteSource

    /// What has been added since the last time.
    func news() throws(FileFault) -> [UInt8] {
        var news: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let result = chunk.withUnsafeMutableBytes { bytes -> Result<Int?, FileFault> in
                do throws(FileFault) { return .success(try source.read(into: bytes)) } catch {
                    return .failure(error)
                }
            }
            guard let count = try result.get(), count > 0 else { return news }
            news += chunk[..<count]
        }
    }
}
