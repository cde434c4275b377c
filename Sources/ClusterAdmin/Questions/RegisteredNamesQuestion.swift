package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// What the epmd of a host knows, as the node hears it from where it is (`erl_epmd:names/1`): it asks epmd, and connects to
/// no node.
package struct RegisteredNamesQuestion: NodeQuestion {
    /// nil: the node's own.
    package var host: String?

    /// A host has fewer.
    private static let mostNames = 4_096

    /// - Parameter host: nil: the node's own, to whose epmd maybe nobody else comes.
    package init(ofHost host: String? = nil) { self.host = host }

    /// - Returns: at most 4,096 names. What has no port of TCP is left out.
    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> [RegisteredNode] {
        // Its own as `checkup` asks it, whatever the host is called.
        let place = host.map { Term.charlist($0) } ?? .tuple([127, 0, 0, 1].map { .integer($0) })
        guard case .returned(let value) = try await node.call("erl_epmd", "names", [place], until: deadline) else {
            throw node.unfinished()
        }
        guard let names = value.elements(tagged: "ok", 2)?[1]?.list else {
            let reason = TermPrinter.excerpt(value.elements(tagged: "error", 2)?[1] ?? value)
            throw NodeFailure(
                .epmdRefused, stage: .epmd, node: node.node,
                message: host.map { "\(node.node) gets no answer from the epmd of \($0): \(reason)" }
                    ?? "the epmd on the host of \(node.node) is not running, or is not to be asked: \(reason)",
                remedy: host == nil
                    ? "start epmd there: nobody finds the node through it" : "see whether epmd runs there")
        }
        return names.prefix(Self.mostNames).compactMap(RegisteredNode.init)
    }
}

extension RegisteredNode {
    /// `{Name, Port}`; nil for anything else.
    fileprivate init?(_ view: TermView) {
        guard let pair = view.elements(2), let name = pair[0]?.text,
            let port = pair[1]?.integer.flatMap({ UInt16(exactly: $0) })
        else { return nil }
        self.init(name: name, port: port)
    }
}
