/// What the body of the dashboard shows. The raw value is the key that goes there.
package enum Screen: Int, CaseIterable, Sendable {
    case members = 1
    /// No screen of its own: the terminal is handed to the node's shell, and comes back.
    case console = 6
    case events = 8

    var title: String {
        switch self {
        case .members: "Members"
        case .console: "Console"
        case .events: "Events"
        }
    }
}
