import ErlcluTestSupport
import Foundation
import Testing

/// A node that is named without its host: that this one was taken is said before anything else, and nothing is certain.
@Suite(.waiting) struct AssumedHostTests {
    private func alive(_ node: ErlangNodeFixture) -> String { String(node.name.prefix { $0 != "@" }) }

    private func command(_ node: ErlangNodeFixture, tls: ToolTLS? = nil, _ words: [String]) throws -> FailedCommand {
        var command = try FailedCommand.to(node, tls: tls, words)
        let place = try #require(command.arguments.firstIndex(of: node.name))
        command.arguments[place] = alive(node)
        return command
    }

    /// Its certificate is for the host that it really has. To issue it anew would be wrong.
    @Test func certificateOfAnotherHost() throws {
        let node = try SharedNodes.secure.get()
        let doctor = try command(node, tls: .good(), ["doctor", "--address", "127.0.0.1:\(node.port)"])
        let shown = try doctor.start().wait()
        let host = try #require(shown.standardOutput.firstMatch(of: /@(\S+) over tls/)?.1)
        let title = "\(alive(node))@\(host) over tls; the host \(host) is an assumption, as none was given\n"
        #expect(shown.standardOutput.hasPrefix(title), "\(shown.standardOutput)")
        #expect(shown.standardOutput.contains("E-CERT-NAME at TLS, likely"), "\(shown.standardOutput)")
        let remedy = "remedy: name the node in full, \(alive(node))@HOST; if it is on \(host): "
        #expect(shown.standardOutput.contains(remedy), "\(shown.standardOutput)")
        #expect(shown.exitStatus == 77)
        let document = try doctor.start(["-o", "json"]).wait()
        #expect(try PrintedDiagnosis(document.standardOutputBytes).isCertain == false)
        #expect(document.standardOutput.contains("\"assumed_host\":\"\(host)\""), "\(document.standardOutput)")
        // What needs no doctor says the same.
        let ping = try command(node, tls: .good(), ["ping", "--address", "127.0.0.1:\(node.port)"]).start().wait()
        let sentence =
            "E-CERT-NAME at TLS: the host \(host) is an assumption, as \(alive(node)) was given without one; "
        #expect(ping.standardError.contains(sentence), "\(ping.standardError)")
        #expect(ping.standardError.contains("or maybe: \(alive(node)) is on another host"), "\(ping.standardError)")
    }

    /// The node says another name: its challenge is where the way breaks, and has one row.
    @Test func nodeOfAnotherName() throws {
        let node = try SharedNodes.plain.get()
        let doctor = try command(node, ["doctor", "--address", "127.0.0.1:\(node.port)"])
        let shown = try doctor.start().wait()
        let rows = shown.standardOutput.split(separator: "\n").filter { $0.hasPrefix("challenge ") }
        #expect(rows.count == 1 && rows[0].contains("E-NAME"), "\(shown.standardOutput)")
        #expect(!shown.standardOutput.contains("\nflags            ok"), "\(shown.standardOutput)")
        #expect(shown.standardOutput.contains("remedy: name the node in full"), "\(shown.standardOutput)")
        #expect(shown.exitStatus == 76)
    }

    /// Whoever gives a host means it.
    @Test func aGivenHostIsNoAssumption() throws {
        let node = try SharedNodes.secure.get()
        var doctor = try command(node, tls: .good(), ["doctor", "--address", "127.0.0.1:\(node.port)"])
        let place = try #require(doctor.arguments.firstIndex(of: alive(node)))
        doctor.arguments[place] = "\(alive(node))@elsewhere"
        let result = try doctor.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.code == "E-CERT-NAME" && diagnosis.isCertain, "\(result.standardOutput)")
        #expect(!result.standardOutput.contains("assum"), "\(result.standardOutput)")
    }
}
