import ByteTransport
import ErlangTerm
import Presentation

/// Writes the results of one command in the chosen format, and nothing else, to standard output.
final class ResultWriter {
    let format: OutputFormat
    private let schema: String
    private let output: BufferedWriter
    /// Columns of the terminal that tables are shown on; nil elsewhere.
    private let width: Int?
    private let style: TextStyle
    /// Whether the document of `json` has its first item.
    private var isBegun = false
    private var errors: [ErrorItem] = []
    private var isFinished = false
    private let turns = FairTurns()

    init(verb: String, format: OutputFormat, output: BufferedWriter, style: TextStyle = .none, width: Int? = nil) {
        self.width = width
        self.style = style
        // A verb of two words is one in the schema: erlclu/trace-dist/1.
        schema = "erlclu/\(String(verb.map { $0 == " " ? "-" : $0 }))/1"
        self.format = format
        self.output = output
    }

    /// One result: each closure makes one of the forms, and only the one that is asked for is called.
    func add(json: (inout JSONWriter) -> Void, term: () -> [UInt8], text: () -> TerminalText) {
        switch format {
        case .json:
            let document = Self.document(json)
            beginItem()
            output.write(exactly: document)
        case .jsonl:
            output.write(exactly: Self.document(json, schema: schema))
            output.write("\n")
        case .term:
            output.write(exactly: term())
            output.write(".\n")
        case .table, .raw: output.write(text())
        }
    }

    /// What a document of the format begins with: of `jsonl`, each is one of its own.
    func makeDocument() -> JSONWriter { JSONWriter(schema: format == .jsonl ? schema : nil) }

    private func beginItem(isPiece: Bool = false) {
        output.write(exactly: isBegun ? [UInt8(ascii: ",")] : beginning, isPiece: isPiece)
        isBegun = true
    }

    /// The same for what may be long: it goes out piece by piece, at its reader's pace, and never exists as a whole. Other
    /// results stand behind it.
    /// - Returns: false where the time was over before its end. Where that was so before its first piece, there is nothing
    ///   of it.
    @LoopActor
    func add(_ result: ResultPieces) async -> Bool {
        guard await turns.take() else { return true }
        defer { turns.pass() }
        guard var piece = result.next() else { return !result.isCut }
        output.holdOthersBack()
        defer { output.releaseOthers() }
        if format == .json { beginItem(isPiece: true) }
        var count = 0
        while true {
            if format == .table {
                output.write(piece, isPiece: true)
            } else {
                output.write(exactly: piece, isPiece: true)
            }
            guard !hasFailed, let next = result.next() else { break }
            piece = next
            count += 1
            // The loop has other things to do as well: ticks, and the deadlines of others.
            if count % Self.piecesOfATurn == 0 { await Task.yield() }
            await result.time.wait { deadline in _ = await self.awaitRoom(until: deadline) }
        }
        return !result.isCut || hasFailed
    }

    private static let piecesOfATurn = 16

    /// Results in one form. `raw` gives the cells as they are, but on a terminal, separated by tabs, without a heading.
    /// - Parameters:
    ///   - label: the node, where several are asked and a line is to say which one it is of.
    ///   - event: what a line of `jsonl` is, where lines of the verb differ.
    func add<Row>(_ rows: [Row], as form: ResultForm<Row>, label: String? = nil, event: String? = nil) {
        switch format {
        case .table: output.write(form.text(rows, label: label, style: style, width: width))
        case .raw:
            for row in rows {
                if let fields = form.rawFields(row) {
                    output.write(exactlyFields: fields)
                } else {
                    output.write(form.text([row], label: label))
                }
            }
        case .json, .jsonl, .term:
            for row in rows {
                add(
                    json: { form.write(row, event: format == .jsonl ? event : nil, to: &$0) },
                    term: { TermOutput.line(form.term(row)) }, text: { "" })
            }
        }
    }

    func add<Row>(rows: [Row], columns: [Column<Row>], event: String? = nil) {
        add(rows, as: ResultForm(columns), event: event)
    }

    /// Text for people that stands between the results.
    func add(text: TerminalText) {
        if format == .table || format == .raw { output.write(text) }
    }

    /// Output of code on the node, written before its value is known: as it is for `-o raw`, but on a terminal.
    func add(output bytes: [UInt8]) {
        switch format {
        case .table: output.write(bytes)
        case .raw: output.write(exactly: bytes)
        case .json, .jsonl, .term: break
        }
    }

    /// What is to reach a pipe or a file as it is, whatever the format.
    func add(exactly bytes: [UInt8]) { output.write(exactly: bytes) }

    /// A failure, for the formats that scripts read; people read it on standard error.
    func add(error: ErrorItem) {
        switch format {
        case .json: errors.append(error)
        case .jsonl:
            let line = Self.document(
                { json in
                    json.beginObject()
                    json.key("error")
                    error.write(to: &json)
                    json.endObject()
                }, schema: schema)
            output.write(exactly: line + [0x0A])
        case .term: output.write(exactly: TermOutput.line(error.term) + Array(".\n".utf8))
        case .table, .raw: break
        }
    }

    /// Hands on what has been written, because somebody waits for it.
    func flush() { output.flush() }

    /// Ends the command when its reader leaves, also before the first result.
    func watchReader() { output.watchReader() }

    /// As `flush`, and waits until the reader has taken enough of it, or until `deadline`.
    /// - Returns: whether it has.
    @LoopActor
    func awaitRoom(until deadline: Instant?) async -> Bool { await output.awaitRoom(until: deadline) }

    /// Whether nothing can be written any more.
    var hasFailed: Bool { output.failure != 0 }

    /// Ends the document. Only the first call does something.
    func finish() {
        if isFinished { return }
        isFinished = true
        if format == .json {
            if !isBegun { output.write(exactly: beginning) }
            output.write("],\"errors\":")
            output.write(
                exactly: Self.document { json in
                    json.beginArray()
                    for error in errors { error.write(to: &json) }
                    json.endArray()
                })
            output.write("}\n")
        }
        output.flush()
    }

    /// The document of `json`, up to its first item.
    private var beginning: [UInt8] {
        Self.document { json in
            json.beginObject()
            json.key("schema")
            json.string(schema)
            json.key("items")
            json.beginArray()
        }
    }

    /// - Parameter schema: of a document that stands for itself.
    private static func document(_ body: (inout JSONWriter) -> Void, schema: String? = nil) -> [UInt8] {
        var json = JSONWriter(schema: schema)
        body(&json)
        return json.bytes
    }
}
