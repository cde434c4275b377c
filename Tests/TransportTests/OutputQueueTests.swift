import ByteTransport
import Testing

@Suite struct OutputQueueTests {
    /// A chunk that is copied lies elsewhere each time, as the old one is still there.
    @Test func smallWritesAreJoinedInPlace() {
        var queue = OutputQueue()
        var places: [UnsafeRawPointer] = []
        for byte in 0..<8000 {
            queue.append([UInt8(truncatingIfNeeded: byte)])
            queue.drain { bytes in
                if let place = bytes.baseAddress, place != places.last { places.append(place) }
                return 0
            }
        }
        #expect(queue.count == 8000)
        #expect(places.count < 32)
        var sent: [UInt8] = []
        queue.drain { bytes in
            sent += bytes
            return bytes.count
        }
        #expect(sent == (0..<8000).map { UInt8(truncatingIfNeeded: $0) })
    }
}
