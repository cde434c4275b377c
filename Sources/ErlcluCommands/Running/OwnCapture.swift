package import ByteTransport
import Glibc
import HandshakeTrace
import PacketCapture

/// `--capture`: what this program says and hears itself, as a pcapng file with the TLS secrets in it. The file is
/// written as things happen, so that what is there stays there when the program is killed.
package final class OwnCapture: TrafficObserver {
    private struct Connection {
        var packets: SynthesizedConnection
        /// What goes into the file when the first bytes say where: the packets that opened it.
        var opening: [UInt8] = []
        var hasSpoken = false
        /// Whether it asks epmd for a port.
        var isLookup = false
    }

    private let file: OutputFile
    private var writer = PcapngWriter()
    private let interface: UInt32
    private var connections: [Int: Connection] = [:]
    private var connectionCount = 0
    /// Packets that came last: what is made of them may give secrets, which stand before them in the file.
    private var pending: [UInt8] = []
    /// Questions to epmd stand behind the first packet of the TLS connection that they lead to. Wireshark takes the
    /// port in epmd's answer for one of plain distribution, unless it knows the connection already.
    private var lookups: [UInt8] = []
    /// Why the file could not be written any further.
    var fault: String? { file.fault }

    init(_ path: String, on loop: EventLoop) throws(CommandFailure) {
        file = try OutputFile(path, on: loop)
        let described = writer.interface(linkType: PcapngWriter.LinkType.raw, name: "erlclu-ctl")
        interface = described.number
        file.add(PcapngWriter.header(application: "erlclu-ctl \(CommandLineTool.version)") + described.block)
    }

    package func connected(from local: SocketAddress, to peer: SocketAddress) -> Int {
        connectionCount += 1
        var connection = Connection(packets: SynthesizedConnection(initiator: local, acceptor: peer))
        for packet in connection.packets.opened() { connection.opening += block(packet) }
        connections[connectionCount] = connection
        return connectionCount
    }

    package func sent(_ bytes: UnsafeRawBufferPointer, on connection: Int) {
        flushPending()
        guard let blocks = blocks(bytes, from: .fromInitiator, on: connection) else { return }
        guard connections[connection]?.hasSpoken == false else { return put(blocks, of: connection) }
        let isTLS = bytes.first == 22
        let isLookup = bytes.count > 2 && bytes[0] == 0 && bytes[2] == UInt8(ascii: "z")
        connections[connection]?.isLookup = isLookup
        if !isTLS, !isLookup { flushLookups() }
        putOpening(of: connection)
        put(blocks, of: connection)
        if isTLS { flushLookups() }
    }

    package func received(_ bytes: UnsafeRawBufferPointer, on connection: Int) {
        flushPending()
        putOpening(of: connection)
        guard let blocks = blocks(bytes, from: .fromAcceptor, on: connection) else { return }
        if connections[connection]?.isLookup == true { lookups += blocks } else { pending += blocks }
    }

    package func ended(_ connection: Int, _ reason: StreamClosure?) {
        flushPending()
        putOpening(of: connection)
        guard var packets = connections[connection]?.packets else { return }
        switch reason {
        case nil: put(block(packets.finished(by: .fromInitiator)), of: connection)
        case .reset: put(block(packets.reset(by: .fromAcceptor)), of: connection)
        default: put(block(packets.finished(by: .fromAcceptor)), of: connection)
        }
        connections[connection] = nil
    }

    package func secret(_ line: [UInt8]) { file.add(writer.secrets(keyLog: line + [UInt8(ascii: "\n")])) }

    /// Writes what was kept back.
    /// - Parameter isHurried: whether a reader that takes nothing is given up soon, where the file is a pipe.
    @LoopActor
    func finish(isHurried: Bool) async {
        flushPending()
        flushLookups()
        await file.finish(isHurried: isHurried)
    }

    private func blocks(
        _ bytes: UnsafeRawBufferPointer, from direction: FlowDirection, on connection: Int
    ) -> [UInt8]? {
        connections[connection]?.packets.sent(bytes, from: direction).reduce(into: []) { $0 += block($1) }
    }

    private func putOpening(of connection: Int) {
        guard let opening = connections[connection]?.opening, !opening.isEmpty else { return }
        connections[connection]?.opening = []
        connections[connection]?.hasSpoken = true
        put(opening, of: connection)
    }

    private func put(_ blocks: [UInt8], of connection: Int) {
        if connections[connection]?.isLookup == true { lookups += blocks } else { file.add(blocks) }
    }

    private func flushPending() {
        file.add(pending)
        pending.removeAll(keepingCapacity: true)
    }

    private func flushLookups() {
        file.add(lookups)
        lookups = []
    }

    private func block(_ packet: [UInt8]) -> [UInt8] {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let nanoseconds = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        return writer.packet(packet, interface: interface, at: nanoseconds)
    }
}
