import ErlcluTestSupport
import Foundation
import Testing

/// Nodes of two releases that meet, in both directions, seen by one trace on both: what it tells of the two ends
/// together, and of each alone.
@Suite(
    .waiting,
    .enabled(if: Set(OTPRelease.available.map(\.major)).isSuperset(of: [23, 25, 27, 29]), "needs the other releases"))
struct ReleasePairTests {
    /// From OTP 26 on nodes demand flags that OTP 23 has not: these two cannot be connected.
    @Test(arguments: [27, 29], [false, true])
    func tooFarApart(_ newer: Int, _ isSecure: Bool) throws {
        let pair = try ReleasePair(23, newer, isSecure: isSecure)
        for (initiator, acceptor) in [(pair.older, pair.newer), (pair.newer, pair.older)] {
            let seen = try SeenByBoth(initiator, dials: acceptor)
            seen.expect("E-FLAGS", of: initiator, to: acceptor)
            #expect(seen.told.contains("remedy: upgrade \(pair.older.name): OTP 23 or older"), "\(seen.told)")
        }
        if isSecure { try pair.expectUnknownAuthority() }
    }

    @Test(arguments: [(23, 25), (25, 27), (25, 29)], [false, true])
    func understandEachOther(_ majors: (Int, Int), _ isSecure: Bool) throws {
        let pair = try ReleasePair(majors.0, majors.1, isSecure: isSecure)
        for (initiator, acceptor) in [(pair.older, pair.newer), (pair.newer, pair.older)] {
            let up = try SeenByBoth(initiator, dials: acceptor)
            up.expect(nil, of: initiator, to: acceptor)
            try pair.part()

            try initiator.evaluate("erlang:set_cookie('\(acceptor.name)', zq_unlike_cookie)")
            let unlike = try SeenByBoth(initiator, dials: acceptor)
            unlike.expect("E-COOKIE", of: initiator, to: acceptor)
            try initiator.evaluate("erlang:set_cookie('\(acceptor.name)', erlang:get_cookie())")

            let stranger = try SeenByBoth(initiator, dials: acceptor) {
                try ReleasePair.allow("['somebody@else.example.com']", on: acceptor)
            }
            // OTP 23 is told no more than that its flags or its name will not do: together it is clear.
            let likely = initiator.release.major == 23 && !isSecure ? "E-FLAGS" : "E-NOT-ALLOWED"
            stranger.expect("E-NOT-ALLOWED", ofInitiatorAlone: likely, of: initiator, to: acceptor)
            try ReleasePair.allow("[]", on: acceptor)
        }
        if isSecure { try pair.expectUnknownAuthority() }
    }
}

/// A node of an older and one of a newer release.
private struct ReleasePair {
    let older: ErlangNodeFixture
    let newer: ErlangNodeFixture
    private let isSecure: Bool

    init(_ older: Int, _ newer: Int, isSecure: Bool) throws {
        self.isSecure = isSecure
        (self.older, self.newer) = try atOnce(
            { try Self.node(older, isSecure: isSecure) }, { try Self.node(newer, isSecure: isSecure) })
    }

    /// - Parameter authority: of what it shows where it dials. That names no host, or any allow list would let it in.
    private static func node(
        _ major: Int, isSecure: Bool, authority: CertificateAuthority? = nil
    ) throws -> ErlangNodeFixture {
        let release = try #require(OTPRelease.available.first { $0.major == major })
        guard isSecure else { return try ErlangNodeFixture(release: release) }
        let trusted = try CertificateAuthority.trusted.get()
        return try ErlangNodeFixture(
            release: release,
            transport: .tls(
                NodeTLS(
                    certificate: try trusted.issue(),
                    clientCertificate: try (authority ?? trusted).issue(CertificateProfile(addresses: [])),
                    trusts: trusted.certificateFile, versions: ["tlsv1.2"])))
    }

    /// Neither has a link to the other afterwards.
    func part() throws {
        try older.evaluate("erlang:disconnect_node('\(newer.name)')")
        for node in [older, newer] { #expect(try eventually { try node.evaluate("nodes()") == "[]" }) }
    }

    /// As `net_kernel:allow/1`, which can only add.
    static func allow(_ list: String, on node: ErlangNodeFixture) throws {
        try node.evaluate(
            """
            case \(list) of
                [] -> sys:replace_state(net_kernel, fun(State) ->
                          list_to_tuple([case E of ['somebody@else.example.com'] -> []; _ -> E end
                                         || E <- tuple_to_list(State)])
                      end), ok;
                List -> ok = net_kernel:allow(List)
            end
            """)
    }

    func expectUnknownAuthority() throws {
        let unknown = try CertificateAuthority.unknown.get()
        let strangers = try atOnce(
            { try Self.node(older.release.major, isSecure: true, authority: unknown) },
            { try Self.node(newer.release.major, isSecure: true, authority: unknown) })
        for (initiator, acceptor) in [(strangers.0, newer), (strangers.1, older)] {
            let seen = try SeenByBoth(initiator, dials: acceptor)
            seen.expect("E-CA-UNKNOWN", of: initiator, to: acceptor)
        }
    }
}

/// One attempt, as each end saw it and as both together tell it.
private struct SeenByBoth {
    private let isConnected: Bool
    private let results: [String: [String]]
    let told: String

    /// Traces both, has one dial the other, and waits until the traces have told how it ended.
    /// - Parameter prepare: what has to be done when the traces are there: an allow list would keep them out.
    init(
        _ initiator: ErlangNodeFixture, dials acceptor: ErlangNodeFixture, prepare: () throws -> Void = {}
    ) throws {
        let (here, there) = try atOnce({ try TraceTrial(initiator) }, { try TraceTrial(acceptor) })
        try prepare()
        isConnected = try initiator.evaluate("net_kernel:connect_node('\(acceptor.name)')") == "true"
        for trial in [here, there] {
            #expect(trial.waitForResult(), "\(trial.node.release): \(trial.output)\(trial.errors)")
            trial.waitForAsides()
            _ = try trial.finish()
        }
        results = [initiator.name: here.results, acceptor.name: there.results]
        told = try TraceTrial.replay(here.recorded + there.recorded, ["-o", "ladder"]).standardOutput
    }

    /// - Parameter code: nil where they are connected.
    func expect(
        _ code: String?, ofInitiatorAlone alone: String? = nil, of initiator: ErlangNodeFixture,
        to acceptor: ErlangNodeFixture, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let what: Comment = "\(initiator.release) to \(acceptor.release): \(told)"
        #expect(isConnected == (code == nil), what, sourceLocation: sourceLocation)
        #expect(results[initiator.name] == [alone ?? code ?? "up"], what, sourceLocation: sourceLocation)
        #expect(results[acceptor.name] == [code ?? "up"], what, sourceLocation: sourceLocation)
        // A link that goes down stands by itself: of a tool that has asked the node, say.
        let attempts = told.split(separator: "\n").filter { $0.hasPrefix("#") }
        #expect(attempts.count == 1, what, sourceLocation: sourceLocation)
        #expect(told.contains(code.map { "\n\($0) at " } ?? "\nup "), what, sourceLocation: sourceLocation)
    }
}
