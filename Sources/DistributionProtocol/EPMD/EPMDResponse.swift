/// What epmd answers.
package enum EPMDResponse: Hashable, Sendable {
    /// PORT2_RESP with result 0.
    case port(EPMDRegistration)
    /// PORT2_RESP with another result: nobody of that name is registered.
    case notRegistered(result: UInt8)
    case names(EPMDNames)
    /// ALIVE2_RESP or ALIVE2_X_RESP with result 0: registered, as this incarnation.
    case alive(creation: UInt32)
    /// The same with another result: the name is taken, or the request was not understood.
    case aliveRefused(result: UInt8)
}

/// The answer to NAMES_REQ.
package struct EPMDNames: Hashable, Sendable {
    package struct Node: Hashable, Sendable {
        package var alive: String
        package var port: UInt16

        package init(alive: String, port: UInt16) {
            self.alive = alive
            self.port = port
        }
    }

    /// The port that epmd itself listens on.
    package var epmdPort: UInt32
    package var nodes: [Node]
    /// Lines that are no "name ... at port ..." line, as they came.
    package var otherLines: [String]

    package init(epmdPort: UInt32, nodes: [Node], otherLines: [String] = []) {
        self.epmdPort = epmdPort
        self.nodes = nodes
        self.otherLines = otherLines
    }
}

/// Why bytes are no answer of epmd.
package enum EPMDError: Error, Hashable, Sendable {
    /// The first byte is not that of the answer; these are the first bytes (at most 32).
    case unexpectedAnswer(firstBytes: [UInt8])
    /// The connection closed in the middle, after this many bytes.
    case truncated(after: Int)
    case tooLong(limit: Int)
}

extension EPMDError: CustomStringConvertible {
    /// One clause, without a final period.
    package var description: String {
        switch self {
        case .unexpectedAnswer(let bytes): Self.words(ofUnexpected: bytes)
        case .truncated(let count): "its answer ends after \(count) bytes, in the middle"
        case .tooLong(let limit): "its answer is longer than \(limit) bytes"
        }
    }

    /// Most other services greet in text, which says who they are.
    private static func words(ofUnexpected bytes: [UInt8]) -> String {
        let line = bytes.prefix { $0 != 0x0D && $0 != 0x0A }
        guard !line.isEmpty, line.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return
                "its answer begins with the bytes \(bytes.map { String($0, radix: 16) }.joined(separator: " ")) (hex)"
        }
        return "its answer begins with '\(String(decoding: line, as: UTF8.self))'"
    }
}
