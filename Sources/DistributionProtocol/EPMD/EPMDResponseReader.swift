/// Collects the answer to one request, in chunks of any size.
package struct EPMDResponseReader: Sendable {
    /// Which answer is expected.
    package enum Expectation: Hashable, Sendable {
        case port
        case names
        case alive
    }

    /// A name takes at most 1020 bytes and extra data 65535; both have 16-bit lengths, so that is all there can be.
    static let maximumFieldBytes = 2 * 65535 + 32
    /// Some ten thousand nodes on one host.
    package static let maximumNamesBytes = 1 << 20

    private let expectation: Expectation
    private var buffer: [UInt8] = []

    /// How much of an answer has come.
    package var receivedBytes: Int { buffer.count }

    package init(expecting expectation: Expectation) { self.expectation = expectation }

    /// - Returns: the answer as soon as it is whole. Names have no end of their own: they come with `closed`.
    package mutating func received(_ bytes: UnsafeRawBufferPointer) throws(EPMDError) -> EPMDResponse? {
        let limit = expectation == .names ? Self.maximumNamesBytes : Self.maximumFieldBytes
        guard bytes.count <= limit - buffer.count else { throw .tooLong(limit: limit) }
        buffer.append(contentsOf: bytes)
        switch expectation {
        case .port: return try portResponse()
        case .alive: return try aliveResponse()
        case .names: return nil
        }
    }

    /// epmd closed the connection.
    package func closed() throws(EPMDError) -> EPMDResponse {
        guard expectation == .names, buffer.count >= 4 else { throw .truncated(after: buffer.count) }
        let names = names()
        // Other services have words of their own: where no line is one of epmd's, this is none.
        guard names.epmdPort <= UInt16.max, names.otherLines.isEmpty || !names.nodes.isEmpty else {
            throw .unexpectedAnswer(firstBytes: Array(buffer.prefix(32)))
        }
        return .names(names)
    }

    private func portResponse() throws(EPMDError) -> EPMDResponse? {
        guard let tag = buffer.first else { return nil }
        guard tag == 119 else { throw .unexpectedAnswer(firstBytes: Array(buffer.prefix(32))) }
        guard buffer.count >= 2 else { return nil }
        guard buffer[1] == 0 else { return .notRegistered(result: buffer[1]) }
        var reader = ByteReader(buffer[2...])
        guard let registration = try? EPMDRegistration(from: &reader) else { return nil }
        return .port(registration)
    }

    private func aliveResponse() throws(EPMDError) -> EPMDResponse? {
        guard let tag = buffer.first else { return nil }
        // ALIVE2_X_RESP of epmd from OTP 23 has a creation of 32 bits, ALIVE2_RESP one of 16.
        guard tag == 118 || tag == 121 else { throw .unexpectedAnswer(firstBytes: Array(buffer.prefix(32))) }
        guard buffer.count >= (tag == 118 ? 6 : 4) else { return nil }
        guard buffer[1] == 0 else { return .aliveRefused(result: buffer[1]) }
        let creation = buffer[2..<(tag == 118 ? 6 : 4)].reduce(0) { $0 << 8 | UInt32($1) }
        return .alive(creation: creation)
    }

    /// `name NAME at port PORT` lines behind four bytes with epmd's own port.
    private func names() -> EPMDNames {
        var answer = EPMDNames(
            epmdPort: buffer.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, nodes: [])
        for line in buffer.dropFirst(4).split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            if let node = Self.node(text) { answer.nodes.append(node) } else { answer.otherLines.append(text) }
        }
        return answer
    }

    private static func node(_ line: String) -> EPMDNames.Node? {
        let words = line.split(separator: " ")
        guard words.count == 5, words[0] == "name", words[2] == "at", words[3] == "port", let port = UInt16(words[4])
        else { return nil }
        return EPMDNames.Node(alive: String(words[1]), port: port)
    }
}
