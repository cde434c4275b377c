package import ErlangTerm

/// A group leader as a machine: requests of the I/O protocol in, replies and effects out.
///
/// Several processes may ask at once. Writes are done as they come; reads wait for each other. Input is handed over in
/// whole pieces, and what a reader leaves of one is kept for the next.
package struct IOServer {
    /// What the end of input means to whoever scans it: an Erlang shell of OTP 23 and 25 halts its node on `eof`, so
    /// that it gets `{error, terminated}`; IEx ignores that and wants `eof`.
    package enum EndOfInput: Sendable {
        case terminated
        case endOfFile
    }

    package var columns: Int?
    package var rows: Int?
    /// Requests that may wait at once, and the bytes that they may hold. A process has one at a time, so that only a
    /// flood comes here.
    static let jobLimit = 4096
    static let heldLimit = 256 << 20

    private let endOfInput: EndOfInput
    private var jobs: [Int: IOJob] = [:]
    private var heldBytes = 0
    private var nextJob = 0
    /// Those that read, in order; the first one has the input.
    private var readers: [Int] = []
    private var reading = Reading.idle
    /// Input was asked for, and the read that wants it is not over.
    private var hasAsked = false
    /// Input that nobody has taken yet.
    private var kept: [Unicode.Scalar] = []
    /// What was typed last, while a scanner looks at it.
    private var typed: [Unicode.Scalar] = []
    private var isInputOver = false
    private var givesBinaries: Bool
    private var effects: [IOEffect] = []
    /// Jobs whose step is settled.
    private var resumed: [Int] = []

    private enum Reading {
        case idle
        /// The scanner of the first reader runs on the node.
        case scanning
        /// Input was asked for.
        case waiting
    }

    /// - Parameter givesBinaries: whether input goes out as binaries, which Elixir wants, until somebody sets that.
    package init(endOfInput: EndOfInput, givesBinaries: Bool = false) {
        self.endOfInput = endOfInput
        self.givesBinaries = givesBinaries
    }

    /// Whether somebody reads, and has not got it all.
    package var isReading: Bool { !readers.isEmpty }

    /// Whether the shell itself does, first or behind others: it is at its prompt.
    package var isShellReading: Bool {
        readers.contains { id in
            if case .reading(let read)? = jobs[id]?.state { read.isOfShell } else { false }
        }
    }

    /// Takes a message that came for the group leader. Anything but an I/O request is ignored.
    package mutating func received(_ message: TermView) -> [IOEffect] {
        guard let parts = message.elements(tagged: "io_request", 4), let from = parts[1]?.pid, let replyAs = parts[2],
            let request = parts[3]
        else { return take() }
        let size = message.encodedBytes.count
        guard jobs.count < Self.jobLimit, heldBytes + size <= Self.heldLimit else {
            return [.reply(to: from, message: IOReply.message(as: replyAs, IOReply.error("enomem")))]
        }
        let id = nextJob
        nextJob += 1
        heldBytes += size
        jobs[id] = IOJob(from: from, replyAs: replyAs, first: request, size: size)
        proceed(id)
        return take()
    }

    /// The outcome of a call that was asked for.
    package mutating func answered(_ ticket: Int, _ outcome: CallOutcome?) -> [IOEffect] {
        guard let job = jobs[ticket] else { return take() }
        var value: TermView?
        if case .returned(let view)? = outcome { value = view }
        if case .reading(let read) = job.state {
            scanned(ticket, read, value)
        } else if case .formatting(let isLatin1) = job.state {
            if let text = value.flatMap({ CharacterData.utf8($0, isLatin1: isLatin1) }) {
                effects.append(.write(text))
                settle(ticket, IOReply.ok)
            } else {
                settle(ticket, IOReply.error("put_chars"))
            }
            resumed.append(ticket)
        }
        return take()
    }

    /// Input that was asked for: whole lines, line feeds included.
    package mutating func typed(_ text: String) -> [IOEffect] {
        guard reading == .waiting else { return take() }
        typed = Array(text.unicodeScalars)
        read()
        return take()
    }

    /// No more input will come.
    package mutating func inputEnded() -> [IOEffect] {
        isInputOver = true
        if reading == .waiting { read() }
        return take()
    }

    /// Breaks off the read that waits for input, or for the scanner of what was entered: its late answer finds nobody.
    package mutating func interrupt() -> [IOEffect] {
        guard reading != .idle, let id = readers.first else { return take() }
        kept = []
        finishRead(id, IOReply.error("interrupted"))
        return take()
    }

    /// Goes on with all that can, and gives what came of it. A loop, not a recursion: a hostile node sends a million
    /// reads in one request.
    private mutating func take() -> [IOEffect] {
        while true {
            if let id = resumed.popLast() {
                proceed(id)
            } else if reading == .idle, !readers.isEmpty {
                typed = []
                read()
            } else {
                break
            }
        }
        defer { effects = [] }
        return effects
    }

    // MARK: jobs

    /// Does what a job consists of until it has to wait or is done.
    private mutating func proceed(_ id: Int) {
        while let step = jobs[id]?.nextStep() {
            switch IORequest(step) {
            case .putCharacters(let data, let isLatin1):
                if let text = CharacterData.utf8(data, isLatin1: isLatin1) {
                    effects.append(.write(text))
                    settle(id, IOReply.ok)
                } else {
                    settle(id, IOReply.refused("put_chars", isLatin1: isLatin1, data), isFailure: true)
                }
            case .putResult(let module, let function, let arguments, let isLatin1):
                jobs[id]?.state = .formatting(isLatin1: isLatin1)
                effects.append(
                    .call(ticket: id, module: module, function: function, arguments: Array(arguments.encodedBytes)))
                return
            case .read(let kind, let prompt, let isLatin1):
                jobs[id]?.state = .reading(IOJob.Read(kind: kind, prompt: prompt, isLatin1: isLatin1))
                readers.append(id)
                return
            case .setOptions(let options): settle(id, setOptions(options))
            case .getOptions: settle(id, options)
            case .geometry(let side):
                pause()
                settle(id, geometry(side))
            case .several(let views):
                pause()
                jobs[id]?.push(views)
            case .unknown: settle(id, IOReply.badRequest, isFailure: true)
            }
        }
        guard let job = jobs[id], job.isDone else { return }
        effects.append(.reply(to: job.from, message: IOReply.message(as: job.replyAs, job.reply)))
        forget(id)
    }

    private mutating func pause() {
        if case .pause? = effects.last { return }
        effects.append(.pause)
    }

    private mutating func settle(_ id: Int, _ reply: [UInt8], isFailure: Bool = false) {
        jobs[id]?.settle(reply, isFailure: isFailure)
    }

    private mutating func forget(_ id: Int) {
        if let job = jobs.removeValue(forKey: id) { heldBytes -= job.size }
    }

    // MARK: reading

    /// Lets the first reader have what there is.
    private mutating func read() {
        guard let id = readers.first, case .reading(let read)? = jobs[id]?.state else { return }
        let input = kept + typed
        switch read.kind {
        case .until(let module, let function, let extra):
            if input.isEmpty, isInputOver {
                let isScanner = module == "erl_scan"
                let end = endOfInput == .endOfFile && !isScanner ? IOReply.endOfFile : IOReply.error("terminated")
                return finishRead(id, end)
            }
            guard !input.isEmpty else { return ask(read) }
            reading = .scanning
            effects.append(
                .call(
                    ticket: id, module: module, function: function,
                    arguments: IOReply.scanArguments(input, extra)))
        case .line, .password:
            var end = input.firstIndex(of: "\n").map { $0 + 1 }
            if end == nil, isInputOver { end = input.count }
            guard let end else { return ask(read) }
            kept = Array(input[end...])
            var line = input[..<end]
            if case .password = read.kind, line.last == "\n" { line.removeLast() }
            deliver(id, read, line, isAtEnd: input.isEmpty)
        case .characters(let count):
            guard input.count >= count || isInputOver else {
                kept = input
                typed = []
                return ask(read)
            }
            kept = Array(input.dropFirst(count))
            deliver(id, read, input.prefix(count), isAtEnd: input.isEmpty && count > 0)
        }
    }

    private mutating func deliver(
        _ id: Int, _ read: IOJob.Read, _ text: ArraySlice<Unicode.Scalar>, isAtEnd: Bool
    ) {
        finishRead(
            id,
            isAtEnd
                ? IOReply.endOfFile
                : IOReply.text(text, asBinary: givesBinaries, isLatin1: read.isLatin1))
    }

    private mutating func endAsking() {
        if hasAsked { effects.append(.readOver) }
        hasAsked = false
    }

    private mutating func ask(_ read: IOJob.Read) {
        reading = .waiting
        hasAsked = true
        effects.append(
            .read(IORead(prompt: read.prompt, isSecret: read.isSecret, isShellPrompt: read.isOfShell)))
    }

    /// `{done, Result, Rest}` or `{more, Continuation}`. The scan begins anew with each line, so that no
    /// continuation, which may hold funs, has to go back.
    private mutating func scanned(_ id: Int, _ read: IOJob.Read, _ value: TermView?) {
        guard readers.first == id, reading == .scanning else { return }
        if let parts = value?.elements(tagged: "done", 3), let result = parts[1], let rest = parts[2] {
            kept = rest.text.map { Array($0.unicodeScalars) } ?? []
            return finishRead(id, Array(result.encodedBytes))
        }
        guard value?.elements(tagged: "more", 2) != nil else {
            kept = []
            return finishRead(id, IOReply.error("get_until"))
        }
        let isContinued = !typed.isEmpty
        if isInputOver {
            (kept, typed) = ([], [])
            return self.read()
        }
        reading = .waiting
        if isContinued { effects.append(.readMore) } else { ask(read) }
    }

    private mutating func finishRead(_ id: Int, _ reply: [UInt8]) {
        endAsking()
        reading = .idle
        typed = []
        readers.removeAll { $0 == id }
        settle(id, reply)
        resumed.append(id)
    }

    // MARK: options

    private mutating func setOptions(_ options: TermView) -> [UInt8] {
        guard let list = options.list else { return IOReply.error("enotsup") }
        for option in list {
            if option.isAtom("binary") { givesBinaries = true }
            if option.isAtom("list") { givesBinaries = false }
            if let pair = option.elements(2), pair[0]?.isAtom("binary") == true, let value = pair[1]?.bool {
                givesBinaries = value
            }
        }
        return IOReply.ok
    }

    private var options: [UInt8] {
        IOReply.encoded(
            .list([
                .tuple([.atom("echo"), .true]), .tuple([.atom("binary"), .bool(givesBinaries)]),
                .tuple([.atom("encoding"), .atom("unicode")]),
            ]))
    }

    private func geometry(_ side: Atom) -> [UInt8] {
        let value: Int? =
            switch side {
            case "columns": columns
            case "rows": rows
            default: nil
            }
        return value.map { IOReply.encoded(.integer($0)) } ?? IOReply.unsupported
    }
}
