import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Testing

/// 20 MB there and back, unchanged.
@Suite(.waiting, .serialized) struct LargeArgumentTests {
    @Test(arguments: [false, true])
    func binaryComesBackAsItWent(isSecure: Bool) throws {
        let node = try ErlangNodeFixture(transport: isSecure ? .mutualTLS() : .tcp)
        var state: UInt32 = 1
        let bytes = (0..<20_000_000).map { _ -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        let outcome = try NodeLink(node: node).withAdministrator { administrator async throws(NodeFailure) in
            try await administrator.ask(
                CallQuestion("lists", "reverse", [.list([.binary(bytes)])]), until: .now + .seconds(120))
        }
        guard case .value(let value) = outcome, let first = value.list?.first(where: { _ in true }) else {
            Issue.record("\(outcome)")
            return
        }
        #expect(first.binary.map { $0.elementsEqual(bytes) } == true)
    }
}
