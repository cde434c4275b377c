import Diagnosis
import HandshakeTrace
import PacketCapture

/// Promises of reading captures: whatever comes ends with events or a typed error, and how it was cut on its way does
/// not matter.
enum CaptureFuzzing {
    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        guard let chunks = ChunkedInput(input) else { return }
        let torn = read(chunks)
        let whole = read(ChunkedInput([UInt8(chunks.variant)] + chunks.bytes) ?? chunks)
        try FuzzFinding.check(torn.events == whole.events, "events depend on the chunks")
        try FuzzFinding.check(torn.fault == whole.fault, "\(String(describing: torn.fault)), then \(whole)")
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in whole.events {
            ledger.add(event)
            guard case .alert = event.what else { continue }
            try FuzzFinding.check(event.sender != nil, "an alert of nobody")
        }
    }

    private struct Reading {
        var events: [TraceEvent] = []
        var fault: CaptureFileError?
    }

    private static func read(_ chunks: ChunkedInput) -> Reading {
        // TLS is told where nodes are known to listen, and held back elsewhere.
        let decoder = CaptureDecoder(
            cryptography: nil, keepsPackets: chunks.variant & 1 == 1,
            nodePorts: chunks.variant & 2 == 2 ? [0...UInt16.max] : [], certificateFacts: { _ in nil })
        var reader = CaptureFileReader()
        var reading = Reading()
        var rest: [UInt8] = []
        do throws(CaptureFileError) {
            try chunks.forEachChunk { bytes throws(CaptureFileError) in
                rest += bytes
                var position = 0
                try with(rest) { (bytes) throws(CaptureFileError) in
                    while let item = try reader.next(in: bytes, from: &position) {
                        switch item {
                        case .frame(let frame): decoder.received(frame)
                        case .keyLog(let text): decoder.add(keyLog: Array(text))
                        }
                    }
                }
                rest.removeFirst(position)
                return true
            }
            try with(rest) { (bytes) throws(CaptureFileError) in try reader.finish(rest: bytes) }
        } catch {
            reading.fault = error
        }
        decoder.finish()
        reading.events = decoder.takeEvents()
        for connection in decoder.takeClosed() { _ = decoder.takePackets(of: connection) }
        return reading
    }

    private static func with(
        _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(CaptureFileError) -> Void
    ) throws(CaptureFileError) {
        let result = bytes.withUnsafeBytes { bytes -> Result<Void, CaptureFileError> in
            do throws(CaptureFileError) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        try result.get()
    }
}
