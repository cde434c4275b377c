import ByteTransport
import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Testing

/// What `SSHConnector` makes of a program that stands for ssh and the daemon behind it.
struct BridgeLink {
    let loop = EventLoop()
    var silence = Duration.seconds(60)

    /// - Parameter command: the program, which is given the expression of the bridge.
    func outcome(
        expecting expected: SSHPlace.Expectation = .anyName, within time: Duration = .seconds(Deadline.patience),
        _ command: (String) -> [String]
    ) throws -> SessionOutcome {
        var place = SSHPlace(
            name: "ops@box:10022", endpoint: Endpoint(host: "box", port: 10022), node: "ops@box:10022",
            expected: expected)
        place.silence = silence
        var result: SessionOutcome?
        let connector = SSHConnector(to: place, on: loop)
        connector.start(within: time) { expression in
            let words = command(expression).map {
                $0.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
            }
            return CommandTunnel(name: "ssh:ops@box:10022", words: words).dial(host: "", port: 0, on: loop)
        } _: {
            result = $0
        }
        _ = loop.run(until: .now + .seconds(2 * Deadline.patience)) { result != nil }
        return try #require(result)
    }

    func failure(within time: Duration = .seconds(Deadline.patience), script: String) throws -> NodeFailure {
        guard case .failed(let failure) = try outcome(within: time, { _ in ["sh", "-c", script] }) else {
            throw FixtureFailure("it let us in: \(script)")
        }
        return failure
    }

    /// An emulator that runs the bridge on its own standard input and output.
    func session(_ release: OTPRelease = .host) throws -> any NodeSession {
        try outcome { expression in
            let (program, arguments) = release.command(
                "erl", ["-noshell", "-eval", String(expression.dropLast()) + ",halt()."])
            return [program] + arguments
        }.get()
    }
}
