extension TermLayout {
    /// The next element of a list or tuple.
    mutating func stepElement(_ top: Int) {
        guard open[top].remaining > 0, let child = open[top].children.next() else { return stepTail(top) }
        open[top].remaining -= 1
        let part = open[top].part
        let extent = extent(of: child, part: part)
        open[top].part = extent.end
        let closers = open[top].remaining > 0 ? 0 : open[top].closers + 1
        if open[top].isFirst {
            open[top].isFirst = false
        } else if extent.isAtomic, hasRoomBehindComma(extent.length, open[top], closers: closers) {
            write(",")
            write(child)
            open[top].column += extent.length + 1
            open[top].width += extent.length + 1
            return
        } else {
            write(",")
            newline(indent: open[top].indent)
            open[top].width = 0
        }
        let (column, width) = (open[top].startColumn, open[top].width)
        if extent.isAtomic, hasRoom(extent.length, column: column, width: width, closers: closers) {
            write(child)
            open[top].column = column + extent.length
            open[top].width += extent.length
        } else {
            // As if the line were full: the next element begins a new one.
            open[top].column = column + lineLength
            open[top].width += lineLength
            place(child, part: part, column: column, indent: open[top].indent, closers: closers, width: width)
        }
    }

    /// Behind the last element: the tail of an improper list, or the end.
    private mutating func stepTail(_ top: Int) {
        guard let tail = open[top].tail else { return close() }
        open[top].tail = nil
        let container = open[top]
        let extent = extents[container.part]
        let closers = container.closers + 1
        write("|")
        if extent.isAtomic,
            hasRoom(extent.length + 1, column: container.column, width: container.width, closers: closers)
        {
            return write(.view(tail))
        }
        newline(indent: container.indent)
        place(
            .view(tail), part: container.part, column: isTrial ? container.column : container.startColumn,
            indent: container.indent, closers: closers, width: 0)
    }

    /// The value whose key was written last, or the next pair of a map.
    mutating func stepPair(_ top: Int) {
        if let value = open[top].value { return place(value, top) }
        guard open[top].remaining > 0, case .view(let key)? = open[top].children.next(),
            case .view(let value)? = open[top].children.next()
        else { return close() }
        open[top].remaining -= 1
        let keyPart = open[top].part
        let (keyExtent, valuePart) = (extents[keyPart], extents[keyPart].end)
        let valueExtent = extents[valuePart]
        open[top].part = valueExtent.end
        let length = keyExtent.length + 4 + valueExtent.length
        let isAtomic = keyExtent.isAtomic && valueExtent.isAtomic
        let closers = open[top].remaining > 0 ? 0 : open[top].closers + 1
        let isFirst = open[top].isFirst
        open[top].isFirst = false
        if !isFirst {
            write(",")
            if isAtomic, hasRoomBehindComma(length, open[top], closers: closers) {
                writePair(key, value)
                open[top].column += length + 1
                open[top].width += length + 1
                return
            }
            newline(indent: open[top].indent)
            open[top].width = 0
        }
        let (column, width) = (open[top].startColumn, open[top].width)
        let fits = hasRoom(length, column: column, width: width, closers: closers)
        let taken = fits && isAtomic ? length : lineLength
        open[top].column = column + taken
        open[top].width = isFirst && isTrial ? width + taken : taken
        if fits { return writePair(key, value) }
        open[top].value = PendingValue(view: value, part: valuePart, closers: closers)
        place(.view(key), part: keyPart, column: column, indent: open[top].indent, closers: closers, width: width)
    }

    private mutating func place(_ value: PendingValue, _ top: Int) {
        open[top].value = nil
        let deeper = tagIndent > 0 ? tagIndent : 4
        write(" =>")
        newline(indent: open[top].indent + deeper)
        place(
            .view(value.view), part: value.part, column: open[top].startColumn + deeper,
            indent: open[top].indent + deeper, closers: value.closers, width: 0)
    }

    private mutating func writePair(_ key: TermView, _ value: TermView) {
        write(.view(key))
        write(" => ")
        write(.view(value))
    }
}
