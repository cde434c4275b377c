import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Glibc
import TLSTransport
import Testing

/// A connection attempt to a hostile peer, and what must be true after it: nothing is left.
struct HostileTrial {
    enum Carrier: CaseIterable, Sendable {
        case tcp, tls
    }

    static let patience = Duration.seconds(Deadline.patience)

    let loop = EventLoop()
    let peer: HostilePeer
    private let security: (any StreamSecurity)?
    /// Connections of tests beside this one whose peer had this peer's port before, and has gone.
    private let strangers: Set<UInt16>

    init(_ carrier: Carrier) throws {
        guard carrier == .tls else {
            peer = try HostilePeer(on: loop)
            security = nil
            strangers = Self.connections(to: peer.port)
            return
        }
        let certificate = try CertificateAuthority.issue()
        func context(_ role: TLSConfiguration.Role) throws -> TLSContext {
            var configuration = TLSConfiguration(role: role)
            configuration.trustFiles = [certificate.authorityFile]
            configuration.certificateFile = certificate.certificateFile
            configuration.keyFile = certificate.keyFile
            return try TLSContext(configuration)
        }
        peer = try HostilePeer(on: loop, tls: context(.acceptor))
        security = Security(context: try context(.initiator))
        strangers = Self.connections(to: peer.port)
    }

    /// Connects; what fails to end in time is a finding.
    func connect(within setupTime: Duration = Self.patience) throws -> ConnectionOutcome {
        var result: ConnectionOutcome?
        weak var gone: NodeConnector?
        do {
            let connector = try connector(within: setupTime)
            gone = connector
            connector.start { result = $0 }
        }
        _ = loop.run(until: .now + setupTime + Self.patience) { result != nil }
        settle()
        #expect(gone == nil, "the connector outlives its end")
        return try #require(result)
    }

    func connector(within setupTime: Duration = Self.patience) throws -> NodeConnector {
        let target = PeerSettings(
            name: try NodeName(HostilePeer.name), portLookup: .known(peer.port), security: security,
            cookie: HostilePeer.cookie, setupTime: setupTime)
        return NodeConnector(target: target, on: loop)
    }

    func failure(within setupTime: Duration = Self.patience) throws -> NodeFailure {
        switch try connect(within: setupTime) {
        case .failed(let failure): return failure
        case .connected(let connection):
            connection.close()
            Issue.record("connected")
            throw FixtureFailure("connected")
        }
    }

    /// Lets what is queued on the loop happen.
    func settle() {
        for _ in 0..<4 { _ = loop.run(until: .now + .milliseconds(1)) { false } }
    }

    /// The local ports of this process's connections to `port`.
    private static func connections(to port: UInt16) -> Set<UInt16> {
        Set(
            (0..<1024).compactMap { descriptor in
                Self.port(descriptor, getpeername) == port ? Self.port(descriptor, getsockname) : nil
            })
    }

    private static func port(
        _ descriptor: Int32, _ end: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
    ) -> UInt16? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutableBytes(of: &address) { raw in
            raw.withMemoryRebound(to: sockaddr.self) { end(descriptor, $0.baseAddress, &length) }
        }
        return found == 0 && Int32(address.sin_family) == AF_INET ? UInt16(bigEndian: address.sin_port) : nil
    }

    /// Ends the peer and looks for what is left on our side.
    func finish() {
        settle()
        let left = Self.connections(to: peer.port).subtracting(strangers)
        #expect(left.isEmpty, "connections from \(left) are left open")
        peer.stop()
        settle()
    }
}

private final class Security: StreamSecurity {
    private let context: TLSContext

    init(context: TLSContext) { self.context = context }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        guard let secure = try? TLSStream(over: stream, context: context, loop: loop, peerName: "127.0.0.1") else {
            throw .endOfStream
        }
        loop.enqueue { secure.streamOpened(stream) }
        return secure
    }
}
