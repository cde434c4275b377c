import ByteTransport
import Diagnosis
import TLSTransport
import Testing

/// Names and addresses against certificates, as OTP compares them.
@Suite struct PeerIdentityTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var alternatives: String?
        var commonName = "node"
        var name: String
        var allowsWildcards = false
        var matches: Bool

        var testDescription: String { "\(name) for \(alternatives ?? "CN=\(commonName)")" }
    }

    @Test(arguments: [
        Row(alternatives: "IP:127.0.0.1", name: "127.0.0.1", matches: true),
        Row(alternatives: "DNS:127.0.0.1", name: "127.0.0.1", matches: true),
        Row(alternatives: "IP:127.0.0.2", name: "127.0.0.1", matches: false),
        Row(alternatives: "DNS:*.0.0.1", name: "127.0.0.1", matches: false),
        Row(alternatives: "IP:fd00::1", name: "fd00:0::1", matches: true),
        Row(alternatives: "DNS:a.example", name: "a.example", matches: true),
        Row(alternatives: "DNS:A.Example", name: "a.eXample", matches: true),
        Row(alternatives: "DNS:*.example.org", name: "a.example.org", matches: false),
        Row(alternatives: "DNS:*.example.org", name: "a.example.org", allowsWildcards: true, matches: true),
        Row(alternatives: "DNS:*.example.org", name: "a.b.example.org", allowsWildcards: true, matches: false),
        Row(alternatives: "DNS:*.0.0.1", name: "127.0.0.1", allowsWildcards: true, matches: false),
        Row(alternatives: nil, commonName: "*.example.org", name: "a.example.org", matches: false),
        Row(alternatives: "DNS:a.example", name: "b.example", matches: false),
        Row(alternatives: "DNS:a.example.org", name: ".example.org", matches: false),
        Row(alternatives: nil, commonName: "a.example.org", name: ".example.org", matches: false),
        Row(alternatives: "DNS:b.example", commonName: "a.example", name: "a.example", matches: false),
        Row(alternatives: "email:x@example", commonName: "a.example", name: "a.example", matches: false),
        Row(alternatives: nil, commonName: "a.example", name: "a.example", matches: true),
        Row(alternatives: nil, commonName: "127.0.0.1", name: "127.0.0.1", matches: true),
        Row(alternatives: nil, commonName: "b.example", name: "a.example", matches: false),
    ])
    func theNameIsCompared(row: Row) throws {
        let maker = try CertificateMaker()
        try maker.leaf("node", subject: "/CN=\(row.commonName)", alternatives: row.alternatives)
        var initiator = maker.initiator()
        initiator.allowsWildcards = row.allowsWildcards
        let fixture = try TLSFixture(initiator, maker.acceptor(), peerName: row.name)
        if row.matches {
            #expect(fixture.loop.run { fixture.isOpen || fixture.here.closure != nil })
            #expect(fixture.here.closure == nil)
        } else {
            #expect(fixture.initiatorCause() == .nameMismatch(expected: row.name))
        }
    }
}
