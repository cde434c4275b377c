/// Breaks a term into lines as `io_lib_pretty` does for `~p`.
///
/// The rules, for a term that does not fit on the rest of its line: a list's or tuple's elements stand below its first
/// one; atomic ones fill lines, anything else gets a line of its own. A tuple that begins with an atom is indented by
/// the atom's length or, where that would waste the line, by `tagIndent`. A map's value that does not fit beside its
/// key goes below it.
///
/// Two things are OTP's own and kept for the sake of equal text: `longest`, the length of the whole term on one line,
/// limits lines as well; and while a `tagIndent` is tried (`fits`), widths are counted slightly otherwise than while
/// writing. Columns count from 1.
struct TermLayout {
    let extents: TermExtents
    let leaf: LeafText
    /// The first column that is not written to.
    let lineLength: Int
    let longest: Int
    /// Spaces under the tag of a tuple: none below 1, when the elements follow the tag on its line.
    let tagIndent: Int
    let isTrial: Bool

    var sink: TextSink
    var writer: LineWriter
    var open: [OpenContainer] = []
    var recordLevel = 0
    /// A trial found no room for this `tagIndent`.
    var isRefused = false

    /// A container that is being written, and where in the line it stands.
    struct OpenContainer {
        enum Shape {
            case elements
            case pairs
            case fields(names: [RecordWord])
        }

        var shape: Shape
        var children: TermChildren
        /// Elements, pairs or fields that are left.
        var remaining: Int
        var tail: TermView?
        var closing: UInt8
        /// The number of the next child in `extents`.
        var part: Int
        /// Where the children's lines begin, and the spaces in front of it.
        var startColumn: Int
        var indent: Int
        /// The column behind what stands on the line.
        var column: Int
        /// The characters on the line, without indentation.
        var width: Int
        /// Brackets that will close behind the last child.
        var closers: Int
        var isFirst = true
        /// The value whose key was just written.
        var value: PendingValue?
    }

    struct PendingValue {
        var view: TermView
        var part: Int
        var closers: Int
    }

    /// Whether `length` characters fit behind `column` with `closers` brackets to come.
    func hasRoom(_ length: Int, column: Int, width: Int, closers: Int) -> Bool {
        length < lineLength - column - closers && length + width + closers <= longest
    }

    /// The same for one that follows a comma on the same line.
    func hasRoomBehindComma(_ length: Int, _ container: OpenContainer, closers: Int) -> Bool {
        let length = length + 1
        if closers == 0 {
            return length + 1 < lineLength - container.column && container.width + length + 1 <= longest
        }
        return length < lineLength - container.column - closers && container.width + length + closers <= longest
    }

    /// Begins to write a term; `proceed` goes on.
    mutating func begin(_ root: TermView, column: Int) {
        place(
            .view(root), part: 0, column: column, indent: column - 1, closers: 0, width: 0)
    }

    /// Writes until the sink is full.
    /// - Returns: whether more follows.
    mutating func proceed() -> Bool {
        while !open.isEmpty, !isRefused, !sink.isClosed, sink.pending == nil {
            if sink.isFull { return true }
            let top = open.count - 1
            switch open[top].shape {
            case .elements: stepElement(top)
            case .pairs: stepPair(top)
            case .fields(let names): stepField(top, names)
            }
        }
        return sink.pending != nil
    }

    mutating func close() {
        guard let closed = open.popLast() else { return }
        if case .fields = closed.shape { recordLevel -= 1 }
        if !isTrial { sink.append(closed.closing) }
    }

    mutating func write(_ child: TermChildren.Child) {
        guard !isTrial else { return }
        switch child {
        case .byte(let byte): sink.append(decimal: UInt64(byte))
        case .view(let view): writer.write(view, recordLevel: recordLevel, to: &sink)
        }
    }

    mutating func write(_ text: StaticString) {
        if !isTrial { sink.append(text) }
    }

    mutating func newline(indent: Int) {
        if !isTrial { sink.newline(indent: indent) }
    }

    func extent(of child: TermChildren.Child, part: Int) -> TermExtents.Extent {
        switch child {
        case .byte(let byte): .init(length: DecimalDigits.count(byte), isAtomic: true, end: part)
        case .view: extents[part]
        }
    }

    /// Writes a term, or opens it when it does not fit on the line.
    mutating func place(
        _ child: TermChildren.Child, part: Int, column: Int, indent: Int, closers: Int, width: Int
    ) {
        let extent = extent(of: child, part: part)
        if hasRoom(extent.length, column: column, width: width, closers: closers) || extent.isAtomic {
            return write(child)
        }
        guard case .view(let view) = child else { return }
        switch view.kind {
        case .list(let elements, let tail):
            begin(
                .init(
                    shape: .elements, children: TermChildren(elements), remaining: elements.count, tail: tail,
                    closing: UInt8(ascii: "]"), part: part + 1, startColumn: column + 1, indent: indent + 1,
                    column: column + 1, width: width + 1, closers: closers),
                opening: "[")
        case .byteList(let bytes):
            begin(
                .init(
                    shape: .elements, children: TermChildren(bytes), remaining: bytes.count,
                    closing: UInt8(ascii: "]"), part: part + 1, startColumn: column + 1, indent: indent + 1,
                    column: column + 1, width: width + 1, closers: closers),
                opening: "[")
        case .tuple(let elements):
            begin(
                .init(
                    shape: .elements, children: TermChildren(elements), remaining: elements.count,
                    closing: UInt8(ascii: "}"), part: part + 1, startColumn: column + 1, indent: indent + 1,
                    column: column + 1, width: width + 1, closers: closers),
                opening: "{")
            placeTag(elements, column: column, indent: indent)
        case .map(let views):
            begin(
                .init(
                    shape: .pairs, children: TermChildren(pairs: views), remaining: views.count / 2,
                    closing: UInt8(ascii: "}"), part: part + 1, startColumn: column + 2, indent: indent + 2,
                    column: column + 2, width: width + (isTrial ? 2 : 1), closers: closers),
                opening: "#{")
        case .nativeRecord(let record):
            placeRecord(record, part: part, column: column, indent: indent, closers: closers, width: width)
        case .binary(let bytes):
            place(
                BitStringText(bytes, bitsInLastByte: 8), column: column, indent: indent, closers: closers, width: width)
        case .bitString(let bytes, let bits):
            place(
                BitStringText(bytes, bitsInLastByte: bits), column: column, indent: indent, closers: closers,
                width: width)
        default:
            write(child)
        }
    }

    private mutating func begin(_ container: OpenContainer, opening: StaticString) {
        write(opening)
        open.append(container)
    }

    private mutating func place(_ bits: BitStringText, column: Int, indent: Int, closers: Int, width: Int) {
        guard !isTrial else { return }
        let room = max(8, min(lineLength - (column + 2), longest - 4 - width) - closers)
        bits.write(to: &sink, room: room, indent: indent + 2)
    }

    /// Whether children may begin at `column`: not in the right half of the line, unless all fits there.
    func mayStart(at column: Int) -> Bool {
        longest + column <= lineLength || column <= lineLength / 2
    }

    /// The tuple on top of the stack, if it has a tag: writes that and settles where the elements begin.
    private mutating func placeTag(_ elements: TermViews, column: Int, indent: Int) {
        guard elements.count > 1, let tag = elements.makeFirst(), case .atom = tag.kind else { return }
        let top = open.count - 1
        let tagLength = extents[open[top].part].length
        let tagRoom = tagLength + 2
        _ = open[top].children.next()
        open[top].remaining -= 1
        open[top].part = extents[open[top].part].end
        write(.view(tag))
        open[top].column = column + tagRoom
        if tagIndent > 0, tagRoom > tagIndent {
            open[top].startColumn = column + tagIndent
            open[top].indent = indent + tagIndent
            open[top].width += tagLength
            open[top].isFirst = false
            if isTrial, !mayStart(at: column + tagIndent) { isRefused = true }
        } else {
            open[top].startColumn = column + tagRoom
            open[top].indent = indent + tagRoom
            open[top].width += tagLength + 1
            write(",")
            if isTrial, longest + column + tagRoom >= lineLength, column + tagRoom >= lineLength / 2 {
                isRefused = true
            }
        }
    }
}

extension TermViews {
    fileprivate func makeFirst() -> TermView? {
        var views = makeIterator()
        return views.next()
    }
}
