package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// What the epmd of a host knows, as the node hears it from where it is (`erl_epmd:names/1`): it asks epmd, and connects to
/// no node.
package struct RegisteredNamesQuestion: NodeQuestion {
    package var host: String

    /// A host has fewer.
    private static let mostNames = 4_096

    package init(ofHost host: String) { self.host = host }

    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> [RegisteredNode] {
        guard
            case .returned(let value) = try await node.call(
                "erl_epmd", "names", [.charlist(host)], until: deadline)
        else { throw node.unfinished() }
        guard let names = value.elements(tagged: "ok", 2)?[1]?.list else {
            throw NodeFailure(
                .epmdRefused, stage: .epmd, node: node.node,
                message: "\(node.node) gets no answer from the epmd of \(host): \(TermPrinter.excerpt(value))",
                remedy: "see whether epmd runs there")
        }
        return names.prefix(Self.mostNames).compactMap { entry in
            guard let parts = entry.elements, parts.count == 2, let name = parts[0]?.text,
                let port = parts[1]?.integer.flatMap({ UInt16(exactly: $0) })
            else { return nil }
            return RegisteredNode(name: name, port: port)
        }
    }
}
