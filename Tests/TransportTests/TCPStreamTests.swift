import ByteTransport
import Testing

@Suite struct TCPStreamTests {
    let loop = EventLoop()

    /// A dialled stream and its accepted other end, both open.
    private func connectedPair() throws -> (near: TCPStream, far: TCPStream, StreamRecorder, StreamRecorder) {
        var accepted: TCPStream?
        let (here, there) = (StreamRecorder(), StreamRecorder())
        let listener = try TCPListener(loopback, on: loop) { stream in
            stream.receiver = there
            accepted = stream
        }
        let dialled = TCPDialer().dial(host: "127.0.0.1", port: listener.address.port, on: loop)
        dialled.receiver = here
        #expect(loop.run { here.isOpen && there.isOpen })
        return (dialled, try #require(accepted), here, there)
    }

    private var loopback: SocketAddress {
        get throws { try #require(SocketAddress(numeric: "127.0.0.1", port: 0)) }
    }

    @Test func bytesGoBothWaysAndAnOrderlyCloseIsTold() throws {
        let (near, far, here, there) = try connectedPair()
        #expect(near.peerAddress == far.localAddress)
        near.write(Array("hello".utf8))
        far.write(Array("world".utf8))
        #expect(loop.run { here.received.count == 5 && there.received.count == 5 })
        #expect(there.received == Array("hello".utf8))
        #expect(here.received == Array("world".utf8))
        far.write(Array("bye".utf8))
        far.close()
        #expect(loop.run { here.closure != nil })
        #expect(here.received == Array("worldbye".utf8))
        #expect(here.closure == .endOfStream)
        #expect(there.closure == nil, "no event after close")
    }

    @Test func whatIsWrittenBeforeTheConnectionGoesOutAfterIt() throws {
        let there = StreamRecorder()
        let listener = try TCPListener(loopback, on: loop) { $0.receiver = there }
        let dialled = TCPDialer().dial(host: "localhost", port: listener.address.port, on: loop)
        dialled.write([1, 2, 3])
        dialled.receiver = StreamRecorder()
        #expect(loop.run { there.received.count == 3 })
        #expect(there.received == [1, 2, 3])
    }

    @Test func nothingListeningIsRefused() throws {
        let port = try TCPListener(loopback, on: loop) { _ in }.address.port
        let here = StreamRecorder()
        TCPDialer().dial(host: "127.0.0.1", port: port, on: loop).receiver = here
        #expect(loop.run { here.closure != nil })
        #expect(here.closure == .refused)
        #expect(!here.isOpen)
    }

    @Test func anUnknownNameIsAResolveFailure() throws {
        // A label that no name server is asked for.
        let host = String(repeating: "x", count: 64) + ".invalid"
        let here = StreamRecorder()
        TCPDialer().dial(host: host, port: 1, on: loop).receiver = here
        #expect(loop.run { here.closure != nil })
        guard case .unresolved(let failure) = here.closure else {
            Issue.record("\(String(describing: here.closure))")
            return
        }
        #expect(failure.host == host)
    }

    @Test func twentyMegabytesPassBothWaysAtOnce() throws {
        let (near, far, here, there) = try connectedPair()
        let size = 20 << 20
        let bytes = patternedBytes(count: size)
        near.write(bytes)
        far.write(bytes)
        #expect(near.pendingOutput > 0)
        #expect(loop.run(seconds: 60) { here.received.count == size && there.received.count == size })
        #expect(here.received == bytes)
        #expect(there.received == bytes)
        #expect(near.pendingOutput == 0)
        #expect(loop.run { here.drainedCount == 1 && there.drainedCount == 1 })
    }

    @Test func aPausedStreamLeavesBytesInTheKernelAndThenCatchesUp() throws {
        let (near, far, here, there) = try connectedPair()
        far.isReadingPaused = true
        near.write([UInt8](repeating: 7, count: 32 << 20))
        far.write([1])
        #expect(loop.run { here.received == [1] })
        #expect(there.received.isEmpty)
        #expect(near.pendingOutput > 0)
        far.isReadingPaused = false
        #expect(loop.run(seconds: 60) { there.received.count == 32 << 20 })
    }

    @Test func aResetIsTold() throws {
        let (near, far, here, there) = try connectedPair()
        // Closing with unread bytes makes the kernel answer with RST.
        far.isReadingPaused = true
        near.write([1, 2, 3])
        var paused = false
        loop.schedule(at: .now + .milliseconds(20)) { paused = true }
        #expect(loop.run { paused })
        far.close()
        #expect(loop.run { here.closure != nil })
        #expect(here.closure == .reset)
        #expect(there.received.isEmpty)
    }

    @Test func whatThePeerSaidBeforeItClosedIsReadEvenWhenOurWritesFail() throws {
        let (near, far, here, _) = try connectedPair()
        far.write(Array("the reason".utf8))
        far.close()
        // Before the loop runs again: the peer's RST to the first write makes the others fail.
        for _ in 0..<100 { near.write([UInt8](repeating: 0, count: 1000)) }
        #expect(loop.run { here.closure != nil })
        #expect(here.received == Array("the reason".utf8))
    }
}
