/// The table of verbs, in the order in which help and manual list them. A command makes its own verb's specification
/// only: all of them would be a tenth of what an `eval` computes.
package enum Verb: String, CaseIterable {
    case ui, demo, ping, doctor, trace, capture, eval, rpc
    case remoteConsole = "remote_console"
    case members, mesh, partitions, links
    case certificates = "cert"
    case secureShell = "ssh"
    case names, status, pid, version, stop, restart, reboot, config, explain, completion, help, nodetool
    case erlCall = "erl_call"
    case manual, complete

    package var specification: VerbSpec {
        switch self {
        case .ui: .ui
        case .demo: .demo
        case .ping: .ping
        case .doctor: .doctor
        case .trace: .trace
        case .capture: .capture
        case .eval: .eval
        case .rpc: .rpc
        case .remoteConsole: .remoteConsole
        case .members: .members
        case .mesh: .mesh
        case .partitions: .partitions
        case .links: .links
        case .certificates: .certificates
        case .secureShell: .secureShell
        case .names: .names
        case .status: .status
        case .pid: .pid
        case .version: .version
        case .stop: .stop
        case .restart: .restart
        case .reboot: .reboot
        case .config: .config
        case .explain: .explain
        case .completion: .completion
        case .help: .help
        case .nodetool: .nodetool
        case .erlCall: .erlCall
        case .manual: .manual
        case .complete: .complete
        }
    }
}

package enum Verbs {
    package static let all = Verb.allCases.map(\.specification)

    /// The verb of that name or alias.
    package static func named(_ word: String) -> VerbSpec? {
        Verb(rawValue: word)?.specification ?? all.first { $0.aliases.contains(word) }
    }

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
