import Presentation
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
                run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
                    try listContexts(run)
                    return .done
                }),
            VerbSpec(
                name: "view",
                summary: "each setting with its value and where it comes from",
                details: [
                    "Settings are taken from the options, then ERLCLU_* variables, then RELX_* and RELEASE_* variables, then the "
                        + "context, then the files of the release, then ~/.erlang.cookie, then the defaults. "
                        + "Secrets are masked.",
                    "A release's files count as erl and the start script take them: of several names the first, of two "
                        + "cookies neither. How its node is reached is in ERL_AFLAGS, ERL_FLAGS, ERL_ZFLAGS, then mix's "
                        + "remote.vm.args, then vm.args. There is no epmd with -erl_epmd_port or an -epmd_module; "
                        + "-start_epmd false says nothing of it. A ${VARIABLE} that is not set, and a template, are named "
                        + "with file and line.",
                ],
                examples: [
                    VerbExample(
                        "erlclu-ctl --release /opt/app config view", "why does it dial that node with that cookie")
                ],
                statuses: [.done, .noInput, .configuration],
                run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
                    let settings = try run.settings()
                    if let problem = settings.nameProblem { run.warn("no node is named: \(problem)") }
                    run.results.add(
                        rows: SettingRow.rows(of: settings),
                        columns: [
                            Column("name", "SETTING") { .text($0.name) },
                            Column("value", "VALUE") { .text($0.value) },
                            Column("origin", "ORIGIN") { .text($0.origin) },
                        ])
                    return .done
                }),
        ])
}

private func listContexts(_ run: CommandRun) throws(CommandFailure) {
    run.results.add(
        rows: try run.contexts(),
        columns: [
            Column("default", "") { .mark($0.isUsual) },
            Column("name", "CONTEXT") { .atom($0.name) },
            Column("nodes", "NODES") { $0.isReadable ? .text($0.nodes.joined(separator: " ")) : .absent },
        ])
}

/// A context of the configuration file.
struct KnownContext: Sendable {
    var name: String
    /// The nodes that it or its release names.
    var nodes: [String]
    /// Whether it is used when none is named.
    var isUsual: Bool
    /// Whether it and the files that it names could be read.
    var isReadable: Bool
}

extension CommandRun {
    /// The contexts of the configuration file. One may be wrong without the others being so: its nodes are left open.
    func contexts() throws(CommandFailure) -> [KnownContext] {
        let contexts: (names: [String], usual: String?)
        do throws(SettingsError) { contexts = try context.targets.contexts() } catch { throw CommandFailure(error) }
        return contexts.names.map { name in
            var flags = SettingsFlags()
            flags.context = name
            let settings = try? context.targets.settings(flags)
            return KnownContext(
                name: name, nodes: settings?.nodes.value ?? [], isUsual: name == contexts.usual,
                isReadable: settings != nil)
        }
    }
}
