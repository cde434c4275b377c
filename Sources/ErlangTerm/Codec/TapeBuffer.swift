internal import Glibc

/// Words that grow by `realloc`, which moves pages instead of copying when the tape is large.
struct TapeBuffer: ~Copyable {
    private(set) var words: UnsafeMutablePointer<UInt64>
    private(set) var count = 0
    private var capacity: Int

    init(minimumCapacity: Int) {
        capacity = max(8, minimumCapacity)
        words = .allocate(capacity: capacity)
    }

    deinit { words.deallocate() }

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

    /// Gives up the words, closed by `last`; the caller deallocates them.
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
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: wanted)
        larger.moveInitialize(from: words, count: count)
        words.deallocate()
        words = larger
        capacity = wanted
    }
}
