import ReleaseFiles

extension VerbSpec {
    static let config = VerbSpec(
        name: "config",
        summary: "show the settings in force",
        subverbs: [
            VerbSpec(
                name: "contexts",
                summary: "the contexts of the configuration file",
                details: [
                    "The one that is used when none is named by --context or ERLCLU_CONTEXT is marked with *. The file is "
                        + "$XDG_CONFIG_HOME/erlclu/erlclu.config, or what ERLCLU_CONFIG names; see erlclu.config(5)."
                ],
                statuses: [.done, .noInput, .configuration],
                run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
                    try listContexts(run)
                    return .done
                }),
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
                }),
        ])
}

/// A context may be wrong without the others being so: its nodes are left open then.
private func listContexts(_ run: CommandRun) throws(CommandFailure) {
    let contexts: (names: [String], usual: String?)
    do throws(SettingsError) { contexts = try run.context.targets.contexts() } catch { throw CommandFailure(error) }
    var nodes: [String: String] = [:]
    for name in contexts.names {
        var flags = SettingsFlags()
        flags.context = name
        if let settings = try? run.context.targets.settings(flags) {
            nodes[name] = settings.nodes.value.joined(separator: " ")
        }
    }
    let found = nodes
    run.results.add(
        rows: contexts.names,
        columns: [
            Column("default", "") { .mark($0 == contexts.usual) },
            Column("name", "CONTEXT") { .atom($0) },
            Column("nodes", "NODES") { found[$0].map { .text($0) } ?? .absent },
        ])
}
