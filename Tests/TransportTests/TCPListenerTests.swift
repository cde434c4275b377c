import Glibc
import Testing

@testable import ByteTransport

@Suite struct TCPListenerTests {
    let loop = EventLoop()

    /// The connection waits in the kernel's queue, and the socket stays readable: without a pause the loop would spin.
    @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM])
    func acceptPausesWhileDescriptorsAreShort(error: Int32) throws {
        var (calls, isShort) = (0, true)
        var accepted: [TCPStream] = []
        let listener = try TCPListener(
            try #require(SocketAddress(numeric: "127.0.0.1", port: 0)), on: loop,
            acceptingWith: { descriptor in
                calls += 1
                guard isShort else {
                    let connected = accept(descriptor, nil, nil)
                    if connected >= 0 { _ = fcntl(connected, F_SETFL, O_NONBLOCK) }
                    return connected
                }
                errno = error
                return -1
            }, accept: { accepted.append($0) })
        let here = StreamRecorder()
        TCPDialer().dial(host: "127.0.0.1", port: listener.address.port, on: loop).receiver = here
        #expect(loop.run { calls > 0 })
        _ = loop.run(until: .now + .milliseconds(500)) { false }
        #expect((2...7).contains(calls), "\(calls)")
        isShort = false
        #expect(loop.run { accepted.count == 1 })
        for stream in accepted { stream.close() }
        #expect(loop.run { here.closure != nil })
        listener.close()
    }
}
