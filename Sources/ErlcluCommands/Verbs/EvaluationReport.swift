import ClusterAdmin
import ErlangNode
import ErlangTerm

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
    private(set) var status = ExitStatus.done

    init(_ run: CommandRun, isLabelled: Bool, source: String, sourceName: String) {
        self.run = run
        self.isLabelled = isLabelled
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
                flushLines(of: node, all: false)
            } else {
                run.results.add(text: run.shown(bytes))
                run.results.flush()
            }
        case .json:
            pending[node, default: []] += bytes
        case .jsonl:
            run.results.add(
                json: { json in
                    json.beginObject()
                    json.key("node")
                    json.string(node)
                    json.key("output")
                    json.string(String(decoding: bytes, as: UTF8.self))
                    json.endObject()
                }, term: { [] }, text: { [] })
            run.results.flush()
        case .term:
            // The terms on standard output stay readable by file:consult/1.
            run.say(TerminalText.escaped(bytes))
        }
    }

    func outcome(_ outcome: EvaluationOutcome, of node: String) throws(CommandFailure) {
        flushLines(of: node, all: true)
        switch outcome {
        case .value(let value): show(value, of: node)
        case .text(let text):
            guard let term = try? DecodedTerm(packet: Term.binary(Array(text.utf8)).encoded) else { return }
            show(term.root, of: node, inWords: run.shown(Array(text.utf8)))
        case .unavailable(let language):
            throw .negative(message: "\(node) does not run \(language)")
        case .exception(let text):
            throw .negative(message: isLabelled ? "\(node): \(text)" : text)
        case .syntaxError(let line, let column, let message):
            throw .syntax(
                SyntaxFault(
                    source: sourceName, text: source, line: line ?? 1, column: column ?? 1, message: message))
        }
    }

    /// The same where other nodes go on: the failure is told, and remembered in `status`.
    func settle(_ result: Result<EvaluationOutcome, NodeFailure>, of node: String) {
        do throws(CommandFailure) {
            switch result {
            case .success(let value): try outcome(value, of: node)
            case .failure(let failure): throw .node(failure)
            }
        } catch {
            run.report(error)
            status = .partial
        }
    }

    /// - Parameter words: the value as the node has put it already.
    private func show(_ value: TermView, of node: String, inWords words: [UInt8]? = nil) {
        run.results.add(
            json: { json in
                json.beginObject()
                json.key("node")
                json.string(node)
                json.key("value")
                run.terms.write(value, to: &json)
                if let output = pending[node] {
                    json.key("output")
                    json.string(String(decoding: output, as: UTF8.self))
                }
                json.endObject()
            },
            term: { take in
                if isLabelled { take(Array("{".utf8) + TermOutput.line(.atom(Atom(node))) + [0x2C]) }
                TermOutput.line(value, take: take)
                if isLabelled { take([0x7D]) }
            },
            text: { take in
                // Output that ends within a line is not to run into the value.
                if !isLabelled, (lastOutput[node] ?? 0x0A) != 0x0A, !run.passesTextThrough { take([0x0A]) }
                if isLabelled { take(Array("\(node): ".utf8)) }
                if let words { take(words) } else { run.value(value, of: node, take: take) }
                take([0x0A])
            })
    }

    private func flushLines(of node: String, all: Bool) {
        guard isLabelled, run.format == .table || run.format == .raw, var bytes = pending[node] else { return }
        if all, let last = bytes.last, last != 0x0A { bytes.append(0x0A) }
        while let end = bytes.firstIndex(of: 0x0A) {
            run.results.add(text: Array("\(node)| ".utf8) + run.shown(Array(bytes[...end])))
            bytes.removeSubrange(...end)
        }
        pending[node] = bytes.isEmpty ? nil : bytes
        run.results.flush()
    }
}

extension CommandRun {
    var terms: TermJSON {
        TermJSON(
            isTagged: options.value(.jsonTerms) == "tagged", findsStrings: options.value(.strings) == "auto")
    }

    /// A value for a person: as `~tp`, without anything that moves a terminal. `-o raw` gives the bytes of a binary.
    ///
    /// - Parameter take: gets it piece by piece.
    func value(_ view: TermView, of node: String, take: ([UInt8]) -> Void) {
        if format == .raw, case .binary(let bytes) = view.kind { return take(shown(Array(bytes))) }
        TermOutput.pretty(view, width: 80, node: node) { take(shown($0)) }
    }
}
