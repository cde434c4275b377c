import DistributionProtocol
import PacketCapture

/// Follows one direction of a link that is up, and counts what kinds of messages go by (erl_dist_protocol, "Protocol
/// between Connected Nodes"). Of a message it looks at the beginning and passes over the rest.
struct LinkTraffic {
    /// Behind so many bytes the control message has begun, however many new atoms stand before it.
    private static let lookedAt = 4096

    /// By operation.
    private(set) var operations: [ControlOperation: Int] = [:]
    private(set) var ticks = 0
    /// Messages whose kind could not be determined.
    private(set) var others = 0
    private(set) var isLost = false
    /// Whether there was a control message, or a part of one.
    private(set) var hasControl = false

    private var header: UInt32 = 0
    private var headerBytes = 0
    /// Of the message that is arriving.
    private var remaining = 0
    private var beginning: [UInt8] = []
    private var isSeen = false

    var isEmpty: Bool { ticks == 0 && others == 0 && operations.isEmpty }

    mutating func received(_ bytes: UnsafeRawBufferPointer) {
        if isLost { return }
        var position = 0
        while position < bytes.count {
            if headerBytes < 4 {
                header = header << 8 | UInt32(bytes.byte(at: position))
                headerBytes += 1
                position += 1
                if headerBytes == 4 { begin() }
                continue
            }
            let here = min(remaining, bytes.count - position)
            if !isSeen { look(bytes.part(position, position + here), isLast: here == remaining) }
            remaining -= here
            position += here
            if remaining == 0 { headerBytes = 0 }
        }
    }

    /// Bytes are missing: where the next message begins is not known any more.
    mutating func lost() { isLost = true }

    private mutating func begin() {
        remaining = Int(header)
        isSeen = remaining == 0
        if remaining == 0 {
            ticks += 1
            headerBytes = 0
        } else if remaining > FrameReader.standardLimit {
            isLost = true
        }
    }

    private mutating func look(_ bytes: UnsafeRawBufferPointer, isLast: Bool) {
        if beginning.isEmpty, isLast || bytes.count >= Self.lookedAt {
            count(ControlKind.of(bytes))
            return
        }
        beginning += bytes.part(0, Self.lookedAt - beginning.count)
        guard isLast || beginning.count >= Self.lookedAt else { return }
        count(beginning.withUnsafeBytes { ControlKind.of($0) })
        beginning.removeAll(keepingCapacity: true)
    }

    private mutating func count(_ kind: ControlKind) {
        isSeen = true
        switch kind {
        case .operation(let operation):
            operations[operation, default: 0] += 1
            hasControl = true
        case .continuation: hasControl = true
        case .unknown: others += 1
        }
    }

    /// "3 REG_SEND, 2 ticks"
    var words: String {
        var parts = operations.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { "\($0.value) \($0.key.words)" }
        if others > 0 { parts.append("\(others) of unknown kind") }
        if ticks > 0 { parts.append(ticks == 1 ? "1 tick" : "\(ticks) ticks") }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }
}
