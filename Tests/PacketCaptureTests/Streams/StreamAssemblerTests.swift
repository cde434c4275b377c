import ErlcluTestSupport
import Testing

@testable import PacketCapture

@Suite struct StreamAssemblerTests {
    private func feed(_ assembler: inout StreamAssembler, _ sequence: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        var given: [UInt8] = []
        bytes.withUnsafeBytes { raw in
            if case .now(let part) = assembler.take(sequence, raw) { given += part }
        }
        while let held = assembler.nextHeld() { given += held }
        return given
    }

    /// Pieces in any order, sent again, lying over each other, around the end of the numbers: the stream comes out.
    @Test(arguments: 0..<200 as Range<UInt64>) func anyOrderGivesTheStream(_ seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        let stream = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let start = seed % 2 == 0 ? UInt32.max &- UInt32.random(in: 0..<600, using: &numbers) : 17
        var pieces: [(offset: Int, count: Int)] = []
        var offset = 0
        while offset < stream.count {
            let count = min(Int.random(in: 1...60, using: &numbers), stream.count - offset)
            pieces.append((offset, count))
            if Bool.random(using: &numbers) { pieces.append((offset, count)) }
            let back = Int.random(in: 0...min(offset, 20), using: &numbers)
            pieces.append((offset - back, min(count + back, stream.count - offset + back)))
            offset += count
        }
        // Not so far that they are taken for lost.
        for index in pieces.indices {
            pieces.swapAt(index, min(index + Int.random(in: 0...5, using: &numbers), pieces.count - 1))
        }
        var assembler = StreamAssembler()
        assembler.begin(at: start)
        var given: [UInt8] = []
        for piece in pieces {
            let bytes = Array(stream[piece.offset..<piece.offset + piece.count])
            given += feed(&assembler, start &+ UInt32(piece.offset), bytes)
        }
        #expect(given == stream)
        #expect(assembler.heldBytes == 0)
        assembler.finish(at: start &+ UInt32(stream.count))
        #expect(assembler.isAtEnd)
    }

    @Test func whatCameFirstStays() {
        var assembler = StreamAssembler()
        assembler.begin(at: 100)
        #expect(feed(&assembler, 102, [3, 4]) == [])
        #expect(feed(&assembler, 100, [1, 2, 99]) == [1, 2, 99, 4])
        #expect(feed(&assembler, 101, [7, 7, 7, 5]) == [5])
    }

    @Test func gapsAreSkippedWhenAsked() {
        var assembler = StreamAssembler()
        assembler.begin(at: 0)
        #expect(feed(&assembler, 10, [1, 2]) == [])
        #expect(assembler.isWaiting)
        #expect(assembler.skipGap() == 10)
        #expect(assembler.nextHeld() == [1, 2])
        #expect(assembler.skipGap() == nil)
        assembler.finish(at: 20)
        #expect(!assembler.isAtEnd)
        #expect(assembler.skipGap() == 8)
        #expect(assembler.isAtEnd)
    }

    /// Three times said to have arrived, and not in the capture.
    @Test func whatWasReceivedUnseenIsGivenUp() {
        var assembler = StreamAssembler()
        assembler.begin(at: 0)
        #expect(feed(&assembler, 10, [1, 2]) == [])
        #expect(assembler.acknowledged(12) == nil)
        #expect(assembler.acknowledged(12) == nil)
        #expect(assembler.acknowledged(12) == 10)
        #expect(assembler.nextHeld() == [1, 2])
        for _ in 0..<5 { #expect(assembler.acknowledged(12) == nil) }
    }

    @Test func whatWaitsIsBounded() {
        var assembler = StreamAssembler()
        assembler.begin(at: 0)
        var isFull = false
        for index in 1...1_000 {
            [UInt8](repeating: 1, count: 1_400).withUnsafeBytes { bytes in
                if case .full = assembler.take(UInt32(index * 1_400), bytes) { isFull = true }
            }
        }
        #expect(isFull)
        #expect(assembler.heldBytes <= StreamAssembler.heldBytesLimit)
    }
}
