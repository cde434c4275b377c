import DistributionProtocol
import Testing

@Suite struct FrameReaderTests {
    /// Feeds `bytes` in chunks of `size`.
    private func frames(
        _ bytes: [UInt8], chunk size: Int, reader: inout FrameReader
    ) throws(FrameError) -> [Frame] {
        var frames: [Frame] = []
        var position = 0
        while position < bytes.count {
            let end = min(position + size, bytes.count)
            let result = bytes[position..<end].withUnsafeBytes { raw -> Result<[Frame], FrameError> in
                var (chunk, found) = (raw, [Frame]())
                do throws(FrameError) {
                    while let frame = try reader.next(from: &chunk) { found.append(frame) }
                } catch {
                    return .failure(error)
                }
                return chunk.isEmpty ? .success(found) : .failure(.tooLong(length: -1, limit: -1))
            }
            frames += try result.get()
            position = end
        }
        return frames
    }

    static let large = [UInt8]((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

    private var stream: [UInt8] {
        [0, 0, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 7, 8] + [0, 3, 0x0d, 0x40] + Self.large
    }

    @Test(arguments: [1, 2, 3, 5, 7, 4096, 65536, 1_000_000])
    func chunksOfAnySize(_ size: Int) throws {
        var reader = FrameReader()
        let read = try frames(stream, chunk: size, reader: &reader)
        #expect(read == [.tick, .packet([9]), .tick, .tick, .packet([7, 8]), .packet(Self.large)])
        #expect(!reader.isInsideFrame)
    }

    @Test func anUnfinishedFrameGivesNothing() throws {
        for count in [1, 3, 4, 6] {
            var reader = FrameReader()
            #expect(try frames(Array([0, 0, 0, 3, 1, 2].prefix(count)), chunk: 10, reader: &reader).isEmpty)
            #expect(reader.isInsideFrame)
        }
    }

    @Test func anEmptyChunkGivesNothing() throws {
        var reader = FrameReader()
        var chunk = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(try reader.next(from: &chunk) == nil)
    }

    @Test func lengthsBeyondTheLimitAreRefusedWithTheHeader() {
        for header: [UInt8] in [[0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0x10, 0, 0, 1]] {
            var reader = FrameReader()
            let length = header.reduce(0) { $0 << 8 | Int($1) }
            #expect(throws: FrameError.tooLong(length: length, limit: FrameReader.standardLimit)) {
                try frames(header, chunk: 1, reader: &reader)
            }
        }
    }

    @Test func theLimitItselfIsTaken() throws {
        var reader = FrameReader(limit: 5)
        #expect(try frames([0, 0, 0, 5, 1, 2, 3, 4, 5], chunk: 2, reader: &reader) == [.packet([1, 2, 3, 4, 5])])
        #expect(throws: FrameError.tooLong(length: 6, limit: 5)) {
            try frames([0, 0, 0, 6], chunk: 4, reader: &reader)
        }
    }

    @Test func aLimitBeyond32BitsTakesEveryLength() throws {
        var reader = FrameReader(limit: .max)
        #expect(try frames([0xff, 0xff, 0xff, 0xff, 1], chunk: 5, reader: &reader).isEmpty)
    }

    /// What is held follows what came, not what the header promises.
    @Test func aPromiseCostsNoMemory() throws {
        var reader = FrameReader()
        #expect(try frames([0x10, 0, 0, 0, 1], chunk: 5, reader: &reader).isEmpty)
        #expect(reader.reservedBytes <= 128 << 10)
        let chunk = [UInt8](repeating: 7, count: 1 << 20)
        #expect(try frames(chunk, chunk: 4096, reader: &reader).isEmpty)
        #expect(reader.reservedBytes <= 65 << 20)
    }

    @Test func packetsStandOnTheirOwn() throws {
        var reader = FrameReader()
        let first = try frames([0, 0, 0, 2, 1, 2], chunk: 6, reader: &reader)
        let second = try frames([0, 0, 0, 2, 3, 4], chunk: 6, reader: &reader)
        #expect(first == [.packet([1, 2])])
        #expect(second == [.packet([3, 4])])
    }
}
