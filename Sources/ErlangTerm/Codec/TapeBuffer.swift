internal import Glibc

/// Words that grow by `realloc`, which moves pages instead of copying when the tape is large. What is reserved and
/// not written takes no memory. Out of memory ends the process, as it does everywhere in Swift.
struct TapeBuffer: ~Copyable {
    private(set) var words: UnsafeMutablePointer<UInt64>
    private(set) var count = 0
    private var capacity: Int

    init(minimumCapacity: Int) {
        let capacity = max(8, minimumCapacity)
        guard let memory = malloc(capacity * MemoryLayout<UInt64>.stride) else { abort() }
        words = memory.assumingMemoryBound(to: UInt64.self)
        self.capacity = capacity
    }

    deinit { free(words) }

    subscript(index: Int) -> TapeWord {
        @inline(__always) get { TapeWord(bits: words[index]) }
        @inline(__always) nonmutating set { words[index] = newValue.bits }
    }

    @inline(__always)
    mutating func append(_ word: TapeWord) {
        if count == capacity { grow() }
        words[count] = word.bits
        count += 1
    }

    mutating func truncate(to newCount: Int) { count = newCount }

    /// Gives up the words, closed by `last`; the caller frees them.
    consuming func close(_ last: TapeWord) -> UnsafeMutablePointer<UInt64> {
        append(last)
        let words = words
        discard self
        return words
    }

    /// The tape index behind the subtree at `index`.
    @inline(__always)
    func indexAfter(_ index: Int) -> Int {
        self[index].isContainer ? self[index + 1].indexAfter : index + 1
    }

    @inline(never)
    private mutating func grow() {
        let wanted = capacity + capacity / 2
        guard let memory = realloc(words, wanted * MemoryLayout<UInt64>.stride) else { abort() }
        words = memory.assumingMemoryBound(to: UInt64.self)
        capacity = wanted
    }
}
