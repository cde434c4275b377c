/// Why a script is not understood.
struct ShellSyntaxError: Error, Hashable {
    var what: String
    var line: Int
}

/// Reads the syntax of the POSIX shell into commands; the words are in `ShellParser+Words.swift`.
///
/// What shells do not agree on, and what is not of POSIX, is an error: the script is then left to a shell.
struct ShellParser {
    /// A list of commands within another one, a word within a word.
    static let depthLimit = 40
    static let sizeLimit = 256 << 10
    /// The commands of a chain of `&&` and `||`, the conditions of an `if`, the patterns of a `case`: at each of them
    /// a state may be held.
    static let branchLimit = 500

    let bytes: [UInt8]
    var offset = 0
    var line = 1
    var depth = 0
    /// Here-documents whose text begins behind the next newline.
    var documents: [(delimiter: [UInt8], stripsTabs: Bool, isLiteral: Bool)] = []
    /// Variables that the texts of here-documents set.
    var documentAssigns: [String] = []

    /// - Parameter bytes: with newlines as Unix has them.
    static func script(_ bytes: [UInt8]) throws(ShellSyntaxError) -> [ShellCommand] {
        var parser = ShellParser(bytes: bytes)
        guard bytes.count <= sizeLimit else { throw ShellSyntaxError(what: "a script of over 256 KiB", line: 1) }
        guard !bytes.contains(0) else { throw ShellSyntaxError(what: "a NUL", line: 1) }
        let commands = try parser.commands(until: [], atLeastOne: false)
        guard parser.current == nil else { throw parser.error("a syntax that is not known here") }
        guard parser.documents.isEmpty else { throw parser.error("a here-document without an end") }
        return commands
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }
    var next: UInt8? { offset + 1 < bytes.count ? bytes[offset + 1] : nil }

    func error(_ what: String) -> ShellSyntaxError { ShellSyntaxError(what: what, line: line) }

    func isAt(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            offset + text.count <= bytes.count && bytes[offset..<(offset + text.count)].elementsEqual(text)
        }
    }

    mutating func take(_ text: StaticString) -> Bool {
        guard isAt(text) else { return false }
        offset += text.utf8CodeUnitCount
        return true
    }

    mutating func nested<Result>(
        _ body: (inout ShellParser) throws(ShellSyntaxError) -> Result
    ) throws(ShellSyntaxError) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("more nesting than is read without a shell") }
        return try body(&self)
    }

    /// - Parameter count: so many branches came before.
    func checkBranches(_ count: Int) throws(ShellSyntaxError) {
        guard count < Self.branchLimit else { throw error("more branches than are read without a shell") }
    }

    // MARK: Between words

    /// Blanks, comments, and newlines behind a backslash.
    mutating func skipBlanks() {
        while let byte = current {
            if ShellText.isBlank(byte) {
                offset += 1
            } else if isAt("\\\n") {
                offset += 2
                line += 1
            } else if byte == UInt8(ascii: "#") {
                while let byte = current, byte != 0x0A { offset += 1 }
            } else {
                return
            }
        }
    }

    mutating func skipNewlines() throws(ShellSyntaxError) {
        skipBlanks()
        while current == 0x0A {
            try takeNewline()
            skipBlanks()
        }
    }

    private mutating func takeNewline() throws(ShellSyntaxError) {
        offset += 1
        line += 1
        let pending = documents
        documents = []
        for document in pending { try skipDocument(document) }
    }

    private mutating func skipDocument(
        _ document: (delimiter: [UInt8], stripsTabs: Bool, isLiteral: Bool)
    ) throws(ShellSyntaxError) {
        let start = offset
        while offset < bytes.count {
            let end = bytes[offset...].firstIndex(of: 0x0A) ?? bytes.count
            let text = bytes[offset..<end].drop { document.stripsTabs && $0 == 0x09 }
            if text.elementsEqual(document.delimiter) {
                if !document.isLiteral { try noteAssignments(in: bytes[start..<offset]) }
                offset = end
                return try takeNewlineIfAny()
            }
            offset = min(end + 1, bytes.count)
            if end < bytes.count { line += 1 }
        }
        throw error("a here-document without an end")
    }

    private mutating func takeNewlineIfAny() throws(ShellSyntaxError) {
        guard current == 0x0A else { return }
        offset += 1
        line += 1
    }

    /// `${X:=y}` in the text of a here-document sets a variable as it does anywhere.
    private mutating func noteAssignments(in text: ArraySlice<UInt8>) throws(ShellSyntaxError) {
        var rest = text
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            rest = rest[(dollar + 1)...]
            guard rest.first == UInt8(ascii: "{") else {
                if rest.starts(with: Array("((".utf8)) { throw error("arithmetic in a here-document") }
                continue
            }
            let name = rest.dropFirst().prefix(while: ShellText.isNameByte)
            let form = rest.dropFirst(1 + name.count)
            if form.starts(with: Array(":=".utf8)) || form.first == UInt8(ascii: "=") {
                documentAssigns.append(String(decoding: name, as: UTF8.self))
            }
        }
    }

    // MARK: Lists

    /// - Parameter words: reserved words that end the list, besides `)` and `;;`.
    mutating func commands(
        until words: Set<String>, atLeastOne: Bool = true
    ) throws(ShellSyntaxError) -> [ShellCommand] {
        try nested { (parser: inout ShellParser) throws(ShellSyntaxError) in
            var list: [ShellCommand] = []
            while true {
                try parser.skipNewlines()
                if parser.isAtEnd(of: words) { break }
                let start = parser.documentAssigns.count
                var command = try parser.andOr()
                parser.skipBlanks()
                let separated = try parser.takeSeparator(&command)
                if parser.documentAssigns.count > start, parser.documents.isEmpty {
                    command = .redirected(command, [parser.noted(from: start)], line: parser.line)
                }
                list.append(command)
                if !separated, !parser.isAtEnd(of: words) { throw parser.error("a syntax that is not known here") }
            }
            if list.isEmpty, atLeastOne { throw parser.error("a syntax that is not known here") }
            return list
        }
    }

    private mutating func noted(from start: Int) -> ShellRedirection {
        let assigns = Array(documentAssigns[start...])
        documentAssigns.removeSubrange(start...)
        return ShellRedirection(target: ShellWord(line: line), isSafe: true, assigns: assigns)
    }

    private mutating func takeSeparator(_ command: inout ShellCommand) throws(ShellSyntaxError) -> Bool {
        if isAt("&>") || isAt(";&") { throw error("a syntax that is not of POSIX") }
        if current == UInt8(ascii: "&"), next != UInt8(ascii: "&") {
            offset += 1
            command = .apart
            return true
        }
        if current == UInt8(ascii: ";"), next != UInt8(ascii: ";") {
            offset += 1
            return true
        }
        guard current == 0x0A else { return false }
        try takeNewline()
        return true
    }

    private func isAtEnd(of words: Set<String>) -> Bool {
        guard let byte = current else { return true }
        return byte == UInt8(ascii: ")") || isAt(";;") || reservedWord.map(words.contains) ?? false
    }

    /// The reserved word that stands here; nil for anything else.
    var reservedWord: String? {
        var end = offset
        while end < bytes.count, end - offset < 10, !ShellText.endsWord(bytes[end]) { end += 1 }
        guard end == bytes.count || ShellText.endsWord(bytes[end]) else { return nil }
        let word = String(decoding: bytes[offset..<end], as: UTF8.self)
        return ShellText.reservedWords.contains(word) ? word : nil
    }

    mutating func takeReserved(_ word: String) -> Bool {
        guard reservedWord == word else { return false }
        offset += word.utf8.count
        return true
    }

    mutating func expectReserved(_ word: String) throws(ShellSyntaxError) {
        guard takeReserved(word) else { throw error("a syntax that is not known here") }
    }

    private mutating func andOr() throws(ShellSyntaxError) -> ShellCommand {
        let first = try pipeline()
        var rest: [(isAnd: Bool, command: ShellCommand, line: Int)] = []
        while true {
            skipBlanks()
            let line = self.line
            let isAnd = take("&&")
            guard isAnd || take("||") else { break }
            try checkBranches(rest.count)
            try skipNewlines()
            rest.append((isAnd, try pipeline(), line))
        }
        return rest.isEmpty ? first : .chain(first, rest)
    }

    private mutating func pipeline() throws(ShellSyntaxError) -> ShellCommand {
        skipBlanks()
        let line = self.line
        let isNegated = takeReserved("!")
        var commands = [try command()]
        while true {
            skipBlanks()
            guard current == UInt8(ascii: "|"), next != UInt8(ascii: "|") else { break }
            guard next != UInt8(ascii: "&") else { throw error("a syntax that is not of POSIX") }
            offset += 1
            try skipNewlines()
            commands.append(try command())
        }
        let whole = commands.count == 1 ? commands[0] : ShellCommand.pipeline(commands, line: line)
        return isNegated ? .not(whole) : whole
    }
}
