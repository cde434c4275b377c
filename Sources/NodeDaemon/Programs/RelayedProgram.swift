import ErlangNode
import ErlangTerm

/// A program that a peer wants run on other nodes through this one. It is read, and made anew of our own: what a peer
/// sends never goes on to another node.
indirect enum RelayedProgram {
    case snapshot(certificates: Bool, limit: Int)
    case status
    case relay(Relay)

    /// What `each_member` is started with.
    struct Relay {
        var program: RelayedProgram
        /// nil: all that the node has links to, and itself.
        var nodes: [String]?
        var includesHidden: Bool
        /// Milliseconds, at most `longestWait`; nil: for ever.
        var limit: Int?
    }

    /// As long as `MemberRoster.longestRoute` of the tool.
    private static let deepest = 8
    private static let mostNodes = 4_096
    /// Milliseconds. A peer asks for no longer one: the time of a timer would not hold it.
    private static let longestWait = 3_600_000

    /// - Returns: nil for a program that is not passed on.
    static func relay(_ request: ProgramRequest) -> Relay? { relay({ request[$0] }, depth: 0) }

    private static func relay(_ binding: (Atom) -> TermView?, depth: Int) -> Relay? {
        guard depth < deepest, let forms = binding("Forms"), let label = ProgramLabel(of: forms),
            let extra = binding("Extra"), let nodes = binding("Nodes"), let includesHidden = binding("Hidden")?.bool
        else { return nil }
        let inner = { (name: Atom) in extra.value(of: name) }
        let program: RelayedProgram
        switch label {
        case ProgramLabel(.snapshot):
            guard let certificates = inner("Certificates")?.bool, let limit = inner("Limit")?.integer else {
                return nil
            }
            program = .snapshot(certificates: certificates, limit: min(max(limit, 0), 60_000))
        case ProgramLabel(.status): program = .status
        case ProgramLabel(.eachMember):
            guard let further = relay(inner, depth: depth + 1) else { return nil }
            program = .relay(further)
        default: return nil
        }
        return Relay(
            program: program,
            nodes: nodes.isAtom("all") ? nil : (nodes.list?.prefix(mostNodes).compactMap { $0.atom?.name } ?? []),
            includesHidden: includesHidden,
            limit: binding("Limit")?.integer.map { min(max($0, 0), longestWait) })
    }

    var program: NodeProgram {
        switch self {
        case .snapshot: .snapshot
        case .status: .status
        case .relay: .eachMember
        }
    }

    var bindings: [ProgramBinding] {
        switch self {
        case .snapshot(let certificates, let limit):
            [ProgramBinding("Certificates", .bool(certificates)), ProgramBinding("Limit", .integer(limit))]
        case .status: []
        case .relay(let relay):
            [
                ProgramBinding("Forms", relay.program.program.forms ?? .emptyList),
                ProgramBinding(
                    "Extra", .list(relay.program.bindings.map { .tuple(.atom($0.name), $0.value) })),
                ProgramBinding("Nodes", relay.nodes.map { .list($0.map { .atom(Atom($0)) }) } ?? .atom("all")),
                ProgramBinding("Hidden", .bool(relay.includesHidden)),
                ProgramBinding("Limit", relay.limit.map { .integer($0) } ?? .atom("infinity")),
            ]
        }
    }
}

extension NodeProgram {
    /// The program with its preamble as data; nil where it is damaged.
    var forms: Term? { (try? DecodedTerm(packet: [131] + encodedList(after: .preamble)))?.root.term }
}
