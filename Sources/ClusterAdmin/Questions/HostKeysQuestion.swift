package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// An SSH daemon that runs on a node.
package struct SecureShellDaemon: Hashable, Sendable {
    /// Where it listens, `any` for everywhere.
    package var address: String
    package var port: Int
    /// Where its keys are, on the node.
    package var systemDirectory: String
    /// The public parts of its host keys, as it sends them.
    package var keys: [[UInt8]]
    /// The module that it has its keys from, where that is not the usual one: they are not asked for then.
    package var callback: String?

    package init(
        address: String, port: Int, systemDirectory: String, keys: [[UInt8]], callback: String? = nil
    ) {
        self.address = address
        self.port = port
        self.systemDirectory = systemDirectory
        self.keys = keys
        self.callback = callback
    }

    package var endpoint: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}

/// The SSH daemons of the node with their host keys. No private part of a key leaves the node.
package struct HostKeysQuestion: NodeQuestion {
    package init() {}

    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> [SecureShellDaemon] {
        var daemons: [SecureShellDaemon] = []
        try await node.run(.hostKeys, until: deadline) { item in
            if daemons.count < Self.daemonLimit, let daemon = SecureShellDaemon(item: item) { daemons.append(daemon) }
        }
        return daemons.sorted { ($0.port, $0.address) < ($1.port, $1.address) }
    }

    /// The program emits no more.
    private static let daemonLimit = 64
}

extension SecureShellDaemon {
    private static let keyLimit = 16
    private static let keySizeLimit = 16 << 10

    /// - Parameter item: what the program `host_keys` emits; nil for anything else.
    init?(item: TermView) {
        guard let facts = item.elements(tagged: "daemon", 2)?[1], let port = facts.value(of: "port")?.integer,
            (1...65535).contains(port)
        else { return nil }
        func text(_ key: Atom) -> String? {
            NodeAdministrator.text(facts.value(of: key)).map { String($0.prefix(1_024)) }
        }
        let keys = facts.value(of: "keys")?.list.map { Array($0.prefix(Self.keyLimit)) } ?? []
        let callback = facts.value(of: "callback").flatMap { $0.isAtom("undefined") ? nil : text("callback") }
        self.init(
            address: text("ip") ?? "", port: port, systemDirectory: text("system_dir") ?? "",
            keys: keys.compactMap { $0.binary.flatMap { $0.count <= Self.keySizeLimit ? Array($0) : nil } },
            callback: callback)
    }
}
