package import Diagnosis
package import Presentation

/// What is needed of a dashboard that nobody sits before.
extension DashboardModel {
    /// Whether a first list is there.
    package var isListed: Bool { cluster.seen != nil }

    /// Why there is nothing to show.
    package var failure: NodeFailure? { if case .lost(let failure) = link { failure } else { nil } }

    /// Goes to a screen, about the node that is listed first where it is about one.
    package mutating func show(_ screen: Screen) -> [DashboardEffect] {
        if screen == .doctor { return examine(subject ?? entry) }
        return open(screen)
    }

    /// Whether the screen has what it waits for.
    package var isComplete: Bool {
        switch screen {
        case .picker: true
        case .members:
            isListed && (cluster.hasRegistrations || !awaitsRegistrations) && !cluster.isAskingWhoIsKnown
        case .mesh, .events, .log, .results, .console: isListed
        case .certificates: !certificates.isEmpty || certificatesFailure != nil
        case .handshakes: trace != .starting
        case .node: inspection?.status != nil || inspection?.failure != nil
        case .doctor: examination?.isOver ?? false
        }
    }

    /// Names that an epmd has and no member lists, besides those that a context names.
    package var strangers: [Stranger] { cluster.strangers(besides: expected) }

    /// The rows of the screen, for scripts, with the columns that the screen has.
    package var items: [JSONValue] {
        func items<S: ListScreen>(_ screen: S.Type) -> [JSONValue] {
            let columns = S.columns(self)
            return S.listed(self).map { row in .object(columns.map { JSONMember($0.key, $0.cell(row).json) }) }
        }
        return screen.list.map { items($0) } ?? []
    }
}
