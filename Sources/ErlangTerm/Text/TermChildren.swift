/// What is printed one after the other inside a container.
struct TermChildren {
    enum Child {
        case view(TermView)
        /// An element of a list that came as bytes, or as small integers only.
        case byte(UInt8)
    }

    private enum Source {
        case views(TermViews.Iterator)
        case bytes(ArraySlice<UInt8>)
        case backwards(BackwardPairs)
    }

    private var source: Source

    init(_ views: TermViews) { source = .views(views.makeIterator()) }
    init(_ views: TermViews.Iterator) { source = .views(views) }
    init(_ bytes: ArraySlice<UInt8>) { source = .bytes(bytes) }

    /// Keys and values of a map in the order in which OTP prints them: as they came, but the pairs of a map of more
    /// than 32, which has another form in the emulator, last one first. So say OTP 25, 27 and 29.
    init(pairs: TermViews) {
        source = pairs.count > 64 ? .backwards(BackwardPairs(pairs)) : .views(pairs.makeIterator())
    }

    mutating func next() -> Child? {
        // The source is given up while it is advanced, so that it is not copied.
        switch source {
        case .views(var views):
            source = .bytes([])
            let child = views.next()
            source = .views(views)
            return child.map { view in view.byte.map(Child.byte) ?? .view(view) }
        case .bytes(var bytes):
            source = .bytes([])
            let child = bytes.popFirst()
            source = .bytes(bytes)
            return child.map(Child.byte)
        case .backwards(var pairs):
            source = .bytes([])
            let child = pairs.next()
            source = .backwards(pairs)
            return child.map(Child.view)
        }
    }
}

/// The pairs of a map from the last to the first, each one its key first.
private struct BackwardPairs {
    private let tape: TermTape
    private var keys: [UInt32] = []
    private var valueIndex: Int?

    init(_ pairs: TermViews) {
        tape = pairs.tape
        keys.reserveCapacity(pairs.count / 2)
        var index = pairs.first
        for _ in 0..<(pairs.count / 2) {
            keys.append(UInt32(index))
            index = tape.indexAfter(tape.indexAfter(index))
        }
    }

    mutating func next() -> TermView? {
        if let index = valueIndex {
            valueIndex = nil
            return TermView(tape: tape, index: index)
        }
        guard let key = keys.popLast() else { return nil }
        valueIndex = tape.indexAfter(Int(key))
        return TermView(tape: tape, index: Int(key))
    }
}
