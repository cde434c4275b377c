/// What the body of the dashboard shows.
package enum Screen: CaseIterable, Hashable, Sendable {
    /// What there is to connect to.
    case picker
    case members
    case mesh
    case handshakes
    case certificates
    case node
    /// No screen of its own: the terminal is handed to the node's shell, and comes back.
    case console
    case doctor
    case events
    /// What expressions came to.
    case results
    /// What this program itself has to report.
    case log

    /// The key that goes there; nil: it is come to otherwise.
    package var digit: Character? {
        switch self {
        case .members: "1"
        case .mesh: "2"
        case .certificates: "4"
        case .handshakes: "3"
        case .node: "5"
        case .console: "6"
        case .doctor: "7"
        case .events: "8"
        case .log: "0"
        case .results, .picker: nil
        }
    }

    package var title: String {
        switch self {
        case .picker: "Connect"
        case .members: "Members"
        case .mesh: "Mesh"
        case .certificates: "Certificates"
        case .handshakes: "Handshakes"
        case .node: "Node"
        case .console: "Console"
        case .doctor: "Doctor"
        case .events: "Events"
        case .results: "Results"
        case .log: "Log"
        }
    }

    /// In a narrow frame.
    var shortTitle: String {
        switch self {
        case .handshakes: "Handshakes"
        case .certificates: "Certs"
        default: title
        }
    }

    /// In a frame that is narrower still.
    var letters: String {
        switch self {
        case .members: "Memb"
        case .handshakes: "Hand"
        case .certificates: "Cert"
        case .console: "Cons"
        case .doctor: "Doc"
        case .events: "Ev"
        case .results: "Res"
        case .mesh, .node, .log, .picker: title
        }
    }

    package func isAvailable(in mode: DashboardModel.NodeMode) -> Bool {
        let needsNode = [.certificates, .node, .doctor, .console, .results].contains(self)
        return DashboardModel.allows(mode, needsNode: needsNode, changesNode: self == .console || self == .results)
    }

    /// The list that it is.
    var list: (any ListScreen.Type)? {
        switch self {
        case .picker: PickerScreen.self
        case .members: MembersScreen.self
        case .mesh: MeshScreen.self
        case .certificates: CertificatesScreen.self
        case .handshakes: HandshakesScreen.self
        case .node: NodeScreen.self
        case .console: nil
        case .doctor: DoctorScreen.self
        case .events: EventsScreen.self
        case .results: ResultsScreen.self
        case .log: LogScreen.self
        }
    }
}
