import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import Presentation

/// Shows what an evaluation or a call gave, on one node or on several at once.
final class EvaluationReport {
    private let run: CommandRun
    /// Whether each line and answer says which node it is of.
    private let isLabelled: Bool
    /// The text under evaluation, for the caret below an error in it.
    private let source: String
    private let sourceName: String
    /// All of what is run, as Erlang or Elixir has it.
    private let code: String
    /// Output of nodes that is not yet a whole line, or that goes into the node's item.
    private var pending: [String: [UInt8]] = [:]
    private var lastOutput: [String: UInt8] = [:]
    /// Of output that is kept, bytes that there was no room for.
    private var cut: [String: Int] = [:]
    /// What the nodes come to.
    let tally: NodeTally
    /// Those who show what has come of members.
    private var settling: [Task<Void, Never>] = []
    private let turns = FairTurns()
    /// What a command keeps of output at most, of all nodes together. As JSON it may take six times as much, so that the
    /// whole stays below 64 MiB.
    static let keptBytes = 8 << 20
    /// A line that is longer is shown in pieces.
    static let maximumLineBytes = 64 << 10

    /// - Parameter code: all of what is run, where that is no source.
    init(_ run: CommandRun, isLabelled: Bool, source: String, sourceName: String, code: String? = nil) {
        self.code = code ?? source
        self.run = run
        self.isLabelled = isLabelled
        tally = NodeTally(run)
        self.source = source
        self.sourceName = sourceName
    }

    /// What the code on `node` wrote. For people it is shown at once, a line at a time when several nodes write.
    func output(_ bytes: [UInt8], of node: String) {
        guard let last = bytes.last else { return }
        lastOutput[node] = last
        switch run.format {
        case .table, .raw:
            if isLabelled {
                pending[node, default: []] += bytes
                // What has been looked through is not looked through again.
                if bytes.contains(0x0A) || pending[node, default: []].count > Self.maximumLineBytes {
                    flushLines(of: node, all: false)
                }
            } else {
                run.results.add(output: bytes)
                run.results.flush()
            }
        case .json: keep(bytes, of: node)
        case .jsonl:
            let form = ResultForm<[UInt8]>([
                Column("node", "NODE") { _ in .atom(node) },
                Column("output", "OUTPUT") { .text(String(decoding: $0, as: UTF8.self)) },
            ])
            run.results.add([bytes], as: form)
            run.results.flush()
        case .term:
            // The terms on standard output stay readable by file:consult/1.
            run.say(TerminalText(lines: bytes))
        }
    }

    /// A document of JSON has the output behind the value, and no room for all of what may never end.
    private func keep(_ bytes: [UInt8], of node: String) {
        let kept = bytes.prefix(max(0, Self.keptBytes - run.keptOutput))
        run.keptOutput += kept.count
        pending[node, default: []] += kept
        if kept.count < bytes.count { cut[node, default: 0] += bytes.count - kept.count }
    }

    private func writeOutput(of node: String, to json: inout JSONWriter) {
        guard let output = pending.removeValue(forKey: node) else { return }
        json.key("output")
        json.string(String(decoding: output, as: UTF8.self))
        guard let missing = cut[node] else { return }
        json.key("output_bytes_cut")
        json.integer(missing)
        run.warn(
            "\(node): of what was written, the first \(output.count) bytes are kept, and \(missing) are cut; -o jsonl "
                + "has all of it")
    }

    /// Asks one node; `failed` where it gives no answer.
    /// - Returns: nil where the node has gone, as it was to: that is said.
    @LoopActor
    func answer(
        of node: String, _ request: () async throws(NodeFailure) -> EvaluationOutcome
    ) async throws(CommandFailure) -> EvaluationOutcome? {
        do throws(NodeFailure) { return try await request() } catch {
            await run.order?.awaitTurn(of: node)
            failed(node)
            guard isDone(by: error) else { throw .node(error) }
            return nil
        }
    }

    /// Whether a call that stops its node, and nothing else was asked for, has done so: the connection was up, and has ended.
    /// One that somebody has cut looks the same, and so the call is named.
    private func isDone(by failure: NodeFailure) -> Bool {
        guard failure.code == .closed, failure.stage == .down, let call = NodeStop.whole(code) else { return false }
        if !run.isQuiet { run.say("\(FailureReport.program): \(failure.node) has gone, as \(call) has it\n") }
        return true
    }

    @LoopActor
    func outcome(_ outcome: EvaluationOutcome, of node: String) async throws(CommandFailure) {
        let time = WritingTime(run)
        await time.waitForTurn { await self.run.order?.awaitTurn(of: node) }
        do throws(CommandFailure) { try await showOutcome(outcome, of: node, time) } catch {
            failed(node)
            throw error
        }
    }

    /// The evaluation gives no value. What it wrote before is an item without one.
    func failed(_ node: String) {
        finishOutput(of: node)
        guard run.format == .json, pending[node] != nil else { return }
        run.results.add(
            json: { json in
                json.beginObject()
                json.key("node")
                json.string(node)
                writeOutput(of: node, to: &json)
                json.endObject()
            }, term: { [] }, text: { "" })
    }

    @LoopActor
    private func showOutcome(
        _ outcome: EvaluationOutcome, of node: String, _ time: WritingTime
    ) async throws(CommandFailure) {
        finishOutput(of: node)
        switch outcome {
        case .value(let value): try await show(value, of: node, time)
        case .text(let text):
            guard let term = try? DecodedTerm(packet: Term.binary(Array(text.utf8)).encoded) else { return }
            try await show(term.root, of: node, inWords: Array(text.utf8), time)
        case .unavailable(let language):
            throw .unavailable(node: node, message: "\(node) does not run \(language)")
        case .exception(let text):
            throw .negative(node: node, message: text)
        case .syntaxError(let line, let column, let message):
            throw .syntax(
                SyntaxFault(
                    source: sourceName, text: source, line: line ?? 1, column: column ?? 1, message: message,
                    node: node))
        }
    }

    /// The same where other nodes go on: the failure is reported, and remembered for `finish`. What comes first is shown
    /// first.
    @LoopActor
    func settle(_ result: Result<EvaluationOutcome, NodeFailure>, of node: String) {
        settling.append(LoopActor.begin { [self] in await showSettled(result, of: node) })
    }

    @LoopActor
    private func showSettled(_ result: Result<EvaluationOutcome, NodeFailure>, of node: String) async {
        guard await turns.take() else { return }
        defer { turns.pass() }
        do throws(CommandFailure) {
            switch result {
            case .success(let value):
                try await outcome(value, of: node)
                tally.add(.done)
            case .failure(let failure):
                failed(node)
                throw .node(failure)
            }
        } catch {
            tally.add(error)
        }
    }

    /// Waits until all that were settled are shown.
    @LoopActor
    func awaitSettled() async {
        let tasks = settling
        settling = []
        for task in tasks { await task.value }
    }

    /// - Returns: what the outcomes that were settled come to.
    func finish() -> ExitStatus { tally.finish() }

    /// Shows the output that is still a part of a line.
    func finishOutput(of node: String) { flushLines(of: node, all: true) }

    /// - Parameter words: the value as the node has put it already.
    /// - Throws: where the time of the command is over before the value is shown.
    @LoopActor
    private func show(
        _ value: TermView, of node: String, inWords words: [UInt8]? = nil, _ time: WritingTime
    ) async throws(CommandFailure) {
        let pieces =
            switch run.format {
            case .json, .jsonl: document(of: value, node, time)
            case .term: term(of: value, node, time)
            case .table, .raw: text(of: value, node, inWords: words, time)
            }
        guard await run.results.add(pieces) else {
            throw .node(
                NodeFailure(
                    .timeout, stage: .up, node: node,
                    message: "the answer of \(node) was not written to its end before the deadline of this command",
                    remedy: "give it more time with --timeout, or ask for less"))
        }
    }

    /// Where the time is over in the middle, the value ends there, and says so.
    @LoopActor
    private func document(of value: TermView, _ node: String, _ time: WritingTime) -> ResultPieces {
        var json = run.results.makeDocument()
        json.beginObject()
        json.key("node")
        json.string(node)
        json.key("value")
        var text = TermJSONText(of: value, run.terms) { time.isLeft }
        var (isFirst, isOver, isCut) = (true, false, false)
        let end: [UInt8] = run.format == .jsonl ? [0x0A] : []
        return ResultPieces(in: time, isCut: { isCut }) { [self] in
            guard !isOver else { return nil }
            isOver = !text.proceed(to: &json, until: ResultPieces.bytes)
            isCut = text.isCut || !time.isLeft
            if isFirst, isCut {
                isOver = true
                return nil
            }
            isFirst = false
            guard isOver else { return json.takeBytes() }
            if text.isCut {
                json.key("value_cut")
                json.boolean(true)
            }
            isCut = text.isCut
            writeOutput(of: node, to: &json)
            json.endObject()
            return json.takeBytes() + end
        }
    }

    @LoopActor
    private func term(of value: TermView, _ node: String, _ time: WritingTime) -> ResultPieces {
        let label = isLabelled ? Array("{".utf8) + TermOutput.line(.atom(Atom(node))) + [0x2C] : []
        return enclosed(
            TermOutput.plain(value) { time.isLeft }, label, Array((isLabelled ? "}.\n" : ".\n").utf8), time)
    }

    @LoopActor
    private func text(
        of value: TermView, _ node: String, inWords words: [UInt8]?, _ time: WritingTime
    ) -> ResultPieces {
        var opening: [UInt8] = []
        // Output that ends within a line is not to run into the value.
        if !isLabelled, (lastOutput[node] ?? 0x0A) != 0x0A, !run.passesTextThrough { opening = [0x0A] }
        if isLabelled { opening += ("\(node): " as TerminalText).bytes }
        if let words { return enclosed(words[...], opening, [0x0A], time) }
        guard run.format == .raw, case .binary(let bytes) = value.kind else {
            return enclosed(run.text(of: value, node) { time.isLeft }, opening, [0x0A], time)
        }
        return enclosed(bytes, opening, !isLabelled && run.passesTextThrough ? [] : [0x0A], time)
    }

    /// Text that is there already.
    @LoopActor
    private func enclosed(
        _ bytes: ArraySlice<UInt8>, _ opening: [UInt8], _ closing: [UInt8], _ time: WritingTime
    ) -> ResultPieces {
        var rest: ArraySlice<UInt8>? = bytes
        var isFirst = true
        return ResultPieces(in: time, isCut: { rest != nil }) {
            guard let bytes = rest, time.isLeft else { return nil }
            let piece = bytes.prefixOfCharacters(ResultPieces.bytes)
            let isEnd = piece.count == bytes.count
            rest = isEnd ? nil : bytes[piece.endIndex...]
            defer { isFirst = false }
            return (isFirst ? opening : []) + piece + (isEnd ? closing : [])
        }
    }

    @LoopActor
    private func enclosed(
        _ text: TermText, _ opening: [UInt8], _ closing: [UInt8], _ time: WritingTime
    ) -> ResultPieces {
        var (text, isFirst, isOver, isCut) = (text, true, false, false)
        return ResultPieces(in: time, isCut: { isCut }) {
            guard !isOver else { return nil }
            let piece = time.isLeft ? text.next() : nil
            isCut = text.isCut || !time.isLeft
            isOver = piece == nil || isCut
            if isFirst, isCut { return nil }
            defer { isFirst = false }
            return (isFirst ? opening : []) + (piece ?? []) + (isOver ? closing : [])
        }
    }

    private func flushLines(of node: String, all: Bool) {
        guard isLabelled, run.format == .table || run.format == .raw,
            let bytes = pending.removeValue(forKey: node)
        else { return }
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            show(line: rest[..<end], of: node)
            rest = rest[(end + 1)...]
        }
        while rest.count > Self.maximumLineBytes {
            var end = rest.startIndex + Self.maximumLineBytes
            // Not within a character of UTF-8, which has three bytes behind its first at most.
            while end > rest.startIndex + Self.maximumLineBytes - 3, rest[end] & 0xC0 == 0x80 { end -= 1 }
            show(line: rest[..<end], of: node)
            rest = rest[end...]
        }
        if all, !rest.isEmpty { show(line: rest, of: node) } else if !rest.isEmpty { pending[node] = Array(rest) }
        run.results.flush()
    }

    private func show(line: ArraySlice<UInt8>, of node: String) {
        run.results.add(text: "\(node)| ")
        run.results.add(output: line + [0x0A])
    }
}

extension CommandRun {
    var terms: TermJSON {
        TermJSON(
            isTagged: options.value(.jsonTerms) == "tagged", findsStrings: options.value(.strings) == "auto")
    }

    /// A value for a person, as `~tp`, in pieces.
    /// - Parameter goesOn: see `TermText`.
    func text(of view: TermView, _ node: String, goesOn: @escaping () -> Bool) -> TermText {
        TermOutput.pretty(view, width: 80, node: node, goesOn: goesOn)
    }
}
