import ErlcluTestSupport
import Glibc
import Testing

/// What connects to a node without being one, as a trace on the node names it.
@Suite(.waiting) struct StrangerTraceTests {
    /// A health check or a browser: it does not speak plain distribution.
    @Test(arguments: OTPRelease.available, ["tlsv1.2", "tlsv1.3"])
    func httpIsNoPlainDistribution(release: OTPRelease, version: String) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS(versions: [version]))
        let trace = try TraceTrial(node)
        let socket = try #require(LocalSocket.connect(port: node.port))
        defer { close(socket) }
        let request = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        #expect(request.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) } == request.count)
        #expect(trace.waitForResult(), "\(trace.output)\(trace.errors)")
        #expect(trace.codes.first == "E-PROTOCOL", "\(trace.output)")
        #expect(trace.output.contains("neither TLS nor the distribution: it begins with"), "\(trace.output)")
        _ = try trace.finish()
    }

    /// `ping` over TLS asks a silent node whether it speaks plain distribution: that is not an attempt that fails.
    @Test(arguments: OTPRelease.available) func ourQuestionIsNamed(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let trace = try TraceTrial(node)
        let ping = try FailedCommand.ping(node, tls: .good()).start(["-o", "json"]).wait()
        #expect(try ping.errors.first?["code"] as? String == "E-TLS-TO-TCP", "\(ping.standardOutput)")
        #expect(trace.wait(for: "erlclu-ctl asked \(node.name) whether"), "\(trace.output)\(trace.errors)")
        _ = try trace.finish()
    }
}
