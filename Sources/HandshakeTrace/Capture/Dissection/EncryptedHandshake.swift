import DistributionProtocol
import PacketCapture

/// Guesses the messages of a distribution handshake under TLS from the order and lengths of their records, when the
/// secrets are not known: name; status, challenge; reply; ack.
struct EncryptedHandshake {
    /// A record that is taken for a message.
    struct Guess {
        var message: HandshakeMessageKind
        var direction: FlowDirection
        var time: Int
        /// Whether so much of the handshake's shape was seen that it can be nothing else.
        var isProof: Bool
    }

    private struct Record {
        var direction: FlowDirection
        var length: Int
        var time: Int
    }

    /// What a cipher adds to a record: known with the cipher, and nil where it is not always the same.
    private var overhead: Int??
    private var sides: [FlowDirection: RecordLengths] = [:]
    /// Of application data, not judged yet.
    private var records: [Record] = []
    private var initiatorCount = 0
    private var acceptorCount = 0
    private(set) var isOver = false

    /// Cuts one direction into records without looking into them.
    private struct RecordLengths {
        private var header: [UInt8] = []
        private var remaining = 0

        mutating func received(_ bytes: some Collection<UInt8>) -> [(type: UInt8, length: Int)] {
            var records: [(type: UInt8, length: Int)] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                if remaining > 0 {
                    let passed = min(remaining, rest.count)
                    rest = rest.dropFirst(passed)
                    remaining -= passed
                    continue
                }
                if let byte = rest.popFirst() { header.append(byte) }
                guard header.count == 5 else { continue }
                remaining = Int(header[3]) << 8 | Int(header[4])
                records.append((header[0], remaining))
                header.removeAll(keepingCapacity: true)
            }
            return records
        }
    }

    /// The handshake of TLS is over.
    /// - Parameters:
    ///   - cipher: its name, of which the kind is enough.
    ///   - isTLS13: then the handshake's own records look the same, and it is known to be over when the acceptor answers
    ///     to what follows it.
    mutating func established(cipher: String, isTLS13: Bool) -> [Guess] {
        if isTLS13 {
            overhead = .some(17)
            records = records.last { $0.direction == .fromInitiator }.map { [$0] } ?? []
        } else if cipher.contains("CHACHA20") || cipher.hasSuffix("CCM_8") {
            overhead = .some(16)
        } else if cipher.contains("GCM") || cipher.contains("CCM") {
            overhead = .some(24)
        } else {
            overhead = .some(nil)
        }
        return judge()
    }

    /// Bytes of a direction, from its first on.
    mutating func received(_ bytes: some Collection<UInt8>, from direction: FlowDirection, at time: Int) -> [Guess] {
        if isOver { return [] }
        for record in sides[direction, default: RecordLengths()].received(bytes) where record.type == 23 {
            records.append(Record(direction: direction, length: record.length, time: time))
        }
        return overhead == nil ? [] : judge()
    }

    private mutating func judge() -> [Guess] {
        var guesses: [Guess] = []
        for record in records where !isOver {
            if let kind = next(record.direction, record.length) {
                isOver = kind == .challengeAck
                let isProof = isOver || kind == .challengeReply && hasExactLengths
                guesses.append(
                    Guess(message: kind, direction: record.direction, time: record.time, isProof: isProof))
            } else {
                isOver = true
            }
        }
        records = []
        return guesses
    }

    private mutating func next(_ direction: FlowDirection, _ length: Int) -> HandshakeMessageKind? {
        if direction == .fromInitiator {
            // Behind the status alive the initiator sends true or false: whether to replace the old connection.
            if initiatorCount == 1, acceptorCount == 1, fits(length, 9...10) { return .status }
            initiatorCount += 1
            switch initiatorCount {
            case 1: return fits(length, 4 + 16...4 + 1035) && acceptorCount == 0 ? .name : nil
            case 2: return fits(length, 25...25) && acceptorCount == 2 ? .challengeReply : nil
            default: return nil
            }
        }
        acceptorCount += 1
        switch acceptorCount {
        case 1: return fitsStatus(length) && initiatorCount == 1 ? .status : nil
        case 2: return fits(length, 4 + 20...4 + 1039) && initiatorCount == 1 ? .challenge : nil
        case 3: return fits(length, 21...21) && initiatorCount == 2 ? .challengeAck : nil
        default: return nil
        }
    }

    /// Whether the lengths of messages are known to the byte.
    private var hasExactLengths: Bool {
        if let overhead { overhead != nil } else { false }
    }

    /// sok, snok, salive, snot_allowed, sok_simultaneous; snamed: with a name and a creation.
    private func fitsStatus(_ length: Int) -> Bool {
        guard hasExactLengths else { return fits(length, 7...300) }
        return [7, 8, 10, 16, 20].contains { fits(length, $0...$0) } || fits(length, 4 + 16...4 + 268)
    }

    /// Whether a record can hold a message of such a length, its own length of 4 bytes included.
    private func fits(_ length: Int, _ expected: ClosedRange<Int>) -> Bool {
        if let overhead, let known = overhead { return expected.contains(length - known) }
        // An initial value, a MAC of 20 to 48 bytes, padding to blocks of 16.
        return length % 16 == 0 && length >= expected.lowerBound + 36 && length <= expected.upperBound + 80
    }
}
