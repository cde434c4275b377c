import ByteTransport

/// Keeps all that a stream tells, for a test to look at afterwards.
final class StreamRecorder: ByteStreamReceiver {
    var openedCount = 0
    var drainedCount = 0
    var received: [UInt8] = []
    var closure: StreamClosure?
    var onOpened: () -> Void = {}
    var onBytes: (UnsafeRawBufferPointer) -> Void = { _ in }
    var onDrained: () -> Void = {}

    var isOpen: Bool { openedCount > 0 }

    func streamOpened(_ stream: any ByteStream) {
        openedCount += 1
        onOpened()
    }

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        received.append(contentsOf: bytes)
        onBytes(bytes)
    }

    func streamDrained(_ stream: any ByteStream) {
        drainedCount += 1
        onDrained()
    }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) { closure = reason }
}

extension EventLoop {
    /// Runs until `condition`, for at most `seconds`.
    func run(seconds: Int = 40, or condition: () -> Bool) -> Bool {
        run(until: .now + .seconds(seconds), or: condition)
    }
}

/// Bytes whose order shows: the pattern's length is prime, so that no block of a power of two repeats.
func patternedBytes(count: Int) -> [UInt8] {
    let pattern = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + pattern.count)
    while bytes.count < count { bytes.append(contentsOf: pattern) }
    bytes.removeLast(bytes.count - count)
    return bytes
}
