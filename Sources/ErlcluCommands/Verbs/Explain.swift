import Diagnosis
import ErlangNode
import ErlangTerm
import Presentation

extension VerbSpec {
    static let explain = VerbSpec(
        name: "explain",
        summary: "what a failure code means and how to mend it",
        operands: [
            OperandSpec(
                "CODE", .optional, .failureCode,
                help: "as it was printed, E-COOKIE or cookie; all codes are listed without it")
        ],
        examples: [VerbExample("erlclu-ctl explain E-COOKIE", "meaning, causes, remedy")],
        statuses: [.done, .usage],
        run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
            guard let word = run.operands.first else {
                run.results.add(
                    rows: FailureCode.allCases,
                    columns: [
                        Column("code", "CODE") { .text($0.rawValue) },
                        Column("exit_status", "EXIT", .right) { .integer(Int($0.exitStatus)) },
                        Column("meaning", "MEANING") { .text($0.page.meaning) },
                    ])
                return .done
            }
            run.add(try Self.code(word))
            return .done
        })

    /// `E-COOKIE`, `e-cookie` and `cookie` are the same.
    private static func code(_ word: String) throws(CommandFailure) -> FailureCode {
        let upper = word.uppercased()
        if let code = FailureCode(rawValue: upper) ?? FailureCode(rawValue: "E-" + upper) { return code }
        let names = FailureCode.allCases.map(\.rawValue)
        throw .usage(
            .invalidValue(
                place: "CODE", value: word, expected: "'explain' alone lists them",
                suggestion: NearMiss.of(upper, among: names) ?? NearMiss.of("E-" + upper, among: names)))
    }
}

extension CommandRun {
    fileprivate func add(_ code: FailureCode) {
        let page = code.page
        let parts = [
            ("code", code.rawValue), ("meaning", page.meaning), ("recognised_by", page.recognition),
            ("facts", page.facts), ("remedy", page.remedy),
        ]
        results.add(
            json: { json in
                json.beginObject()
                for (key, value) in parts {
                    json.key(key)
                    json.string(value)
                }
                json.key("causes")
                json.beginArray()
                for cause in page.causes { json.string(cause) }
                json.endArray()
                json.key("exit_status")
                json.integer(Int(code.exitStatus))
                json.endObject()
            },
            term: {
                let pairs = parts.map { MapPair(.atom(Atom($0.0)), .binary(Array($0.1.utf8))) }
                let causes = Term.list(page.causes.map { .binary(Array($0.utf8)) })
                return TermOutput.line(
                    .map(
                        pairs + [
                            MapPair(.atom("causes"), causes),
                            MapPair(.atom("exit_status"), .integer(Int(code.exitStatus))),
                        ]))
            },
            text: { TerminalText(lines: HelpText.page(code)) })
    }
}

extension HelpText {
    /// What `erlclu-ctl explain CODE` prints.
    static func page(_ code: FailureCode) -> String {
        let page = code.page
        var text = "\(code.rawValue) (exit status \(code.exitStatus))\n\n"
        text += wrap(sentence(page.meaning), indent: 0)
        text += "\nRecognised by:\n" + wrap(sentence(page.recognition), indent: 2)
        text += "\nThe message contains:\n" + wrap(sentence(page.facts), indent: 2)
        text += "\nLikely causes:\n"
        for cause in page.causes { text += item("-", sentence(cause), column: 4) }
        text += "\nRemedy:\n" + wrap(sentence(page.remedy), indent: 2)
        return text
    }
}
