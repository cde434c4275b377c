import ByteTransport
import ClusterAdmin
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Testing

/// What the node has of us afterwards: nothing.
@Suite(.waiting) struct TracelessTests {
    /// A name that we gave ourselves would cost the node an atom each time, which it never frees.
    @Test func tenThousandConnectionsCostTheNodeNoAtom() throws {
        let node = try ErlangNodeFixture()
        let link = NodeLink(node: node)
        try warmUp(link)
        let before = try atoms(of: node)
        for _ in 0..<10_000 { try ping(link) }
        #expect(try atoms(of: node) == before)
        #expect(try eventually { try node.evaluate("{nodes(), nodes(hidden)}") == "{[],[]}" })
    }

    @Test(arguments: OTPRelease.available)
    func connectionsOverTLSCostNoAtomEither(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        let link = NodeLink(node: node)
        try warmUp(link)
        let before = try atoms(of: node)
        for _ in 0..<100 { try ping(link) }
        #expect(try atoms(of: node) == before)
        #expect(try eventually { try node.evaluate("{nodes(), nodes(hidden)}") == "{[],[]}" })
    }

    @Test(arguments: OTPRelease.available)
    func weAreNeverListedAsAVisibleNode(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let connection = try NodeLink(node: node).connection()
        #expect(try node.evaluate("nodes()") == "[]")
        #expect(try node.evaluate("nodes(hidden)") == "['\(connection.ownName.name)']")
        connection.close()
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "[]" })
    }

    /// The node hands a name out again when its connection is gone, which it may notice after we have come back: a
    /// few names are in use in turn. Here they are made, all at once.
    private func warmUp(_ link: NodeLink) throws {
        let connections = try (0..<6).map { _ in try link.connection() }
        #expect(Set(connections.map(\.ownName.name)).count == 6)
        for connection in connections { connection.close() }
        for _ in 0..<20 { try ping(link) }
    }

    private func ping(_ link: NodeLink) throws {
        _ = try link.withAdministrator { administrator async throws(NodeFailure) in
            try await administrator.ask(PingQuestion(), until: .now + .seconds(Deadline.patience))
        }
    }

    private func atoms(of node: ErlangNodeFixture) throws -> String {
        try node.evaluate("erlang:system_info(atom_count)")
    }
}
