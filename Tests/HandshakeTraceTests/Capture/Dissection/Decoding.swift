import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import PacketCapture
import TLSTransport

/// What a capture tells, read in pieces of a size.
struct Decoding {
    var events: [TraceEvent] = []
    var fault: CaptureFileError?
    var figures: CaptureFigures { decoder.figures }
    var decoder: CaptureDecoder

    init(
        _ file: [UInt8], pieces: Int = .max, keyLog: [UInt8] = [], keepsPackets: Bool = false,
        cryptography: (any RecordCryptography)? = try? RecordCipher(), nodePorts: [ClosedRange<UInt16>] = []
    ) {
        decoder = CaptureDecoder(
            cryptography: cryptography, keepsPackets: keepsPackets, nodePorts: nodePorts,
            certificateFacts: { try? Certificate(der: $0).facts })
        if !keyLog.isEmpty { decoder.add(keyLog: keyLog) }
        var reader = CaptureFileReader()
        var rest: [UInt8] = []
        var fed = 0
        do throws(CaptureFileError) {
            while fed < file.count {
                let count = min(pieces, file.count - fed)
                rest += file[fed..<fed + count]
                fed += count
                let used = try Self.feed(rest, &reader, decoder)
                rest.removeFirst(used)
            }
            try Self.finish(rest, reader)
        } catch {
            fault = error
        }
        decoder.finish()
        events = decoder.takeEvents()
    }

    private static func feed(
        _ bytes: [UInt8], _ reader: inout CaptureFileReader, _ decoder: CaptureDecoder
    ) throws(CaptureFileError) -> Int {
        var position = 0
        let result = bytes.withUnsafeBytes { bytes -> Result<Void, CaptureFileError> in
            do throws(CaptureFileError) {
                return .success(try decoder.received(bytes, from: &position, by: &reader))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        return position
    }

    private static func finish(_ rest: [UInt8], _ reader: CaptureFileReader) throws(CaptureFileError) {
        let result = rest.withUnsafeBytes { bytes -> Result<Void, CaptureFileError> in
            do throws(CaptureFileError) { return .success(try reader.finish(rest: bytes)) } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// A line an event, without times, ports and what else is chance.
    var story: [String] {
        events.map { event in
            let sender = event.sender.map { " \($0.rawValue)" } ?? ""
            return "\(event.stage.rawValue)\(sender) \(Self.words(event.what))"
        }
    }

    private static func words(_ what: EventKind) -> String {
        switch what {
        case .started(let purpose): return "started \(purpose)"
        case .epmd(let facts):
            let about = facts.alive ?? facts.names.map { "\($0)" } ?? ""
            return "epmd \(facts.request.rawValue) \(facts.isAnswer ? "answer" : "question") \(about)"
        case .connected: return "connected"
        case .tlsMessage(let facts):
            return "tls \(facts.name)" + (facts.type == 2 ? " \(facts.versions[0]) \(facts.ciphers[0])" : "")
        case .alert(let alert): return "alert \(alert.name)"
        case .certificates(let side, let chain, _): return "certificates of \(side.rawValue): \(chain.map(\.subject))"
        case .secured(let version, let cipher): return "secured \(version) \(cipher)"
        case .handshake(let detail):
            let about = [detail.status?.description, detail.name].compactMap { $0 }.joined(separator: " ")
            return "\(detail.message.rawValue) \(about)"
        case .ended(let reason): return "ended \(reason)"
        case .up: return "up"
        case .down(let reason): return "down \(reason)"
        case .note(let text): return "note \(text)"
        }
    }
}
