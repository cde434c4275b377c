/// The children of a container, in order.
package struct TermViews: Sequence, Sendable {
    package let count: Int
    let tape: TermTape
    /// The first child's index on the tape, or `~offset` of the byte that is its value.
    let first: Int
    /// How far such bytes are from each other: 1 in a STRING_EXT, 2 in a packed list.
    let stride: Int

    init(tape: TermTape, first: Int, count: Int, stride: Int = 1) {
        self.tape = tape
        self.first = first
        self.count = count
        self.stride = stride
    }

    /// Whether the children are bytes without words of their own.
    var areBytes: Bool { first < 0 && !isEmpty }
    package var isEmpty: Bool { count == 0 }
    package var underestimatedCount: Int { count }

    /// The child at `position`, or nil when there are not so many. Walks over the ones before it.
    package subscript(position: Int) -> TermView? {
        guard position >= 0, position < count else { return nil }
        if first < 0 { return TermView(tape: tape, index: first - position * stride) }
        var index = first
        for _ in 0..<position { index = tape.indexAfter(index) }
        return TermView(tape: tape, index: index)
    }

    package func makeIterator() -> Iterator { Iterator(tape: tape, stride: stride, index: first, remaining: count) }

    package struct Iterator: IteratorProtocol {
        let tape: TermTape
        let stride: Int
        var index: Int
        var remaining: Int

        package mutating func next() -> TermView? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            let view = TermView(tape: tape, index: index)
            index = index < 0 ? index - stride : tape.indexAfter(index)
            return view
        }
    }
}
