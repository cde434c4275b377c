/// A request to epmd (erl_dist_protocol, "EPMD Protocol"): two bytes of length, a tag, its fields.
package enum EPMDRequest: Hashable, Sendable {
    /// PORT_PLEASE2_REQ: where does the node with this alive name listen? At most 255 characters.
    case portPlease(alive: String)
    /// NAMES_REQ: which nodes are registered?
    case names
    /// ALIVE2_REQ: register this node for as long as the connection lives.
    case alive(EPMDRegistration)

    /// The standard port of epmd; ERL_EPMD_PORT changes it.
    package static let standardPort: UInt16 = 4369

    /// The bytes to send.
    package var encoded: [UInt8] {
        var body: [UInt8] = []
        switch self {
        case .portPlease(let alive):
            body.append(122)
            body += alive.utf8
        case .names:
            body.append(110)
        case .alive(let node):
            body.append(120)
            body += node.encodedFields
        }
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: body.count))
        return bytes + body
    }
}

/// What a node registers at epmd, and what epmd says of it.
package struct EPMDRegistration: Hashable, Sendable {
    /// 77 for a normal node, 72 for a hidden one.
    package enum NodeType: UInt8, Hashable, Sendable {
        case normal = 77
        case hidden = 72
    }

    package var port: UInt16
    /// The byte as it came; `NodeType` names the known ones.
    package var nodeType: UInt8
    /// 0 is TCP over IPv4.
    package var networkProtocol: UInt8
    /// The newest and the oldest distribution version. OTP 25 still says 5 for the oldest, though it has dropped it.
    package var highestVersion: UInt16
    package var lowestVersion: UInt16
    package var alive: String
    package var extra: [UInt8]

    package init(
        port: UInt16, nodeType: UInt8 = NodeType.normal.rawValue, networkProtocol: UInt8 = 0,
        highestVersion: UInt16 = 6, lowestVersion: UInt16 = 5, alive: String, extra: [UInt8] = []
    ) {
        self.port = port
        self.nodeType = nodeType
        self.networkProtocol = networkProtocol
        self.highestVersion = highestVersion
        self.lowestVersion = lowestVersion
        self.alive = alive
        self.extra = extra
    }

    /// The fields as ALIVE2_REQ and PORT2_RESP share them.
    var encodedFields: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: port)
        bytes.append(nodeType)
        bytes.append(networkProtocol)
        bytes.append(bigEndian: highestVersion)
        bytes.append(bigEndian: lowestVersion)
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: alive.utf8.count))
        bytes += alive.utf8
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: extra.count))
        return bytes + extra
    }

    init(from reader: inout ByteReader) throws(ByteReader.EndOfMessage) {
        self.port = try reader.integer()
        self.nodeType = try reader.integer()
        self.networkProtocol = try reader.integer()
        self.highestVersion = try reader.integer()
        self.lowestVersion = try reader.integer()
        self.alive = String(decoding: try reader.take(Int(try reader.integer(UInt16.self))), as: UTF8.self)
        self.extra = Array(try reader.take(Int(try reader.integer(UInt16.self))))
    }
}
