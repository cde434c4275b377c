extension ShellParser {
    mutating func command() throws(ShellSyntaxError) -> ShellCommand {
        try nested { (parser: inout ShellParser) throws(ShellSyntaxError) in
            parser.skipBlanks()
            let line = parser.line
            guard let compound = try parser.compound() else { return try parser.simple() }
            let redirections = try parser.redirections()
            return redirections.isEmpty ? compound : .redirected(compound, redirections, line: line)
        }
    }

    /// nil where a simple command begins.
    private mutating func compound() throws(ShellSyntaxError) -> ShellCommand? {
        if isAt("((") { throw error("a syntax that is not of POSIX") }
        if take("(") {
            _ = try commands(until: [])
            guard take(")") else { throw error("a parenthesis without an end") }
            return .apart
        }
        guard let word = reservedWord else { return nil }
        let line = self.line
        offset += word.utf8.count
        switch word {
        case "{":
            let body = try commands(until: ["}"])
            try expectReserved("}")
            return .group(body)
        case "if": return try conditional(line)
        case "while", "until":
            let condition = try commands(until: ["do"])
            return .loop(condition: condition, body: try loopBody(), line: line)
        case "for": return try iteration(line)
        case "case": return try selection(line)
        default: throw error("'\(word)', which is not known here")
        }
    }

    private mutating func loopBody() throws(ShellSyntaxError) -> [ShellCommand] {
        try expectReserved("do")
        let body = try commands(until: ["done"])
        try expectReserved("done")
        return body
    }

    private mutating func conditional(_ line: Int) throws(ShellSyntaxError) -> ShellCommand {
        var branches: [(condition: [ShellCommand], body: [ShellCommand])] = []
        var otherwise: [ShellCommand] = []
        repeat {
            try checkBranches(branches.count)
            let condition = try commands(until: ["then"])
            try expectReserved("then")
            branches.append((condition, try commands(until: ["elif", "else", "fi"])))
        } while takeReserved("elif")
        if takeReserved("else") { otherwise = try commands(until: ["fi"]) }
        try expectReserved("fi")
        return .conditional(branches: branches, otherwise: otherwise, line: line)
    }

    private mutating func iteration(_ line: Int) throws(ShellSyntaxError) -> ShellCommand {
        skipBlanks()
        guard let name = try word()?.plainText, ShellText.isName(name) else {
            throw error("a syntax that is not known here")
        }
        try skipNewlines()
        var words: [ShellWord] = []
        if isAt("in"), offset + 2 == bytes.count || ShellText.endsWord(bytes[offset + 2]) {
            offset += 2
            skipBlanks()
            while let word = try word() {
                words.append(word)
                skipBlanks()
            }
        }
        if current == UInt8(ascii: ";"), next != UInt8(ascii: ";") { offset += 1 }
        try skipNewlines()
        return .iteration(variable: name, words: words, body: try loopBody(), line: line)
    }

    private mutating func selection(_ line: Int) throws(ShellSyntaxError) -> ShellCommand {
        skipBlanks()
        guard let subject = try word() else { throw error("a syntax that is not known here") }
        try skipNewlines()
        guard try word()?.plainText == "in" else { throw error("a syntax that is not known here") }
        try skipNewlines()
        var items: [(patterns: [ShellWord], body: [ShellCommand])] = []
        var patternCount = 0
        while !takeReserved("esac") {
            _ = take("(")
            var patterns: [ShellWord] = []
            repeat {
                try checkBranches(patternCount)
                patternCount += 1
                skipBlanks()
                guard let pattern = try word() else { throw error("a syntax that is not known here") }
                patterns.append(pattern)
                skipBlanks()
            } while take("|")
            guard take(")") else { throw error("a syntax that is not known here") }
            items.append((patterns, try commands(until: ["esac"], atLeastOne: false)))
            if !take(";;") {
                try expectReserved("esac")
                break
            }
            try skipNewlines()
        }
        return .selection(subject, items: items, line: line)
    }

    // MARK: Simple commands

    private mutating func simple() throws(ShellSyntaxError) -> ShellCommand {
        let line = self.line
        var assignments: [ShellAssignment] = []
        var words: [ShellWord] = []
        var redirections: [ShellRedirection] = []
        while true {
            skipBlanks()
            if let redirection = try redirection() {
                redirections.append(redirection)
            } else if words.isEmpty, let assignment = try assignment() {
                assignments.append(assignment)
            } else if let word = try word() {
                if words.isEmpty { try checkCommandName(word) }
                words.append(word)
            } else {
                break
            }
        }
        if current == UInt8(ascii: "(") {
            guard assignments.isEmpty, redirections.isEmpty, words.count == 1, let name = words[0].plainText,
                ShellText.isName(name)
            else { throw error("a syntax that is not of POSIX") }
            return try function(name)
        }
        guard !(assignments.isEmpty && words.isEmpty && redirections.isEmpty) else {
            throw error("a syntax that is not known here")
        }
        return .simple(assignments: assignments, words: words, redirections: redirections, line: line)
    }

    /// A newline behind a backslash may hide what a word is.
    private func checkCommandName(_ word: ShellWord) throws(ShellSyntaxError) {
        guard let text = word.plainText else {
            if case .literal(let bytes)? = word.parts.first?.kind, bytes.contains(UInt8(ascii: "=")) {
                throw error("a syntax that is not known here")
            }
            return
        }
        if ShellText.reservedWords.contains(text) || text.contains("=") {
            throw error("a syntax that is not known here")
        }
    }

    private mutating func function(_ name: String) throws(ShellSyntaxError) -> ShellCommand {
        offset += 1
        skipBlanks()
        guard take(")") else { throw error("a syntax that is not known here") }
        try skipNewlines()
        return .function(name: name, body: try command())
    }

    /// `NAME=value`; bash's `NAME+=value` is a command of that name elsewhere.
    private mutating func assignment() throws(ShellSyntaxError) -> ShellAssignment? {
        var end = offset
        while end < bytes.count, ShellText.isNameByte(bytes[end]) { end += 1 }
        guard end > offset, end < bytes.count, ShellText.isNameStart(bytes[offset]) else { return nil }
        let name = String(decoding: bytes[offset..<end], as: UTF8.self)
        let appends = bytes[end] == UInt8(ascii: "+") && end + 1 < bytes.count && bytes[end + 1] == UInt8(ascii: "=")
        guard appends || bytes[end] == UInt8(ascii: "=") else { return nil }
        let line = self.line
        offset = end + (appends ? 2 : 1)
        if current == UInt8(ascii: "(") { throw error("an array, which is not of POSIX") }
        var value = try word() ?? ShellWord(line: line)
        if appends {
            let part = ShellPart(kind: .computed(.syntax("'+='"), assigns: []), isQuoted: true, line: line)
            value.parts.append(part)
        }
        return ShellAssignment(name: name, value: value, line: line)
    }

    // MARK: Redirections

    private mutating func redirections() throws(ShellSyntaxError) -> [ShellRedirection] {
        var list: [ShellRedirection] = []
        skipBlanks()
        while let redirection = try redirection() {
            list.append(redirection)
            skipBlanks()
        }
        return list
    }

    private mutating func redirection() throws(ShellSyntaxError) -> ShellRedirection? {
        var end = offset
        while end < bytes.count, ShellText.isDigit(bytes[end]) { end += 1 }
        guard end < bytes.count, ShellText.isOneOf(bytes[end], "<>") else { return nil }
        offset = end
        if isAt("<<<") || isAt("<(") || isAt(">(") { throw error("a syntax that is not of POSIX") }
        if take("<<") { return try document() }
        let isDescriptor = isAt("<&") || isAt(">&")
        guard take("<&") || take(">&") || take("<>") || take(">>") || take(">|") || take("<") || take(">") else {
            return nil
        }
        skipBlanks()
        guard let target = try word() else { throw error("a syntax that is not known here") }
        return ShellRedirection(target: target, isSafe: isDescriptor || target.plainText == "/dev/null")
    }

    private mutating func document() throws(ShellSyntaxError) -> ShellRedirection {
        let stripsTabs = take("-")
        skipBlanks()
        guard let word = try word() else { throw error("a syntax that is not known here") }
        var delimiter: [UInt8] = []
        for part in word.parts {
            guard case .literal(let bytes) = part.kind else { throw error("a here-document without a known end") }
            delimiter += bytes
        }
        documents.append((delimiter, stripsTabs, word.parts.contains(where: \.isQuoted)))
        return ShellRedirection(target: ShellWord(line: line), isSafe: true)
    }
}
