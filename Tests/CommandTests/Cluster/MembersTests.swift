import ErlcluTestSupport
import Foundation
import Testing

/// What `members` makes of a cluster, seen through one node.
@Suite struct MembersTests {
    @Test(arguments: OTPRelease.available)
    func everyNodeThatAnyMemberSeesIsListed(release: OTPRelease) throws {
        func start(_ arguments: [String] = []) throws -> ErlangNodeFixture {
            let certificate = try CertificateAuthority.issue(CertificateProfile(validity: .days(40)))
            return try ErlangNodeFixture(
                release: release, transport: .tls(NodeTLS(certificate: certificate)),
                arguments: arguments + ["-connect_all", "false"])
        }
        let (entry, second, hidden, distant) = (try start(), try start(), try start(["-hidden"]), try start())
        try connect(entry, to: second)
        try connect(entry, to: hidden)
        // Known to the second only, so out of reach for the entry.
        try connect(second, to: distant)

        let result = try NodeTool(entry).run("members", "-o", "json")
        let members = Dictionary(
            uniqueKeysWithValues: try result.items.map { ($0["node"] as? String ?? "", $0) })
        #expect(Set(members.keys) == Set([entry, second, hidden, distant].map(\.name)), "\(result.standardOutput)")
        #expect(result.exitStatus == 0)
        func value(_ node: ErlangNodeFixture, _ key: String) -> String {
            members[node.name]?[key].map { "\($0)" } ?? "absent"
        }
        #expect([entry, second, hidden].map { value($0, "state") } == ["up", "up", "up"])
        #expect(value(distant, "state") == "unreachable")
        #expect(members[entry.name]?["entry"] as? Bool == true)
        #expect(members[second.name]?["entry"] as? Bool == false)
        #expect([entry, second, hidden].map { value($0, "kind") } == ["visible", "visible", "hidden"])
        #expect([entry, second].map { value($0, "otp_release") } == ["\(release.major)", "\(release.major)"])
        #expect([entry, second, hidden, distant].allSatisfy { value($0, "transport") == "tls" })
        // Served by those that somebody connected to; from yesterday, for 40 days from now.
        #expect(
            [second, hidden, distant].map { value($0, "certificate_days") }.allSatisfy { ["39", "40"].contains($0) })
        let processes = Int(value(second, "processes")) ?? 0
        let actual = Int(try second.evaluate("erlang:system_info(process_count)")) ?? 0
        #expect(abs(processes - actual) < 20)

        // One connection to the entry, none to the others, and nothing stays.
        #expect(try eventually { try entry.evaluate("nodes(hidden)") == "['\(hidden.name)']" })
        for other in [second, hidden, distant] {
            #expect(try !other.evaluate("nodes(known)").contains("@erlclu"))
        }
        let table = try NodeTool(entry).run("members").standardOutput
        #expect(table.split(separator: "\n").filter { $0.contains("*") && $0.contains(entry.name) }.count == 1)
    }

    /// While a command of ours runs, another one does not take it for a node.
    @Test func weAreNoMember() throws {
        let node = try ErlangNodeFixture()
        let other = try NodeTool(node).start("eval", "io:put_chars(\"on\"), receive never -> ok end")
        #expect(other.waitForOutput(containing: "on"))
        #expect(try node.evaluate("length(nodes(hidden))") == "1")
        let items = try NodeTool(node).run("members", "-o", "json").items
        #expect(items.map { $0["node"] as? String } == [node.name])
        other.terminate()
    }

    private func connect(_ from: ErlangNodeFixture, to other: ErlangNodeFixture) throws {
        #expect(try from.evaluate("net_kernel:connect_node('\(other.name)')") == "true", "\(from.log)")
        #expect(try eventually { try other.evaluate("nodes(connected)").contains(from.name) })
    }
}
