package import ErlangTerm

/// Terms as JSON.
///
/// Plain: atoms and UTF-8 binaries are strings, the atoms `true`, `false` and `null` what they are in JSON, maps objects,
/// lists and tuples arrays. Whatever has no such form is an object with one key that starts with `$`.
/// Tagged: only numbers, proper lists, booleans and UTF-8 binaries stand for themselves, so that nothing is lost.
package struct TermJSON: Sendable {
    package var isTagged: Bool
    /// Lists of printable characters become strings.
    package var findsStrings: Bool

    package init(isTagged: Bool = false, findsStrings: Bool = false) {
        self.isTagged = isTagged
        self.findsStrings = findsStrings
    }

    /// What is still to be written, the next one last. A stack of our own: a peer decides how deep its terms are.
    private enum Work {
        case value(TermView)
        case elements(TermViews.Iterator)
        /// Keys and values of an object.
        case entries(TermViews.Iterator)
        /// Keys and values of a tagged map, which is an array of arrays of two.
        case pairs(TermViews.Iterator)
        case key(String)
        case endArray
        case endObject
    }

    /// - Parameter goesOn: asked now and then; false ends the writing, and what is written is no document.
    package func write(_ root: TermView, to json: inout JSONWriter, goesOn: () -> Bool = { true }) {
        var stack: [Work] = [.value(root)]
        var steps = 0
        while let work = stack.popLast() {
            switch work {
            case .value(let view):
                steps += 1
                if steps % 4096 == 0 || view.isLarge, !goesOn() { return }
                begin(view, &json, &stack)
            case .elements(var rest):
                guard let next = rest.next() else { continue }
                stack.append(.elements(rest))
                stack.append(.value(next))
            case .entries(var rest):
                guard let key = rest.next(), let value = rest.next() else { continue }
                json.key(Self.key(key))
                stack.append(.entries(rest))
                stack.append(.value(value))
            case .pairs(var rest):
                guard let key = rest.next(), let value = rest.next() else { continue }
                json.beginArray()
                stack.append(contentsOf: [.pairs(rest), .endArray, .value(value), .value(key)])
            case .key(let name): json.key(name)
            case .endArray: json.endArray()
            case .endObject: json.endObject()
            }
        }
    }

    // MARK: One level

    private func begin(_ view: TermView, _ json: inout JSONWriter, _ stack: inout [Work]) {
        switch view.kind {
        case .integer(let number): json.integer(number)
        case .bigInteger(let number):
            json.number(digits: String(decoding: TermOutput.line(.bigInteger(number)), as: UTF8.self))
        case .float(let number): json.number(number)
        case .atom(let atom): write(atom, &json)
        case .binary(let bytes): write(binary: bytes, &json)
        case .bitString(let bytes, let bits):
            json.beginObject()
            json.key("$bitstring")
            json.beginObject()
            json.key("base64")
            json.string(Base64.text(bytes))
            json.key("bits_in_last_byte")
            json.integer(bits)
            json.endObject()
            json.endObject()
        case .tuple(let elements):
            open(isTagged ? "$tuple" : nil, &json, &stack)
            stack.append(.elements(elements.makeIterator()))
        case .emptyList:
            json.beginArray()
            json.endArray()
        case .list(let elements, let tail): write(elements, tail, &json, &stack)
        case .byteList(let bytes): write(byteList: bytes, &json)
        case .map(let pairs): write(map: pairs, &json, &stack)
        case .pid, .port, .reference, .fun, .exportFun, .nativeRecord: writeOpaque(view, &json)
        }
    }

    /// Begins an array, the value of `tag` if there is one, whose elements are pushed next.
    private func open(_ tag: String?, _ json: inout JSONWriter, _ stack: inout [Work]) {
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
        case "null" where !isTagged: json.null()
        default: isTagged ? write(tag: "$atom", atom.name, &json) : json.string(atom.name)
        }
    }

    private func write(binary bytes: ArraySlice<UInt8>, _ json: inout JSONWriter) {
        if String(validating: bytes, as: UTF8.self) != nil {
            json.string(utf8: bytes)
        } else {
            write(tag: "$binary", Base64.text(bytes), &json)
        }
    }

    private func write(
        _ elements: TermViews, _ tail: TermView?, _ json: inout JSONWriter, _ stack: inout [Work]
    ) {
        if let tail {
            json.beginObject()
            json.key("$list")
            json.beginArray()
            stack.append(contentsOf: [.endObject, .value(tail), .key("$tail"), .endArray])
        } else if findsStrings, let text = Self.printable(elements) {
            isTagged ? write(tag: "$string", text, &json) : json.string(text)
            return
        } else {
            open(nil, &json, &stack)
        }
        stack.append(.elements(elements.makeIterator()))
    }

    private func write(byteList bytes: ArraySlice<UInt8>, _ json: inout JSONWriter) {
        if findsStrings, bytes.allSatisfy({ Self.isPrintable(Int($0)) }) {
            let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
            isTagged ? write(tag: "$string", text, &json) : json.string(text)
            return
        }
        json.beginArray()
        for byte in bytes { json.integer(Int(byte)) }
        json.endArray()
    }

    private func write(map pairs: TermViews, _ json: inout JSONWriter, _ stack: inout [Work]) {
        if isTagged {
            open("$map", &json, &stack)
            stack.append(.pairs(pairs.makeIterator()))
        } else {
            json.beginObject()
            stack.append(contentsOf: [.endObject, .entries(pairs.makeIterator())])
        }
    }

    /// What only the node can make sense of: its text, or all that identifies it.
    private func writeOpaque(_ view: TermView, _ json: inout JSONWriter) {
        let text = String(decoding: TermOutput.line(view.term), as: UTF8.self)
        switch (isTagged, view.kind) {
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
        case (true, .exportFun): write(tag: "$fun", text, &json)
        case (true, _): write(tag: "$external", Base64.text([131] + view.encodedBytes), &json)
        case (false, .pid(let pid)): json.string("<\(pid.node).\(pid.id).\(pid.serial)>")
        case (false, _): json.string(text)
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

    private static func key(_ view: TermView) -> String {
        switch view.kind {
        case .atom(let atom): return atom.name
        case .binary(let bytes):
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            return String(decoding: TermOutput.line(view.term), as: UTF8.self)
        default: return String(decoding: TermOutput.line(view.term), as: UTF8.self)
        }
    }

    private static func printable(_ elements: TermViews) -> String? {
        var scalars = String.UnicodeScalarView()
        for element in elements {
            guard case .integer(let number) = element.kind, isPrintable(number),
                let scalar = UInt32(exactly: number).flatMap({ Unicode.Scalar($0) })
            else { return nil }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    /// As `io_lib:printable_unicode_list/1`.
    private static func isPrintable(_ code: Int) -> Bool {
        switch code {
        case 0x08...0x0D, 0x1B, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

extension TermView {
    /// Whether it may take long by itself: the time for a decimal number grows faster than its length.
    fileprivate var isLarge: Bool {
        switch kind {
        case .bigInteger(let number): number.magnitude.count > 1 << 12
        case .binary(let bytes): bytes.count > 1 << 20
        default: false
        }
    }
}
