import ByteTransport
import ErlcluTestSupport
import Glibc
import Testing

/// What epoll does otherwise than poll, and what must not be seen of it.
@Suite struct DescriptorPollerTests {
    let loop = EventLoop()

    private func pipeEnds() -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    /// epoll refuses both with EPERM.
    @Test(arguments: ["/dev/null", "/proc/self/exe"])
    func aFileThatNeverMakesAnybodyWaitIsAlwaysReady(path: String) {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var calls = 0
        let handle = loop.watch(descriptor, for: .read) { ready in
            #expect(ready == .read)
            calls += 1
        }
        #expect(loop.run { calls == 3 })
        handle.interest = []
        _ = loop.run(until: .now + .milliseconds(5)) { false }
        #expect(calls == 3)
        handle.interest = .read
        #expect(loop.run { calls == 4 })
        handle.cancel()
        #expect(!loop.run(until: nil) { false }, "nothing is left")
    }

    /// The new file has the number, and the interest, of the old one.
    @Test(arguments: [true, false])
    func aNumberThatIsGivenOutAgainIsWatched(cancelsFirst: Bool) {
        let old = pipeEnds()
        let stale = loop.watch(old.reading, for: .read) { _ in }
        write(old.writing, "x", 1)
        var seen = false
        let first = loop.watch(old.reading, for: .read) { _ in seen = true }
        #expect(loop.run { seen })
        first.cancel()
        if cancelsFirst { stale.cancel() }
        close(old.reading)
        let new = pipeEnds()
        #expect(new.reading == old.reading)
        var isReadable = false
        let watch = loop.watch(new.reading, for: .read) { _ in isReadable = true }
        if !cancelsFirst { stale.cancel() }
        write(new.writing, "y", 1)
        #expect(loop.run { isReadable })
        watch.cancel()
        for descriptor in [old.writing, new.reading, new.writing] { close(descriptor) }
    }

    /// Another process, here another descriptor, keeps the file open that was watched: epoll goes on to report it.
    @Test func aFileThatLivesOnElsewhereDoesNotKeepTheLoopBusy() {
        let old = pipeEnds()
        let stale = loop.watch(old.reading, for: .read) { _ in }
        _ = loop.run(until: .now + .milliseconds(1)) { false }
        let copy = dup(old.reading)
        close(old.reading)
        let new = pipeEnds()
        #expect(new.reading == old.reading)
        write(old.writing, "x", 1)
        stale.cancel()
        var calls = 0
        let watch = loop.watch(new.reading, for: .read) { _ in calls += 1 }
        let processor = ProcessorTime.of { _ = loop.run(until: .now + .milliseconds(200)) { false } }
        #expect(calls == 0)
        #expect(processor < 0.05)
        write(new.writing, "y", 1)
        #expect(loop.run { calls > 0 })
        watch.cancel()
        for descriptor in [copy, old.writing, new.reading, new.writing] { close(descriptor) }
    }

    @Test func severalWatchesOfOneDescriptorAreCalledForWhatEachAsksFor() {
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { ends.forEach { close($0) } }
        var (reads, writes) = (0, 0)
        let reader = loop.watch(ends[0], for: .read) { _ in reads += 1 }
        let writer = loop.watch(ends[0], for: .write) { _ in writes += 1 }
        #expect(loop.run { writes > 0 })
        #expect(reads == 0)
        writer.cancel()
        let before = writes
        write(ends[1], "x", 1)
        #expect(loop.run { reads > 0 })
        #expect(writes == before)
        reader.cancel()
    }

    /// The handler of one closes the other's descriptor and opens one of the same number.
    @Test func anEventOfAClosedFileIsNotTheNextOnes() {
        let (one, other) = (pipeEnds(), pipeEnds())
        var handles: [Int32: DescriptorHandle] = [:]
        var calls = 0
        var new: (reading: Int32, writing: Int32)?
        func take(_ own: Int32, _ neighbour: Int32) {
            guard new == nil else { return }
            handles[neighbour]?.cancel()
            let opened = pipeEnds()
            // It closes the other in the same step: another test would be given the number first.
            #expect(dup2(opened.reading, neighbour) == neighbour)
            close(opened.reading)
            handles[neighbour] = loop.watch(neighbour, for: .read) { _ in calls += 1 }
            new = (neighbour, opened.writing)
        }
        for (own, neighbour) in [(one.reading, other.reading), (other.reading, one.reading)] {
            handles[own] = loop.watch(own, for: .read) { _ in take(own, neighbour) }
        }
        write(one.writing, "x", 1)
        write(other.writing, "x", 1)
        _ = loop.run(until: .now + .milliseconds(20)) { false }
        #expect(new != nil)
        #expect(calls == 0)
        for handle in handles.values { handle.cancel() }
    }

    @Test func aReaderThatLeavesIsSeenWithoutWriting() {
        let ends = pipeEnds()
        var seen: [DescriptorInterest] = []
        let handle = loop.watch(ends.writing, for: .failure) { seen.append($0) }
        #expect(!loop.run(until: nil) { false }, "such a watch alone keeps nobody waiting")
        _ = loop.run(until: .now + .milliseconds(5)) { false }
        #expect(seen.isEmpty)
        close(ends.reading)
        #expect(loop.run { !seen.isEmpty })
        #expect(seen.first == .failure)
        handle.cancel()
        close(ends.writing)
    }
}
