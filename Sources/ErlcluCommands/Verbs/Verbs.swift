/// The table of verbs, in the order in which help and manual list them.
package enum Verbs {
    package static let all: [VerbSpec] = [
        .ping, .doctor, .trace, .capture, .eval, .rpc, .remoteConsole, .members, .names, .status, .pid, .version, .stop,
        .restart, .reboot,
        .config, .explain,
        .completion, .help, .nodetool, .erlCall, .manual,
    ]

    /// What the overview shows: subverbs one by one instead of the verb above them.
    package static var listed: [(title: String, name: String, verb: VerbSpec)] {
        all.filter { !$0.isHidden }.flatMap { verb in
            verb.subverbs.isEmpty
                ? [(title: verb.usageTail, name: verb.name, verb: verb)]
                : verb.subverbs.map {
                    (title: "\(verb.name) \($0.usageTail)", name: "\(verb.name) \($0.name)", verb: $0)
                }
        }
    }
}
