import ByteTransport
import DistributionProtocol

/// An epmd inside this node, for hosts that have none: real nodes register here, and ask here.
final class EPMDServer {
    typealias Owner = EPMDDirectory.Owner

    /// Our own name depends on no connection.
    private static let own: Owner = 0
    /// A visitor has this long to ask and to take the answer; a node that has registered stays.
    private static let patience = Duration.seconds(10)
    /// So many may be there that have not registered. The one that has been there longest makes room for the next.
    private static let visitorsLimit = DescriptorLimit.share(of: 256)

    private let loop: EventLoop
    private var listener: TCPListener?
    private var directory: EPMDDirectory
    private var visitors: [Owner: EPMDVisitor] = [:]
    /// Those of `visitors` that have not registered, in the order in which they came.
    private var waiting: [Owner] = []
    private var lastOwner: Owner = 0
    let address: SocketAddress

    /// - Throws: when it cannot listen there.
    init(_ address: SocketAddress, on loop: EventLoop) throws(StreamClosure) {
        self.loop = loop
        var accept: ((TCPStream) -> Void)?
        let listener = try TCPListener(address, on: loop) { accept?($0) }
        self.listener = listener
        self.address = listener.address
        directory = EPMDDirectory(
            port: listener.address.port, creation: UInt32.random(in: 4 ... .max),
            // A name keeps a connection.
            limit: DescriptorLimit.share(of: EPMDDirectory.namesLimit))
        accept = { [weak self] in self?.accept($0) }
    }

    /// Our own name.
    /// - Returns: its creation; nil where a node has it already.
    func register(_ node: EPMDRegistration) -> UInt32? { directory.register(node, for: Self.own) }

    /// All names are gone with it. Idempotent.
    func close() {
        listener?.close()
        listener = nil
        for visitor in visitors.values { visitor.close() }
        visitors = [:]
        waiting = []
    }

    private func accept(_ stream: TCPStream) {
        if waiting.count >= Self.visitorsLimit, let oldest = waiting.first { remove(oldest) }
        lastOwner += 1
        let owner = lastOwner
        visitors[owner] = EPMDVisitor(stream, for: Self.patience, on: loop) { [weak self] body, isLocal in
            guard let self else { return EPMDDirectory.Answer(bytes: []) }
            let answer = directory.answer(to: body, from: owner, isLocal: isLocal)
            if answer.isRegistration { waiting.removeAll { $0 == owner } }
            return answer
        } ended: { [weak self] in
            self?.remove(owner)
        }
        waiting.append(owner)
    }

    private func remove(_ owner: Owner) {
        visitors.removeValue(forKey: owner)?.close()
        waiting.removeAll { $0 == owner }
        directory.left(owner)
    }
}
