import AgreementSupport
import ErlcluTestSupport
import Foundation
import Testing

/// A fault of ours, seen by `ping`, by `doctor`, by a trace on the acceptor and by the capture of our own packets. What
/// each makes of it is in the table of vantages.
@Suite(.waiting) struct LiveAgreementTests {
    @Test(arguments: AgreementRun.releases, ["tlsv1.2", "tlsv1.3"])
    func ourFaultHasOneCode(release: OTPRelease, version: String) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS(versions: [version]))
        let directory = try TemporaryDirectory()
        let scrub = RecordingScrub(acceptor: node.name)
        for client in try OwnClient.all(in: directory) {
            var run = AgreementRun(client.fault, version, release, scrub)
            let trace = try TraceTrial(node)
            let file = directory.file("own.pcapng")
            let ping = try client.ping(node, ["--capture", file]).start(["-o", "json"]).wait()
            #expect(trace.waitForResult(), "\(client.fault.name): \(ping.standardOutput)")
            trace.waitForAsides()
            let traced = try trace.finish().standardOutput
            run.saw("ping", try client.dial(node), printed: try ping.errors.first)
            try run.saw("trace on acceptor", trace.recorded, printed: traced)

            let opened = try PacketFile.decoded(file)
            try run.saw("own capture, with secrets", opened.lines, printed: opened.text)
            try PacketFile.removeSecrets(from: file)
            let sealed = try PacketFile.decoded(file)
            try run.saw("own capture", sealed.lines, printed: sealed.text)

            let doctor = try client.ping(node).examined().start(["-o", "json"]).wait()
            run.saw("doctor", try #require(try doctor.diagnosis, "\(doctor.standardOutput)"))
            try run.settle()
        }
    }
}

extension CommandResult {
    /// What `doctor -o json` makes of its one node.
    fileprivate var diagnosis: Verdict? {
        get throws {
            let broken = try items.first?["broken"] as? [String: Any]
            return broken.flatMap { Verdict(document: $0) }
        }
    }
}

/// A pcapng file of a live run.
enum PacketFile {
    /// What the tool makes of it.
    static func decoded(_ path: String, _ options: [String] = []) throws -> (text: String, lines: [String]) {
        let result = try CommandResult.of(
            BuiltProduct.tool, ["capture", "decode", path, "-o", "jsonl"] + options, environment: NodeTool.scrubbed)
        return (result.standardOutput, result.standardOutput.split(separator: "\n").map(String.init))
    }

    /// Takes out the blocks that hold secrets (pcapng's Decryption Secrets Block, type 10).
    static func removeSecrets(from path: String) throws {
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func number(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(data[offset + $1]) << (8 * $1) } }
        var (offset, kept) = (0, [UInt8]())
        while offset + 12 <= data.count {
            let length = number(offset + 4)
            guard length >= 12, offset + length <= data.count else { throw FixtureFailure("no pcapng: \(path)") }
            if number(offset) != 10 { kept += data[offset..<offset + length] }
            offset += length
        }
        try Data(kept).write(to: URL(fileURLWithPath: path))
    }
}
