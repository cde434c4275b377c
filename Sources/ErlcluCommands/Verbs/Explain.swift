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
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
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
            run.results.add([try Self.code(word)], as: .page)
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

extension ResultForm where Row == FailureCode {
    fileprivate static var page: ResultForm<FailureCode> {
        ResultForm(
            [
                Column("code", "CODE") { .text($0.rawValue) }, Column("meaning", "MEANING") { .text($0.page.meaning) },
                Column("recognised_by", "RECOGNISED BY") { .text($0.page.recognition) },
                Column("facts", "FACTS") { .text($0.page.facts) },
                Column("remedy", "REMEDY") { .text($0.page.remedy.text) },
                Column("causes", "CAUSES") { .texts($0.page.causes) },
                Column("exit_status", "EXIT", .right) { .integer(Int($0.exitStatus)) },
            ],
            shown: .page { TerminalText(lines: HelpText.page($0)) })
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
        text += "\nRemedy:\n" + wrap(sentence(page.remedy.text), indent: 2)
        return text
    }
}
