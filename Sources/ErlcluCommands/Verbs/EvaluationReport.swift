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
    /// Output of nodes that is not yet a whole line, or that goes into the node's item.
    private var pending: [String: [UInt8]] = [:]
    private var lastOutput: [String: UInt8] = [:]
    /// Of output that is kept, bytes that there was no room for.
    private var cut: [String: Int] = [:]
    /// What the nodes come to.
    let tally: NodeTally
    /// What a command keeps of output at most, of all nodes together. As JSON it may take six times as much, so that the
    /// whole stays below 64 MiB.
    static let keptBytes = 8 << 20
    /// A line that is longer is shown in pieces.
    static let maximumLineBytes = 64 << 10

    init(_ run: CommandRun, isLabelled: Bool, source: String, sourceName: String) {
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
    @LoopActor
    func answer(
        of node: String, _ request: () async throws(NodeFailure) -> EvaluationOutcome
    ) async throws(CommandFailure) -> EvaluationOutcome {
        do throws(NodeFailure) { return try await request() } catch {
            failed(node)
            throw .node(error)
        }
    }

    func outcome(_ outcome: EvaluationOutcome, of node: String) throws(CommandFailure) {
        do throws(CommandFailure) { try showOutcome(outcome, of: node) } catch {
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
            }, term: { _ in }, pieces: { _ in })
    }

    private func showOutcome(_ outcome: EvaluationOutcome, of node: String) throws(CommandFailure) {
        finishOutput(of: node)
        switch outcome {
        case .value(let value): try show(value, of: node)
        case .text(let text):
            guard let term = try? DecodedTerm(packet: Term.binary(Array(text.utf8)).encoded) else { return }
            try show(term.root, of: node, inWords: Array(text.utf8))
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

    /// The same where other nodes go on: the failure is told, and remembered for `finish`.
    func settle(_ result: Result<EvaluationOutcome, NodeFailure>, of node: String) {
        do throws(CommandFailure) {
            switch result {
            case .success(let value):
                try outcome(value, of: node)
                tally.add(.done)
            case .failure(let failure):
                failed(node)
                throw .node(failure)
            }
        } catch {
            tally.add(error)
        }
    }

    /// - Returns: what the outcomes that were settled come to.
    func finish() -> ExitStatus { tally.finish() }

    /// Shows the output that is still a part of a line.
    func finishOutput(of node: String) { flushLines(of: node, all: true) }

    /// - Parameter words: the value as the node has put it already.
    /// - Throws: where the time of the command is over before the value is shown.
    private func show(
        _ value: TermView, of node: String, inWords words: [UInt8]? = nil
    ) throws(CommandFailure) {
        let isWhole = run.results.add(
            json: { json in
                json.beginObject()
                json.key("node")
                json.string(node)
                json.key("value")
                run.terms.write(value, to: &json) { run.hasTime }
                writeOutput(of: node, to: &json)
                json.endObject()
            },
            term: { take in
                if isLabelled { take(Array("{".utf8) + TermOutput.line(.atom(Atom(node))) + [0x2C]) }
                TermOutput.line(value, goesOn: { run.hasTime }, take: take)
                if isLabelled { take([0x7D]) }
            },
            pieces: { take in
                // Output that ends within a line is not to run into the value.
                if !isLabelled, (lastOutput[node] ?? 0x0A) != 0x0A, !run.passesTextThrough { take([0x0A]) }
                if isLabelled { take(("\(node): " as TerminalText).bytes) }
                if let words { take(words) } else { run.value(value, of: node, take: take) }
                if !isLabelled, words == nil, run.passesTextThrough, case .binary = value.kind { return }
                take([0x0A])
            }, isWhole: { run.hasTime })
        guard isWhole else {
            throw .node(
                NodeFailure(
                    .timeout, stage: .up, node: node,
                    message: "the answer of \(node) was not written to its end before the deadline of this command",
                    remedy: "give it more time with --timeout, or ask for less"))
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

    /// A value for a person: as `~tp`. `-o raw` gives the bytes of a binary.
    ///
    /// - Parameter take: gets it piece by piece.
    func value(_ view: TermView, of node: String, take: ([UInt8]) -> Void) {
        if format == .raw, case .binary(let bytes) = view.kind { return take(Array(bytes)) }
        TermOutput.pretty(view, width: 80, node: node, goesOn: { hasTime }, take: take)
    }
}
