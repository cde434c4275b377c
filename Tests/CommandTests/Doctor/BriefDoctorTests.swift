import ErlcluTestSupport
import Foundation
import Testing

/// `doctor` that says little: what is known is not told again, -q leaves what is wrong, --summary is a line.
@Suite(.waiting) struct BriefDoctorTests {
    private func context(
        _ nodes: [ErlangNodeFixture], tls: ToolTLS? = nil, _ words: [String], further settings: String = ""
    ) throws -> FailedCommand {
        let names = nodes.map { "'\($0.name)'" }.joined(separator: ", ")
        let directory = try TemporaryDirectory()
        let file = try directory.write("{context, prod, [{nodes, [\(names)]}\(settings)]}.", to: "erlclu.config")
        var command = try FailedCommand.to(nodes[0], tls: tls, words)
        let place = try #require(command.arguments.firstIndex(of: nodes[0].name))
        if command.arguments[place - 1] == "-n" {
            command.arguments.removeSubrange((place - 1)...place)
        } else {
            command.arguments.remove(at: place)
        }
        command.arguments += ["-c", "prod"]
        command.environment["ERLCLU_CONFIG"] = file
        command.fixtures.append(directory)
        return command
    }

    @Test func aHealthyNodeIsALineOrNothing() throws {
        let node = try SharedNodes.plain.get()
        let summary = try FailedCommand.to(node, ["doctor", "--summary"]).start().wait()
        #expect(summary.standardOutput == "\(node.name) over tcp: ok, all 11 rungs hold; no warnings\n")
        let quiet = try FailedCommand.to(node, ["doctor", "-q"]).start().wait()
        #expect(quiet.standardOutput.isEmpty && quiet.exitStatus == 0, "\(quiet.standardOutput)")
        let scripts = try FailedCommand.to(node, ["doctor", "--summary", "-o", "json"]).start().wait()
        #expect(scripts.exitStatus == 64)
        let all = try FailedCommand.to(node, ["doctor", "--all", "-q"]).start().wait()
        #expect(all.exitStatus == 0 && !all.standardOutput.contains("FROM"), "\(all.standardOutput)")
    }

    @Test func whatIsWrongStays() throws {
        let short = try CertificateAuthority.issue(CertificateProfile(validity: .days(3)))
        let node = try ErlangNodeFixture(transport: .tls(NodeTLS(certificate: short)))
        let quiet = try FailedCommand.to(node, tls: .good(), ["doctor", "-q"]).start().wait()
        #expect(quiet.standardOutput.hasPrefix("\(node.name) over tls\n"), "\(quiet.standardOutput)")
        #expect(quiet.standardOutput.contains(/\ncertificate +WARNING/), "\(quiet.standardOutput)")
        #expect(!quiet.standardOutput.contains(" ok "), "\(quiet.standardOutput)")
        let broken = try FailedCommand.to(node, ["doctor", "-q"]).start().wait()
        #expect(broken.standardOutput.contains("E-TCP-TO-TLS at STATUS"), "\(broken.standardOutput)")
        #expect(!broken.standardOutput.contains("epmd"), "\(broken.standardOutput)")
        let summary = try FailedCommand.to(node, ["doctor", "--summary"]).start().wait()
        #expect(summary.standardOutput.contains(": E-TCP-TO-TLS at STATUS: "), "\(summary.standardOutput)")
        #expect(summary.standardOutput.split(separator: "\n").count == 1 && summary.exitStatus == 76)
    }

    /// All nodes of a release have it.
    @Test func aWeaknessIsToldOnceARelease() throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(transport: .mutualTLS()) }
        let first = try context(nodes, tls: .good(), ["doctor"])
        let result = try first.start().wait(within: 60)
        let told = result.standardOutput.matches(of: /\nadvisory +WARNING +(CVE-\S+)/).map { String($0.1) }
        #expect(!told.isEmpty && Set(told).count == told.count, "\(result.standardOutput)\(result.standardError)")
        #expect(result.standardOutput.contains(/\nadvisory +ok +as \S+: CVE-/), "\(result.standardOutput)")
        let further = ", {accepted, [\(told.map { "'\($0)'" }.joined(separator: ", "))]}"
        let second = try context(nodes, tls: .good(), ["doctor"], further: further)
        let known = try second.start().wait(within: 60)
        #expect(!known.standardOutput.contains("WARNING"), "\(known.standardOutput)")
        #expect(known.standardOutput.contains(" is accepted (context prod ("), "\(known.standardOutput)")
        let third = try context(nodes, tls: .good(), ["doctor", "-q"], further: further)
        // They hold the files that the commands read.
        defer { withExtendedLifetime([first, second, third]) {} }
        let quiet = try third.start().wait(within: 60)
        #expect(quiet.standardOutput.isEmpty && quiet.exitStatus == 0, "\(quiet.standardOutput)")
    }
}
