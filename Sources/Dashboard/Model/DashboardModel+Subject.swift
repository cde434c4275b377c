import ClusterAdmin
import Diagnosis
import HandshakeTrace

/// Whom a key is about.
extension DashboardModel {
    /// The node of the row that is selected on this screen; nil where the row is about none.
    var subject: String? {
        switch screen {
        case .node: inspection?.node ?? lists[.members]?.selected
        case .doctor: examination?.node ?? lists[.members]?.selected
        case .events: EventsScreen.selected(self)?.happening.node
        case .results: ResultsScreen.selected(self)?.result.node
        case .certificates: lists[.certificates]?.selected
        case .mesh:
            MeshScreen.selected(self).flatMap { row in
                if case .member = row.what { row.name } else { nil }
            }
        case .handshakes: HandshakesScreen.selected(self).flatMap { subject(of: $0.entry.attempt) }
        case .members, .console: lists[.members]?.selected
        case .log, .picker: nil
        }
    }

    /// Of the two ends the one that a person should look at; else the one that was called, by its name.
    private func subject(of attempt: ConnectionAttempt) -> String? {
        let names = [attempt.acceptor.name, attempt.initiator.name].compactMap { $0 }
        let troubled = Set(
            MembersScreen.rows(self).filter { !["UP", "HD"].contains($0.stateWord) }.map(\.name))
        return names.first { troubled.contains($0) } ?? names.first
    }

    /// The two nodes that are looked at on the screen Mesh.
    var pair: NodePair? {
        guard screen == .mesh, let row = MeshScreen.selected(self) else { return nil }
        switch row.what {
        case .member: return row.peer.map { NodePair(from: row.name, to: $0) }
        case .pair(let link): return NodePair(from: link.from, to: link.to)
        case .component: return nil
        }
    }

    /// Whom a key or a command is about at this moment.
    var aim: CommandAim {
        let marked = markedNodes
        let isLost = marked.isEmpty && !(lists[.members]?.marked ?? []).isEmpty
        return CommandAim(subject: subject, pair: pair, marked: marked, isLost: isLost)
    }

    /// Says why nobody is asked.
    mutating func missNodes(_ aim: CommandAim) -> [DashboardEffect] {
        guard aim.isLost else { return withSubject { _, _ in [] } }
        notice = "none of the marked nodes is listed any more; u takes the marks off"
        return []
    }

    /// Says why a key does nothing.
    mutating func withSubject(_ effects: (inout DashboardModel, String) -> [DashboardEffect]) -> [DashboardEffect] {
        guard let node = subject else {
            notice = "the selected row is about no single node; Members (1) has them all"
            return []
        }
        return effects(&self, node)
    }

    /// Looks at the way to a node, or between the two that are selected.
    mutating func examineSelected() -> [DashboardEffect] {
        guard let pair else { return withSubject { $0.examine($1) } }
        return askToExamine(pair)
    }

    /// One node connects to another for it, which a person has to agree to.
    mutating func askToExamine(_ pair: NodePair) -> [DashboardEffect] {
        guard mode != .readOnly else {
            let effects = examine(pair.from)
            notice = "read-only: \(pair.from) is not asked to dial \(pair.to); this is our way to it"
            return effects
        }
        return ask(.dial(pair))
    }
}
