package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// What the epmd on the node's own host knows, asked by the node: where nobody but the node comes to it.
package struct RegistrationsQuestion: NodeQuestion {
    package init() {}

    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> [RegisteredNode] {
        // As `checkup` asks it, whatever the host is called.
        let address = Term.tuple([127, 0, 0, 1].map { Term.integer($0) })
        guard case .returned(let value) = try await node.call("erl_epmd", "names", [address], until: deadline) else {
            throw node.unfinished()
        }
        if let names = value.elements(tagged: "ok", 2)?[1]?.list { return names.compactMap(RegisteredNode.init) }
        guard let reason = value.elements(tagged: "error", 2)?[1] else { throw node.unfinished() }
        throw NodeFailure(
            .epmdRefused, stage: .epmd, node: node.node,
            message: "the epmd on the host of \(node.node) is not running, or is not to be asked: "
                + TermPrinter.excerpt(reason),
            remedy: "start epmd there: nobody finds the node through it")
    }
}

extension RegisteredNode {
    /// `{Name, Port}`; nil for anything else.
    fileprivate init?(_ view: TermView) {
        guard let pair = view.elements(2), let name = NodeAdministrator.text(pair[0]), let port = pair[1]?.integer
        else { return nil }
        self.init(name: name, port: UInt16(clamping: port))
    }
}
