/// The names that an epmd knows, and what it answers (erl_dist_protocol, "EPMD Protocol"; `epmd_srv.c`).
///
/// A name lives as long as the connection that it came over. KILL is refused and STOP is not answered, as a real epmd
/// does that was not started with `-relaxed_command_check`: nobody ends a node's registration but the node.
package struct EPMDDirectory: Sendable {
    /// A number for the connection that a request comes over.
    package typealias Owner = UInt64

    package struct Answer: Hashable, Sendable {
        package var bytes: [UInt8]
        /// Whether a name depends on the connection now; else it is closed once the answer is sent.
        package var isRegistration = false

        package init(bytes: [UInt8], isRegistration: Bool = false) {
            self.bytes = bytes
            self.isRegistration = isRegistration
        }
    }

    /// So many names are kept at most: far more nodes than a host has.
    package static let namesLimit = 10_000
    /// A name has at most 255 characters of four bytes, extra data no more (`epmd.h`, MAXSYMLEN).
    private static let maximumFieldBytes = 1020

    private let port: UInt16
    private var nodes: [(owner: Owner, node: EPMDRegistration)] = []
    private var nextCreation: UInt32
    private let limit: Int

    /// - Parameters:
    ///   - port: where it listens, which NAMES answers say.
    ///   - creation: of the first node. A random one, so that a node that comes back is not taken for its predecessor.
    ///   - limit: so many names are kept.
    package init(port: UInt16, creation: UInt32, limit: Int = namesLimit) {
        self.port = port
        self.limit = limit
        nextCreation = creation
    }

    package var names: [String] { nodes.map(\.node.alive) }

    /// - Returns: its creation; nil where the name is taken, or is none.
    package mutating func register(_ node: EPMDRegistration, for owner: Owner) -> UInt32? {
        guard nodes.count < limit, Self.isName(node.alive), node.extra.count <= Self.maximumFieldBytes,
            !nodes.contains(where: { $0.node.alive == node.alive || $0.owner == owner })
        else { return nil }
        nodes.append((owner, node))
        defer { nextCreation &+= 1 }
        // 0 stands for any incarnation, and up to 3 were those of OTP 22 and older.
        nextCreation = max(nextCreation, 4)
        return nextCreation
    }

    /// The connection is over, and the name that came over it.
    package mutating func left(_ owner: Owner) { nodes.removeAll { $0.owner == owner } }

    /// - Parameters:
    ///   - body: a request without its length.
    ///   - isLocal: whether it comes from this host. Others may only ask.
    package mutating func answer(to body: [UInt8], from owner: Owner, isLocal: Bool) -> Answer {
        switch EPMDRequest(body: body) {
        case .alive(let node)? where isLocal:
            let creation = register(node, for: owner)
            return Answer(
                bytes: Self.aliveResponse(creation, version: node.highestVersion), isRegistration: creation != nil)
        case .alive?: return Answer(bytes: [])
        case .portPlease(let alive)?:
            guard let found = nodes.first(where: { $0.node.alive == alive })?.node else {
                return Answer(bytes: [119, 1])
            }
            return Answer(bytes: [119, 0] + found.encodedFields)
        case .names?: return Answer(bytes: list { "name \($0.alive) at port \($0.port)\n" })
        case nil:
            switch body.first {
            case UInt8(ascii: "d") where isLocal && body.count == 1:
                return Answer(bytes: list { "active name     <\($0.alive)> at port \($0.port), fd = 0\n" })
            case UInt8(ascii: "k") where isLocal && body.count == 1: return Answer(bytes: Array("NO".utf8))
            default: return Answer(bytes: [])
            }
        }
    }

    private func list(_ line: (EPMDRegistration) -> String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt16(0))
        bytes.append(bigEndian: port)
        for entry in nodes { bytes += line(entry.node).utf8 }
        return bytes
    }

    /// ALIVE2_X_RESP for nodes of OTP 23 and later, which take a creation of 32 bits; else ALIVE2_RESP.
    private static func aliveResponse(_ creation: UInt32?, version: UInt16) -> [UInt8] {
        var bytes: [UInt8] = [version >= 6 ? 118 : 121, creation == nil ? 1 : 0]
        let creation = creation ?? 99
        if version >= 6 { bytes.append(bigEndian: UInt16(truncatingIfNeeded: creation >> 16)) }
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: version >= 6 ? creation : creation % 3 + 1))
        return bytes
    }

    /// What would break a line of the list, or was no UTF-8, is no name.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= maximumFieldBytes
            && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && $0 != "\u{FFFD}" }
    }
}
