/// Secrets of TLS connections in the NSS key log format (`SSLKEYLOGFILE`), by the random of the ClientHello.
///
/// They come from files that a person gives and from what is embedded in a capture; they never leave the program but
/// by `keyLog(for:)`.
package struct TLSSecrets: Sendable {
    /// Connections that are remembered at most: 20 MB of key log.
    private static let limit = 1 << 17
    /// No line of a key log is longer: two numbers of at most 64 bytes and a label.
    private static let lineLimit = 1024

    /// What is known of one connection.
    struct Entry: Hashable, Sendable {
        /// TLS 1.2 and before.
        var master: [UInt8]?
        var initiatorHandshake: [UInt8]?
        var acceptorHandshake: [UInt8]?
        var initiatorTraffic: [UInt8]?
        var acceptorTraffic: [UInt8]?
        /// All its lines, for those that are passed on.
        fileprivate var lines: [String] = []

        func handshake(_ direction: FlowDirection) -> [UInt8]? {
            direction == .fromInitiator ? initiatorHandshake : acceptorHandshake
        }

        func traffic(_ direction: FlowDirection) -> [UInt8]? {
            direction == .fromInitiator ? initiatorTraffic : acceptorTraffic
        }
    }

    /// Whether more may come, so that it is worth while to wait for them.
    package var mayGrow = false
    private var entries: [[UInt8]: Entry] = [:]
    /// The beginning of a line whose end has not come.
    private var unfinished: [UInt8] = []
    private var isLineTooLong = false

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    subscript(clientRandom: [UInt8]) -> Entry? { entries[clientRandom] }

    /// Takes the next bytes of a key log. Lines of other kinds are skipped.
    /// - Returns: how many lines were taken.
    @discardableResult
    package mutating func add(keyLog bytes: some Sequence<UInt8>) -> Int {
        var count = 0
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if endLine() { count += 1 }
            } else if unfinished.count < Self.lineLimit {
                unfinished.append(byte)
            } else {
                isLineTooLong = true
            }
        }
        return count
    }

    /// The key log is over: its last line may lack an end.
    /// - Returns: whether there was such a line.
    @discardableResult
    package mutating func endOfKeyLog() -> Bool { endLine() }

    /// The lines of these connections, for whoever is to decrypt them too.
    package func keyLog(for clientRandoms: [[UInt8]]) -> [UInt8] {
        var text: [UInt8] = []
        for random in clientRandoms {
            for line in entries[random]?.lines ?? [] {
                text += line.utf8
                text.append(UInt8(ascii: "\n"))
            }
        }
        return text
    }

    private mutating func endLine() -> Bool {
        defer {
            unfinished.removeAll(keepingCapacity: true)
            isLineTooLong = false
        }
        if unfinished.last == UInt8(ascii: "\r") { unfinished.removeLast() }
        guard !isLineTooLong else { return false }
        let words = unfinished.split(separator: UInt8(ascii: " "))
        guard words.count == 3, let random = Self.bytes(hex: words[1]), let secret = Self.bytes(hex: words[2]),
            random.count == 32, (1...64).contains(secret.count),
            entries.count < Self.limit || entries[random] != nil
        else { return false }
        let label = String(decoding: words[0], as: UTF8.self)
        var entry = entries[random] ?? Entry()
        switch label {
        case "CLIENT_RANDOM": entry.master = secret
        case "CLIENT_HANDSHAKE_TRAFFIC_SECRET": entry.initiatorHandshake = secret
        case "SERVER_HANDSHAKE_TRAFFIC_SECRET": entry.acceptorHandshake = secret
        case "CLIENT_TRAFFIC_SECRET_0": entry.initiatorTraffic = secret
        case "SERVER_TRAFFIC_SECRET_0": entry.acceptorTraffic = secret
        case "EXPORTER_SECRET", "EARLY_EXPORTER_SECRET", "CLIENT_EARLY_TRAFFIC_SECRET": break
        default: return false
        }
        let line = String(decoding: unfinished, as: UTF8.self)
        // Both ends may have written the same line, and a file may hold it twice.
        if !entry.lines.contains(line), entry.lines.count < 16 { entry.lines.append(line) }
        entries[random] = entry
        return true
    }

    private static func bytes(hex: ArraySlice<UInt8>) -> [UInt8]? {
        guard hex.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hex.count / 2)
        var high: UInt8?
        for digit in hex {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}
