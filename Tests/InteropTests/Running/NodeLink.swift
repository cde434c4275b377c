import ByteTransport
import ClusterAdmin
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import TLSTransport
import Testing

/// Connections of this process to a fixture's node.
struct NodeLink {
    let node: ErlangNodeFixture
    /// Where it is dialled, where that is not its own port.
    var port: UInt16?
    let loop = EventLoop()

    func target() throws -> PeerSettings {
        var target = PeerSettings(
            name: try NodeName(node.name), portLookup: .known(port ?? node.port), cookie: Secret(node.cookie))
        if node.optionFile != nil { target.security = try TestSecurity() }
        return target
    }

    /// One that is up.
    func connection() throws -> NodeConnection {
        var result: ConnectionOutcome?
        NodeConnector(target: try target(), on: loop).start { result = $0 }
        _ = loop.run(until: .now + .seconds(Deadline.patience)) { result != nil }
        return try #require(result).get()
    }

    /// Runs `body` on the loop with an administrator of its own, and closes that.
    func withAdministrator<Answer>(
        _ body: @escaping @LoopActor (NodeAdministrator) async throws(NodeFailure) -> Answer
    ) throws -> Answer {
        // Safe: only the task uses it, and this thread waits for that.
        nonisolated(unsafe) let target = try target()
        let name = node.name
        return try loop.run { @LoopActor () async throws(NodeFailure) -> Answer in
            let administrator = NodeAdministrator(node: name) { completion in
                let connector = NodeConnector(target: target, on: LoopActor.loop)
                connector.start { completion(SessionOutcome($0)) }
                return { connector.cancel() }
            }
            defer { administrator.close() }
            return try await body(administrator)
        }
    }
}

/// Mutual TLS with the certificate that the fixtures' nodes have too.
struct TestSecurity: StreamSecurity {
    private let context: TLSContext

    init() throws {
        let certificate = try CertificateAuthority.issue()
        var configuration = TLSConfiguration(role: .initiator)
        configuration.trustFiles = [certificate.authorityFile]
        configuration.certificateFile = certificate.certificateFile
        configuration.keyFile = certificate.keyFile
        context = try TLSContext(configuration)
    }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        do throws(TLSConfigurationError) {
            let secure = try TLSStream(over: stream, context: context, loop: loop, peerName: "127.0.0.1")
            loop.enqueue { secure.streamOpened(stream) }
            return secure
        } catch {
            throw .tls(TLSFailure(cause: .library("\(error)")))
        }
    }
}
