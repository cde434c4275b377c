package import ErlangTerm

/// A term as JSON on its way: it is written as far as somebody wants it, and goes on from there.
///
/// Where the time is over first, what is open is closed: the value is short of its end, and JSON all the same.
package struct TermJSONText {
    /// Bytes of a term that are written before somebody is asked.
    private static let pieceBytes = 48 << 10

    let form: TermJSON
    let goesOn: () -> Bool
    /// What is still to be written, the next one last. A stack of our own: a peer decides how deep its terms are.
    private var stack: [Work]
    private var steps = 0
    /// Whether the time was over before the end.
    package private(set) var isCut = false

    enum Work {
        case value(TermView)
        case elements(TermViews.Iterator)
        /// Keys and values of an object.
        case entries(TermViews.Iterator)
        /// Keys and values of a tagged map, which is an array of arrays of two.
        case pairs(TermViews.Iterator)
        case key(String)
        case endArray
        case endObject
        /// UTF-8 inside a string.
        case characters(ArraySlice<UInt8>)
        /// Characters that came as bytes, or as the elements of a list, inside a string.
        case latin1(ArraySlice<UInt8>)
        case scalars(TermViews.Iterator)
        /// Bytes in base 64, inside a string, and one that goes before them.
        case base64(UInt8?, ArraySlice<UInt8>)
        /// As Erlang prints it, inside a string or as a number.
        case printed(TermText)
        case endString
        case endNumber
        case endKey
        /// Elements of an array.
        case integers(ArraySlice<UInt8>)
    }

    /// - Parameter goesOn: asked now and then; false cuts the value.
    package init(of root: TermView, _ form: TermJSON, goesOn: @escaping () -> Bool) {
        self.form = form
        self.goesOn = goesOn
        stack = [.value(root)]
    }

    /// Writes on until `json` has so many bytes.
    /// - Returns: whether more follows.
    package mutating func proceed(to json: inout JSONWriter, until limit: Int) -> Bool {
        while json.bytes.count < limit, let work = stack.popLast() {
            steps += 1
            if steps % 4096 == 0 || work.isLarge, !goesOn() {
                stack.append(work)
                cut(&json)
                return false
            }
            proceed(with: work, &json)
            if isCut { cut(&json) }
        }
        return !stack.isEmpty
    }

    private mutating func proceed(with work: Work, _ json: inout JSONWriter) {
        switch work {
        case .value(let view): begin(view, &json)
        case .elements(var rest):
            guard let next = rest.next() else { return }
            stack.append(.elements(rest))
            stack.append(.value(next))
        case .entries(var rest):
            guard let key = rest.next(), let value = rest.next() else { return }
            json.beginString()
            stack += [.entries(rest), .value(value), .endKey, Self.key(key)]
        case .pairs(var rest):
            guard let key = rest.next(), let value = rest.next() else { return }
            json.beginArray()
            stack += [.pairs(rest), .endArray, .value(value), .value(key)]
        case .key(let name): json.key(name)
        case .endArray: json.endArray()
        case .endObject: json.endObject()
        case .endString: json.endString()
        case .endNumber: json.endNumber()
        case .endKey: json.endKey()
        case .characters, .latin1, .scalars, .base64, .printed, .integers: proceed(withPieceOf: work, &json)
        }
    }

    private mutating func proceed(withPieceOf work: Work, _ json: inout JSONWriter) {
        switch work {
        case .characters(let bytes):
            let piece = bytes.prefixOfCharacters(Self.pieceBytes)
            json.append(utf8: piece)
            if piece.count < bytes.count { stack.append(.characters(bytes[piece.endIndex...])) }
        case .latin1(let bytes):
            let piece = bytes.prefix(Self.pieceBytes)
            json.append(utf8: String(String.UnicodeScalarView(piece.map { Unicode.Scalar($0) })).utf8)
            if piece.count < bytes.count { stack.append(.latin1(bytes[piece.endIndex...])) }
        case .scalars(var elements):
            var text = String.UnicodeScalarView()
            var isMore = false
            while let element = elements.next() {
                if case .integer(let number) = element.kind,
                    let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init)
                {
                    text.append(scalar)
                }
                isMore = text.count >= Self.pieceBytes / 4
                if isMore { break }
            }
            json.append(utf8: String(text).utf8)
            if isMore { stack.append(.scalars(elements)) }
        case .base64(let first, let bytes):
            let whole = Self.pieceBytes / 3 * 3
            let piece = bytes.prefix(first == nil ? whole : whole - 1)
            json.append(utf8: Base64.encoded((first.map { [$0] } ?? []) + piece))
            if piece.count < bytes.count { stack.append(.base64(nil, bytes[piece.endIndex...])) }
        case .printed(var text):
            guard let piece = text.next() else {
                isCut = text.isCut
                return
            }
            json.append(utf8: piece)
            stack.append(.printed(text))
        case .integers(let bytes):
            let piece = bytes.prefix(Self.pieceBytes / 4)
            for byte in piece { json.integer(Int(byte)) }
            if piece.count < bytes.count { stack.append(.integers(bytes[piece.endIndex...])) }
        default: break
        }
    }

    /// Closes what is open.
    private mutating func cut(_ json: inout JSONWriter) {
        isCut = true
        if json.awaitsValue { json.null() }
        while let work = stack.popLast() {
            switch work {
            case .endArray: json.endArray()
            case .endObject: json.endObject()
            case .endString: json.endString()
            case .endNumber: json.endNumber()
            case .endKey:
                json.endKey()
                json.null()
            default: break
            }
        }
    }
}

extension TermJSONText.Work {
    /// Whether it may take long by itself.
    fileprivate var isLarge: Bool {
        switch self {
        case .characters(let bytes), .latin1(let bytes), .base64(_, let bytes), .integers(let bytes):
            bytes.count > 32 << 10
        case .scalars, .printed: true
        default: false
        }
    }
}

// MARK: One level

extension TermJSONText {
    private mutating func begin(_ view: TermView, _ json: inout JSONWriter) {
        switch view.kind {
        case .integer(let number): json.integer(number)
        case .bigInteger(let number): begin(number, view, &json)
        case .float(let number): json.number(number)
        case .atom(let atom): write(atom, &json)
        case .binary(let bytes):
            bytes.isUTF8 ? begin(.characters(bytes), &json) : begin(tag: "$binary", .base64(nil, bytes), &json)
        case .bitString(let bytes, let bits):
            json.beginObject()
            json.key("$bitstring")
            json.beginObject()
            json.key("base64")
            stack += [.endObject, .endObject, .integers([UInt8(bits)]), .key("bits_in_last_byte")]
            begin(.base64(nil, bytes), &json)
        case .tuple(let elements):
            open(form.isTagged ? "$tuple" : nil, &json)
            stack.append(.elements(elements.makeIterator()))
        case .emptyList:
            json.beginArray()
            json.endArray()
        case .list(let elements, let tail): begin(elements, tail, &json)
        case .byteList(let bytes): begin(byteList: bytes, &json)
        case .map(let pairs): begin(map: pairs, &json)
        case .pid, .port, .reference, .fun, .exportFun, .nativeRecord: writeOpaque(view, &json)
        }
    }

    /// JSON has no other base: what Erlang writes in base 16 is a string.
    private mutating func begin(_ number: BigInteger, _ view: TermView, _ json: inout JSONWriter) {
        var text = TermText(of: view, TermPrinter(width: 0), goesOn: goesOn)
        guard number.isPrintedInDecimal else { return begin(tag: "$integer", .printed(text), &json) }
        guard let digits = text.next() else {
            isCut = true
            return
        }
        json.beginNumber()
        json.append(utf8: digits)
        stack += [.endNumber, .printed(text)]
    }

    /// Begins a string.
    private mutating func begin(_ text: Work, _ json: inout JSONWriter) {
        json.beginString()
        stack += [.endString, text]
    }

    private mutating func begin(tag: String, _ text: Work, _ json: inout JSONWriter) {
        json.beginObject()
        json.key(tag)
        stack.append(.endObject)
        begin(text, &json)
    }

    /// Begins an array, the value of `tag` if there is one, whose elements are pushed next.
    private mutating func open(_ tag: String?, _ json: inout JSONWriter) {
        if let tag {
            json.beginObject()
            json.key(tag)
            stack.append(.endObject)
        }
        json.beginArray()
        stack.append(.endArray)
    }

    private func write(_ atom: Atom, _ json: inout JSONWriter) {
        switch atom.name {
        case "true": json.boolean(true)
        case "false": json.boolean(false)
        case "null" where !form.isTagged: json.null()
        default: form.isTagged ? write(tag: "$atom", atom.name, &json) : json.string(atom.name)
        }
    }

    private mutating func begin(_ elements: TermViews, _ tail: TermView?, _ json: inout JSONWriter) {
        if let tail {
            json.beginObject()
            json.key("$list")
            json.beginArray()
            stack += [.endObject, .value(tail), .key("$tail"), .endArray]
        } else if form.findsStrings, Self.isPrintable(elements) {
            let text = Work.scalars(elements.makeIterator())
            return form.isTagged ? begin(tag: "$string", text, &json) : begin(text, &json)
        } else {
            open(nil, &json)
        }
        stack.append(.elements(elements.makeIterator()))
    }

    private mutating func begin(byteList bytes: ArraySlice<UInt8>, _ json: inout JSONWriter) {
        if form.findsStrings, bytes.allSatisfy({ Self.isPrintable(Int($0)) }) {
            return form.isTagged ? begin(tag: "$string", .latin1(bytes), &json) : begin(.latin1(bytes), &json)
        }
        json.beginArray()
        stack += [.endArray, .integers(bytes)]
    }

    private mutating func begin(map pairs: TermViews, _ json: inout JSONWriter) {
        if form.isTagged {
            open("$map", &json)
            stack.append(.pairs(pairs.makeIterator()))
        } else {
            json.beginObject()
            stack += [.endObject, .entries(pairs.makeIterator())]
        }
    }

    /// What only the node can make sense of: its text, or all that identifies it.
    private mutating func writeOpaque(_ view: TermView, _ json: inout JSONWriter) {
        let text = Work.printed(TermText(of: view, TermPrinter(width: 0), goesOn: goesOn))
        switch (form.isTagged, view.kind) {
        case (true, .pid(let pid)):
            write(
                tag: "$pid", node: pid.node,
                [("id", Int(pid.id)), ("serial", Int(pid.serial)), ("creation", Int(pid.creation))], &json)
        case (true, .port(let port)):
            write(
                tag: "$port", node: port.node,
                [("id", Int(truncatingIfNeeded: port.id)), ("creation", Int(port.creation))], &json)
        case (true, .reference(let reference)):
            let words = reference.words.enumerated().map { ("word\($0.offset)", Int($0.element)) }
            write(
                tag: "$reference", node: reference.node, [("creation", Int(reference.creation))] + words, &json)
        case (true, .exportFun): begin(tag: "$fun", text, &json)
        case (true, _): begin(tag: "$external", .base64(131, view.encodedBytes), &json)
        case (false, .pid(let pid)): json.string("<\(pid.node).\(pid.id).\(pid.serial)>")
        case (false, _): begin(text, &json)
        }
    }

    private func write(tag: String, _ text: String, _ json: inout JSONWriter) {
        json.beginObject()
        json.key(tag)
        json.string(text)
        json.endObject()
    }

    private func write(tag: String, node: Atom, _ numbers: [(String, Int)], _ json: inout JSONWriter) {
        json.beginObject()
        json.key(tag)
        json.beginObject()
        json.key("node")
        json.string(node.name)
        for (name, number) in numbers {
            json.key(name)
            json.integer(number)
        }
        json.endObject()
        json.endObject()
    }

    // MARK: Text

    /// What stands between the quotes of a key.
    private static func key(_ view: TermView) -> Work {
        switch view.kind {
        case .atom(let atom): return .characters(Array(atom.name.utf8)[...])
        case .binary(let bytes) where bytes.isUTF8: return .characters(bytes)
        default: return .printed(TermText(of: view, TermPrinter(width: 0)))
        }
    }

    private static func isPrintable(_ elements: TermViews) -> Bool {
        elements.allSatisfy { element in
            guard case .integer(let number) = element.kind else { return false }
            return isPrintable(number)
        }
    }

    /// As `io_lib:printable_unicode_list/1`.
    private static func isPrintable(_ code: Int) -> Bool {
        switch code {
        case 0x08...0x0D, 0x1B, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether it is UTF-8; looked at in pieces, so that no copy of the whole is made.
    fileprivate var isUTF8: Bool {
        var rest = self
        while !rest.isEmpty {
            let piece = rest.prefixOfCharacters(64 << 10)
            guard String(validating: piece, as: UTF8.self) != nil else { return false }
            rest = rest[piece.endIndex...]
        }
        return true
    }
}
