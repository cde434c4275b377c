extension VerbSpec {
    static let config = VerbSpec(
        name: "config",
        summary: "show the settings in force",
        subverbs: [
            VerbSpec(
                name: "view",
                summary: "each setting with its value and where it comes from",
                details: [
                    "Settings are taken from the options, then ERLCLU_* variables, then RELX_* and RELEASE_* variables, then the "
                        + "context, then the files of the release, then ~/.erlang.cookie, then the defaults. "
                        + "Secrets are masked."
                ],
                examples: [
                    VerbExample(
                        "erlclu-ctl --release /opt/app config view", "why does it dial that node with that cookie")
                ],
                statuses: [.done, .noInput, .configuration],
                run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
                    run.results.add(
                        rows: SettingRow.rows(of: try run.settings()),
                        columns: [
                            Column("name", "SETTING") { .text($0.name) },
                            Column("value", "VALUE") { .text($0.value) },
                            Column("origin", "ORIGIN") { .text($0.origin) },
                        ])
                    return .done
                })
        ])
}
