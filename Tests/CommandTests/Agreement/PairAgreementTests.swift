import AgreementSupport
import ErlcluTestSupport
import Testing

/// A fault between two nodes, seen by a trace on either and by a capture between them, with and without what opens its
/// TLS. What each makes of it is in the table of vantages.
@Suite(.waiting, .enabled(if: LoopbackCapture.isPossible, "dumpcap may not capture")) struct PairAgreementTests {
    @Test(arguments: AgreementRun.releases, RecordedFault.betweenNodes)
    func faultOfTwoNodesHasOneCode(release: OTPRelease, fault: RecordedFault) throws {
        for version in ["tlsv1.2", "tlsv1.3"] { try compare(fault, version, release) }
    }

    private func compare(_ fault: RecordedFault, _ version: String, _ release: OTPRelease) throws {
        let pair = try NodePair(fault, version, release)
        let directory = try TemporaryDirectory()
        var run = AgreementRun(
            fault, version, release,
            RecordingScrub(acceptor: pair.acceptor.name, initiator: pair.initiator.name))
        let (there, here) = try atOnce({ try TraceTrial(pair.acceptor) }, { try TraceTrial(pair.initiator) })
        let capture = try LoopbackCapture(port: pair.acceptor.port, directory.file("between.pcapng"))
        try pair.fail()
        for (name, trace) in [("trace on acceptor", there), ("trace on initiator", here)] {
            #expect(trace.waitForResult(), "\(fault.name), \(name): \(trace.output)\(trace.errors)")
            trace.waitForAsides()
            let printed = try trace.finish().standardOutput
            try run.saw(name, trace.recorded, printed: printed)
        }
        try capture.finish()
        let nodePort = ["--port", "\(pair.acceptor.port)"]
        let sealed = try PacketFile.decoded(capture.file, nodePort)
        try run.saw("capture between", sealed.lines, printed: sealed.text)
        if pair.isSecure {
            let again = try LoopbackCapture(port: pair.acceptor.port, directory.file("again.pcapng"))
            let secrets = try pair.failKeepingSecrets()
            try again.finish()
            // Up to TLS 1.2 the acceptor's certificate is judged before there are any.
            #expect(secrets.isEmpty == (version == "tlsv1.2" && fault.name.hasPrefix("nodes, acceptor")))
            let keys = try directory.write(try again.keyLog(secrets), to: "keys", mode: 0o600)
            let opened = try PacketFile.decoded(again.file, nodePort + ["--keylog", keys])
            try run.saw("capture between, with key log", opened.lines, printed: opened.text)
        }
        try run.settle()
    }
}
