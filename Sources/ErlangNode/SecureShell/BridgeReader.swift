import ErlangTerm

/// Takes the terms out of the lines that `NodePrograms/bridge.erl.expr` writes. Bytes in, terms out; it trusts nobody.
package struct BridgeReader {
    /// What precedes the first term.
    package static let marker = "erlclu-bridge "
    /// The bridge's own have 60 KiB and a few.
    static let lineLimit = 64 << 10
    /// What is no line of the bridge, in all: a banner, a prompt, what exec prints last.
    static let noiseLimit = 1 << 20
    /// As a message of distribution has.
    package static let messageLimit = 256 << 20

    private var line: [UInt8] = []
    private var message: [UInt8] = []
    private var noise = 0
    /// Whether the bridge has said that it is there.
    package private(set) var isGreeted = false

    package init() {}

    /// The next whole term of `chunk`, of which what is used is taken away; nil when more bytes are needed.
    package mutating func next(from chunk: inout UnsafeRawBufferPointer) throws(BridgeFault) -> [UInt8]? {
        while let end = chunk.firstIndex(of: UInt8(ascii: "\n")) {
            let piece = UnsafeRawBufferPointer(rebasing: chunk[..<end])
            chunk = UnsafeRawBufferPointer(rebasing: chunk[(end + 1)...])
            let term: [UInt8]?
            if line.isEmpty {
                term = try take(piece)
            } else {
                try begin(piece)
                let whole = line
                line = []
                // No closure that throws a typed error: rethrowing loses the type.
                let result = whole.withUnsafeBytes { bytes -> Result<[UInt8]?, BridgeFault> in
                    do throws(BridgeFault) { return .success(try take(bytes)) } catch { return .failure(error) }
                }
                term = try result.get()
            }
            if let term { return term }
        }
        try begin(chunk)
        chunk = UnsafeRawBufferPointer(start: nil, count: 0)
        return nil
    }

    /// Keeps a line that has not ended.
    private mutating func begin(_ piece: UnsafeRawBufferPointer) throws(BridgeFault) {
        guard line.count + piece.count <= Self.lineLimit else { throw .lineTooLong }
        line.append(contentsOf: piece)
    }

    private mutating func take(_ whole: UnsafeRawBufferPointer) throws(BridgeFault) -> [UInt8]? {
        guard whole.count <= Self.lineLimit else { throw .lineTooLong }
        var line = whole
        while line.last == UInt8(ascii: "\r") { line = UnsafeRawBufferPointer(rebasing: line.dropLast()) }
        guard isGreeted else {
            guard let start = Self.markerEnd(in: line) else {
                try skip(line)
                return nil
            }
            isGreeted = true
            return try decoded(UnsafeRawBufferPointer(rebasing: line[start...]), isLast: true)
        }
        switch line.first {
        case UInt8(ascii: "+"), UInt8(ascii: "."):
            let text = UnsafeRawBufferPointer(rebasing: line.dropFirst())
            return try decoded(text, isLast: line.first == UInt8(ascii: "."))
        default:
            try skip(line)
            return nil
        }
    }

    private mutating func skip(_ line: UnsafeRawBufferPointer) throws(BridgeFault) {
        noise += line.count + 1
        guard noise <= Self.noiseLimit else { throw .noise }
    }

    private mutating func decoded(
        _ text: UnsafeRawBufferPointer, isLast: Bool
    ) throws(BridgeFault) -> [UInt8]? {
        guard message.count + text.count / 4 * 3 <= Self.messageLimit else { throw .messageTooLong }
        guard Base64.decode(text, appendingTo: &message) else { throw .malformed }
        guard isLast else {
            // A part without content would be a line for nothing, without end.
            if text.isEmpty { throw .malformed }
            return nil
        }
        let whole = message
        message = []
        return whole
    }

    /// A prompt may stand before the marker.
    private static func markerEnd(in line: UnsafeRawBufferPointer) -> Int? {
        let marker = Array(marker.utf8)
        guard line.count >= marker.count else { return nil }
        for start in 0...(line.count - marker.count)
        where line[start] == marker[0] && line[start..<(start + marker.count)].elementsEqual(marker) {
            return start + marker.count
        }
        return nil
    }
}

/// What a bridge never does.
package enum BridgeFault: Error, Hashable, CustomStringConvertible {
    case lineTooLong
    case messageTooLong
    case noise
    case malformed
    case term(String)

    /// Whether it may be an honest answer that is more than we take.
    var isOurLimit: Bool { self == .messageTooLong }

    package var description: String {
        switch self {
        case .lineTooLong: "a line of more than \(BridgeReader.lineLimit >> 10) KiB"
        case .messageTooLong: "an answer of more than \(BridgeReader.messageLimit >> 20) MiB"
        case .noise: "more than \(BridgeReader.noiseLimit >> 20) MiB that is none of the bridge's lines"
        case .malformed: "a line that is no base64"
        case .term(let detail): detail
        }
    }
}
