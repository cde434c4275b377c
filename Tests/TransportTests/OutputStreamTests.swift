import Glibc
import Testing

@testable import ByteTransport

/// Output whose reader takes nothing for a while, or goes away.
@Suite struct OutputStreamTests {
    /// `F_SETPIPE_SZ` of Linux, which Glibc shows to GNU programs only.
    private static let setPipeSize: Int32 = 1031

    let loop = EventLoop()
    let (reading, writing): (Int32, Int32)

    init() {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        #expect(fcntl(writing, Self.setPipeSize, 4096) == 4096)
        #expect(fcntl(reading, F_SETFL, O_NONBLOCK) == 0)
    }

    private func stream(_ mayReopen: Bool, endsWithReader: Bool = false) -> OutputStream {
        OutputStream(writing, on: loop, endsWithReader: endsWithReader, mayReopen: mayReopen)
    }

    /// What the pipe holds.
    private func take(_ limit: Int = .max) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count < limit {
            let count = read(reading, &chunk, min(chunk.count, limit - bytes.count))
            if count <= 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 5) }
    }

    @Test(arguments: [true, false])
    func aReaderThatStandsStillBlocksNobodyAndGetsAllInOrder(mayReopen: Bool) {
        let output = stream(mayReopen)
        let bytes = Self.pattern(300_000)
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            #expect(output.write(Array(bytes[start..<start + 1000])) == 0)
        }
        #expect(output.pending >= bytes.count - 4096)
        var ticks = 0
        func tick() {
            ticks += 1
            loop.schedule(at: .now + .milliseconds(1)) { tick() }
        }
        tick()
        #expect(loop.run(until: .now + .seconds(10)) { ticks > 20 })
        var taken: [UInt8] = []
        #expect(
            loop.run(until: .now + .seconds(30)) {
                taken += take()
                return taken.count == bytes.count
            })
        #expect(taken == bytes)
        #expect(output.pending == 0)
        // The flag of the descriptor that others share was left alone.
        #expect(fcntl(writing, F_GETFL) & O_NONBLOCK == 0)
        close(reading)
        close(writing)
    }

    @Test func whoeverProducesWithoutEndWaitsForRoom() {
        // Safe: the loop runs the task on this thread, which waits meanwhile.
        nonisolated(unsafe) let output = stream(true)
        var changes: [Bool] = []
        let pressure = loop.outputPressure.observe { [loop] in changes.append(loop.outputPressure.isHigh) }
        var hadRoom = false
        output.onRoom { hadRoom = true }
        #expect(hadRoom)
        output.write([UInt8](repeating: 1, count: OutputStream.fullMark + 8192))
        #expect(output.isFull && changes == [true])
        hadRoom = false
        output.onRoom { hadRoom = true }
        #expect(!hadRoom)
        func drainPipe() {
            _ = take(64 << 10)
            loop.enqueue { drainPipe() }
        }
        loop.enqueue { drainPipe() }
        loop.run { @LoopActor () async -> Void in await output.awaitRoom() }
        #expect(!output.isFull && hadRoom && changes == [true, false])
        #expect(output.pending > 0)
        #expect(output.drain { false } == 0)
        #expect(output.pending == 0)
        pressure.cancel()
        close(reading)
        close(writing)
    }

    @Test func whoIsInAHurryGivesUpAReaderThatTakesNothing() {
        let output = stream(true)
        output.write([UInt8](repeating: 1, count: 2 << 20))
        #expect(loop.outputPressure.isHigh)
        #expect(output.drain { true } == SystemError.givenUp)
        #expect(output.write([1]) == SystemError.givenUp)
        #expect(!loop.outputPressure.isHigh)
        close(reading)
        close(writing)
    }

    /// The hurry begins while it waits: a signal has come.
    @Test func aDrainThatWaitsLearnsOfTheHurry() {
        let output = stream(true)
        output.write([UInt8](repeating: 1, count: 10_000))
        var isHurried = false
        loop.schedule(at: .now + .milliseconds(20)) { isHurried = true }
        #expect(output.drain { isHurried } == SystemError.givenUp)
        close(reading)
        close(writing)
    }

    /// A task waits for the event, not by looking: the reader takes all, or somebody is in a hurry meanwhile.
    @Test(arguments: [true, false]) func aTaskWaitsForTheEnd(isTaken: Bool) {
        // Safe: the loop runs the task on this thread, which waits meanwhile.
        nonisolated(unsafe) let output = stream(true)
        output.write([UInt8](repeating: 1, count: 300_000))
        var taken = 0
        func drainPipe() {
            taken += take().count
            if taken < 300_000 { loop.schedule(at: .now + .milliseconds(1)) { drainPipe() } }
        }
        loop.schedule(at: .now + .milliseconds(20)) { isTaken ? drainPipe() : (output.isHurried = true) }
        loop.run { @LoopActor () async -> Void in await output.awaitEnd() }
        #expect(output.pending == 0)
        #expect(output.failure == (isTaken ? 0 : SystemError.givenUp))
        close(reading)
        close(writing)
    }

    @Test(arguments: [true, false])
    func aReaderThatLeavesIsNoticedWithoutWriting(hasQueue: Bool) {
        let output = stream(true, endsWithReader: true)
        var failure: Int32?
        output.onFailure = { failure = $0 }
        output.write([UInt8](repeating: 1, count: hasQueue ? 100_000 : 10))
        #expect((output.pending > 0) == hasQueue)
        _ = loop.run(until: .now + .milliseconds(5)) { false }
        #expect(failure == nil)
        close(reading)
        #expect(loop.run(until: .now + .seconds(10)) { failure != nil })
        #expect(failure == EPIPE && output.failure == EPIPE && output.pending == 0)
        #expect(output.write([1]) == EPIPE)
        close(writing)
    }

    @Test func aFileIsWrittenAtOnce() throws {
        let descriptor = open("/dev/null", O_WRONLY | O_CLOEXEC)
        let output = OutputStream(descriptor, on: loop)
        #expect(output.write([UInt8](repeating: 1, count: 3 << 20)) == 0)
        #expect(output.pending == 0)
        close(descriptor)
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        #expect(OutputStream(full, on: loop).write([1]) == ENOSPC)
        close(full)
    }

    @Test func theSameFileIsKnown() {
        let copy = dup(writing)
        #expect(OutputStream.areSame(writing, copy))
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        #expect(!OutputStream.areSame(writing, null))
        for descriptor in [copy, null, reading, writing] { close(descriptor) }
    }
}
