import Diagnosis
import ErlangNode
import ErlangTerm

/// A program that a node runs on others over links that are there, and what it relays of them (`each_member`).
struct MemberRelay {
    enum Event {
        case members([String])
        case item(node: String, TermView)
        /// The program is over there; the failure counts where it gave no result.
        case ended(node: String, NodeFailure)
    }

    var program: NodeProgram
    var bindings: [ProgramBinding]
    /// Nil: all that the node is connected to, and itself.
    var nodes: [String]?
    /// Of all: the hidden ones as well.
    var includesHidden: Bool
    /// From the node that we are connected to, which does not stand in it, to the one that relays; empty where that is
    /// the same.
    var route: [String] = []
    /// Milliseconds after which those are given up that have not ended; nil: never.
    var limit: Int?

    /// What `each_member` is started with.
    /// - Parameter entry: the node that we are connected to, for messages.
    func bindings(for entry: String) throws(NodeFailure) -> [ProgramBinding] {
        var relayed = try bindings(program, bindings, nodes, for: entry)
        // The last of the route relays the program, and each before it the relaying of the next.
        for hop in route.reversed() { relayed = try bindings(.eachMember, relayed, [hop], for: entry) }
        return relayed
    }

    private func bindings(
        _ program: NodeProgram, _ bindings: [ProgramBinding], _ nodes: [String]?, for entry: String
    ) throws(NodeFailure) -> [ProgramBinding] {
        [
            ProgramBinding("Forms", try program.forms(for: entry)),
            ProgramBinding("Extra", .list(bindings.map { .tuple([.atom($0.name), $0.value]) })),
            ProgramBinding("Nodes", nodes.map { .list($0.map { .atom(Atom($0)) }) } ?? .atom("all")),
            ProgramBinding("Hidden", .atom(includesHidden ? "true" : "false")),
            ProgramBinding("Limit", limit.map { .integer($0) } ?? .atom("infinity")),
        ]
    }

    /// What an item says of those that the program runs on; nil where it is about the route, or makes no sense.
    func event(_ item: TermView, entry: String) -> Event? {
        var item = item
        for hop in route {
            guard let relayed = item.elements(tagged: "member", 3), relayed[1]?.atom?.name == hop,
                let inner = relayed[2]
            else { return nil }
            item = inner
        }
        guard let parts = item.elements, let tag = parts[0]?.atom?.name else { return nil }
        if tag == "members" { return .members(parts[1]?.list?.compactMap { $0.atom?.name } ?? []) }
        guard let name = parts[1]?.atom?.name else { return nil }
        switch tag {
        case "member": return parts[2].map { .item(node: name, $0) }
        case "member_down":
            return .ended(node: name, Self.down(name, parts[2]))
        case "member_timeout": return .ended(node: name, Self.late(name, isEntry: name == entry))
        default: return nil
        }
    }

    /// Why a node was not heard of: the way to it, or we, gave up before.
    func unheard(_ node: String) -> NodeFailure {
        let way = route.last.map { " through \($0)" } ?? ""
        return NodeFailure(
            .rpc, stage: .up, node: node, message: "\(node) could not be asked\(way)",
            remedy: "look at the nodes that have a link to it")
    }

    /// - Parameter reason: why its process ended.
    static func down(_ node: String, _ reason: TermView?) -> NodeFailure {
        guard let reason else { return down(node, "") }
        return NodeFailure.noEvaluation(on: node, endedWith: reason) ?? down(node, TermPrinter.excerpt(reason))
    }

    static func down(_ node: String, _ reason: String) -> NodeFailure {
        NodeFailure(
            .rpc, stage: .up, node: node, message: "\(node) gave no result: \(reason)",
            remedy: "it went down, refuses requests, or is no Erlang node")
    }

    static func late(_ node: String, isEntry: Bool) -> NodeFailure {
        let what = isEntry ? "was not done" : "did not answer its neighbour"
        return NodeFailure(
            .timeout, stage: .up, node: node, message: "\(node) \(what) in time",
            remedy: "give it more time with \(.deadline), or look at the node itself")
    }
}
