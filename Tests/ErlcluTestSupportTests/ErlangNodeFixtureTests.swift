import ErlcluTestSupport
import Foundation
import Testing

@Suite struct ErlangNodeFixtureTests {
    /// Without the releases the matrix would pass by testing nothing.
    @Test(.enabled(if: OTPRelease.isMatrix, "only where all releases are tested"))
    func hasTheWholeMatrix() {
        #expect(OTPRelease.available.map(\.major).sorted() == [23, 25, 27, 29])
    }

    @Test(arguments: OTPRelease.available)
    func startsOnEachRelease(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        #expect(try node.evaluate("erlang:system_info(otp_release)") == "\"\(release.major)\"")
        #expect(try node.evaluate("nodes(connected)") == "[]")
        node.stop()
        #expect(!node.isRunning)
    }

    @Test(arguments: OTPRelease.available)
    func connectsTwoNodesOverTLS(release: OTPRelease) throws {
        let first = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        let second = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        #expect(try first.evaluate("net_kernel:connect_node('\(second.name)')") == "true", "\(first.log)")
        // The acceptor counts the link a moment after the initiator.
        #expect(try eventually { try second.evaluate("nodes()") == "['\(first.name)']" })
    }

    @Test(arguments: OTPRelease.available)
    func needsNoPortMapper(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, nameType: .short(), registration: .none)
        #expect(try node.evaluate("node()").hasSuffix("@localhost"))
    }

    @Test func refusesAnExpiredPeer() throws {
        let expired = try CertificateAuthority.issue(CertificateProfile(validity: .expired))
        let good = try ErlangNodeFixture(transport: .mutualTLS())
        let bad = try ErlangNodeFixture(transport: .tls(NodeTLS(certificate: expired)))
        #expect(try good.evaluate("net_kernel:connect_node('\(bad.name)')") == "false")
        #expect(good.waitForLog(containing: "Certificate Expired"))
    }

    @Test func saysWhyItDidNotStart() throws {
        let error = #expect(throws: FixtureFailure.self) {
            try ErlangNodeFixture(arguments: ["-proto_dist", "no_such"])
        }
        #expect(error?.description.contains("no_such") == true)
    }

    @Test func givesAnExceptionBack() throws {
        let node = try ErlangNodeFixture()
        #expect(throws: FixtureFailure.self) { try node.evaluate("1 + a") }
        #expect(try node.evaluate("[1, \"tä\", x]") == "[1,\"tä\",x]")
    }
}
