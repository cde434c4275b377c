import ErlcluTestSupport
import Foundation
import Testing

/// What `doctor` leaves on a node that it looked at in vain: nothing, and nobody else had to wait for it.
@Suite(.waiting) struct GuestTests {
    private static let patience = ["-kernel", "net_setuptime", "90"]

    /// Ways to come to a node that end in the middle.
    enum Mistake: String, CaseIterable, CustomTestStringConvertible {
        case cookie, plainToTLS, tlsToPlain, otherName, otherAuthority

        var testDescription: String { rawValue }

        var usesTLS: Bool { self == .plainToTLS || self == .otherAuthority }

        func command(_ node: ErlangNodeFixture) throws -> FailedCommand {
            switch self {
            case .cookie: try .to(node, ["doctor"]).withCookie("another")
            case .plainToTLS: try .to(node, ["doctor"])
            case .tlsToPlain: try .to(node, tls: .good(), ["doctor"])
            case .otherName: try .to(node, name: "shop@127.0.0.1", ["doctor"])
            case .otherAuthority:
                try .to(
                    node,
                    tls: ToolTLS(
                        CertificateAuthority.issue(),
                        trusts: CertificateAuthority.unknown.get().certificateFile), ["doctor"])
            }
        }
    }

    /// No socket and no process is left to a timer: the setup time of the node is longer than we look.
    @Test(arguments: Mistake.allCases, OTPRelease.available)
    func leavesNothing(mistake: Mistake, release: OTPRelease) throws {
        let transport: NodeTransport = mistake.usesTLS ? try .mutualTLS() : .tcp
        let node = try ErlangNodeFixture(release: release, transport: transport, arguments: Self.patience)
        // What is started once stays: the caches of TLS.
        let ping = try FailedCommand.ping(node, tls: mistake.usesTLS ? .good() : nil).start().wait()
        #expect(ping.exitStatus == 0, "\(ping.standardError)")
        // OTP 23 keeps a process of each TLS connection for ever, whoever came. The one that takes connections is another
        // one after each.
        let calls =
            "[proc_lib:translate_initial_call(P) || P <- processes(), {_, {_, F, _}} <- [process_info(P, "
            + "current_function)], F =/= '-ensure_sender_terminate/2-fun-0-']"
        let before = try NodeInventory(of: node, processes: calls)
        let command = try mistake.command(node)
        let result = try command.start().wait()
        #expect(result.exitStatus != 0, "\(result.standardOutput)")
        try before.expectNothingMore("\(release), \(mistake)")
    }

    /// An acceptor of OTP 23 takes one TLS connection after the other: who is slow holds up all.
    @Test(arguments: OTPRelease.available)
    func holdsUpNobody(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS(), arguments: Self.patience)
        for mistake in [Mistake.plainToTLS, .otherAuthority, .cookie] {
            var command = try mistake.command(node)
            if mistake == .cookie { command = try .to(node, tls: .good(), ["doctor"]).withCookie("another") }
            let doctor = try command.start()
            while doctor.isRunning {
                let result = try FailedCommand.ping(node, tls: .good(["--timeout", "40s"])).start().wait()
                #expect(result.exitStatus == 0, "\(release), \(mistake): \(result.standardError)")
            }
        }
    }
}
