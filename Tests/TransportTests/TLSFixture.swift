import ByteTransport
import Diagnosis
import TLSTransport
import Testing

/// An initiator and an acceptor over one pair of streams, and what each of them was told.
struct TLSFixture {
    let loop = EventLoop()
    let here = StreamRecorder()
    let there = StreamRecorder()
    let initiator: TLSStream
    let acceptor: TLSStream

    init(
        _ initiatorConfiguration: TLSConfiguration, _ acceptorConfiguration: TLSConfiguration,
        peerName: String? = "localhost", chunk: Int = 64 * 1024, observe: ((TLSMessage) -> Void)? = nil
    ) throws {
        let pair = MemoryPair(on: loop, chunk: chunk)
        initiator = try TLSStream(
            over: pair.first, context: TLSContext(initiatorConfiguration), loop: loop, peerName: peerName,
            serverName: peerName, observe: observe)
        acceptor = try TLSStream(over: pair.second, context: TLSContext(acceptorConfiguration), loop: loop)
        initiator.receiver = here
        acceptor.receiver = there
    }

    var isOpen: Bool { here.isOpen && there.isOpen }

    /// Runs until an end is told that it is over, and gives the initiator's cause.
    func initiatorCause() -> TLSFailure.Cause? {
        #expect(loop.run { here.closure != nil })
        guard case .tls(let failure) = here.closure else { return nil }
        return failure.cause
    }

    func acceptorCause() -> TLSFailure.Cause? {
        #expect(loop.run { there.closure != nil })
        guard case .tls(let failure) = there.closure else { return nil }
        return failure.cause
    }
}

extension CertificateMaker {
    func initiator(_ leaf: String? = "node", trust: String = "ca") -> TLSConfiguration {
        configuration(.initiator, leaf, trust)
    }

    func acceptor(_ leaf: String? = "node", trust: String = "ca") -> TLSConfiguration {
        configuration(.acceptor, leaf, trust)
    }

    private func configuration(_ role: TLSConfiguration.Role, _ leaf: String?, _ trust: String) -> TLSConfiguration {
        var configuration = TLSConfiguration(role: role)
        configuration.trustFiles = [path("\(trust).pem")]
        if let leaf {
            configuration.certificateFile = path("\(leaf).pem")
            configuration.keyFile = path("\(leaf).key")
        }
        return configuration
    }
}
