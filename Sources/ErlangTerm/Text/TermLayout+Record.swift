/// Native records, laid out as the shell lays out records: `#mod:name{a = 1,b = 2}`.
extension TermLayout {
    mutating func placeRecord(
        _ record: OpaqueRecord, part: Int, column: Int, indent: Int, closers: Int, width: Int
    ) {
        guard recordLevel < NativeRecordParts.levels,
            let parts = NativeRecordParts(record, dialect: leaf.dialect)
        else { return write(NativeRecordParts.omitted) }
        if !isTrial {
            sink.append(parts.title.text)
            sink.append(UInt8(ascii: "{"))
        }
        recordLevel += 1
        let length = parts.title.length
        var container = OpenContainer(
            shape: .fields(names: parts.names), children: TermChildren(parts.values), remaining: parts.names.count,
            closing: UInt8(ascii: "}"), part: part + 1, startColumn: column, indent: indent, column: column,
            width: width + length + 1, closers: closers)
        if !parts.names.isEmpty {
            let deeper = indented(by: length + 1, column: column, indent: indent, width: container.width)
            container.startColumn = deeper.column
            container.indent = deeper.indent
            container.width = deeper.width
        }
        open.append(container)
    }

    /// Where something begins that stands `room` characters behind `column`, or on a new line under it.
    private mutating func indented(
        by room: Int, column: Int, indent: Int, width: Int
    ) -> (column: Int, indent: Int, width: Int) {
        let breaks = tagIndent > 0 && room > tagIndent
        let deeper = breaks ? tagIndent : room
        if isTrial, !mayStart(at: column + deeper) { isRefused = true }
        if breaks { newline(indent: indent + deeper) }
        return (column + deeper, indent + deeper, breaks ? 0 : width)
    }

    /// The next field.
    mutating func stepField(_ top: Int, _ names: [RecordWord]) {
        guard open[top].remaining > 0, case .view(let value)? = open[top].children.next() else { return close() }
        let name = names[names.count - open[top].remaining]
        open[top].remaining -= 1
        let part = open[top].part
        let extent = extents[part]
        open[top].part = extent.end
        let length = name.length + 3 + extent.length
        let closers = open[top].remaining > 0 ? 0 : open[top].closers + 1
        if open[top].isFirst {
            open[top].isFirst = false
        } else if extent.isAtomic, hasRoomBehindComma(length, open[top], closers: closers) {
            write(",")
            writeField(name, value)
            open[top].column += length + 1
            open[top].width += length + 1
            return
        } else {
            write(",")
            newline(indent: open[top].indent)
            open[top].width = 0
        }
        let (column, width) = (open[top].startColumn, open[top].width)
        let fits = hasRoom(length, column: column, width: width, closers: closers)
        let taken = fits && extent.isAtomic ? length : lineLength
        open[top].column = column + taken
        open[top].width += taken
        if fits { return writeField(name, value) }
        if !isTrial { sink.append(name.text) }
        write(" =")
        let breaks = tagIndent > 0 && name.length + 3 > tagIndent
        if !breaks { write(" ") }
        let deeper = indented(
            by: name.length + 3, column: column, indent: open[top].indent, width: width + name.length + 3)
        place(
            .view(value), part: part, column: deeper.column, indent: deeper.indent, closers: closers,
            width: deeper.width)
    }

    private mutating func writeField(_ name: RecordWord, _ value: TermView) {
        if !isTrial { sink.append(name.text) }
        write(" = ")
        write(.view(value))
    }
}
