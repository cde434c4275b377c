import ErlcluTestSupport
import Foundation
import Testing

/// What `members` makes of a cluster, seen through one node.
@Suite(.waiting) struct MembersTests {
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
        // Known to the second only, which asks it for the entry.
        try connect(second, to: distant)

        let result = try NodeTool(entry).run("members", "-o", "json")
        let members = Dictionary(
            uniqueKeysWithValues: try result.items.map { ($0["node"] as? String ?? "", $0) })
        #expect(Set(members.keys) == Set([entry, second, hidden, distant].map(\.name)), "\(result.standardOutput)")
        #expect(result.exitStatus == 0)
        func value(_ node: ErlangNodeFixture, _ key: String) -> String {
            members[node.name]?[key].map { "\($0)" } ?? "absent"
        }
        let all = [entry, second, hidden, distant]
        #expect(all.allSatisfy { value($0, "state") == "up" }, "\(result.standardOutput)")
        // Of the visible ones.
        #expect(all.map { members[$0.name]?["links"] as? [Int] } == [[1, 2], [2, 2], [1, 3], [1, 2]])
        // Where they listen, whoever dialled whom.
        #expect(all.map { value($0, "address") } == all.map { "127.0.0.1:\($0.port)" })
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

    /// Those who dial show another certificate, which runs out later.
    @Test(arguments: OTPRelease.available)
    func whatAClientShowsIsNotServed(release: OTPRelease) throws {
        let served = try CertificateAuthority.issue(CertificateProfile(validity: .days(19)))
        let shown = try CertificateAuthority.issue(CertificateProfile(validity: .days(24)))
        func start() throws -> ErlangNodeFixture {
            try ErlangNodeFixture(
                release: release, transport: .tls(NodeTLS(certificate: served, clientCertificate: shown)),
                arguments: ["-connect_all", "false"])
        }
        let (entry, caller, distantCaller, called) = (try start(), try start(), try start(), try start())
        try connect(caller, to: entry)
        try connect(distantCaller, to: caller)
        try connect(caller, to: called)
        func days() throws -> [String: Int] {
            let items = try NodeTool(entry).run("members", "-o", "json").items
            return Dictionary(
                uniqueKeysWithValues: items.compactMap { item in
                    guard let node = item["node"] as? String, let days = item["certificate_days"] as? Int else {
                        return nil
                    }
                    return (node, days)
                })
        }
        let told = try days()
        #expect(Set(told.keys) == [entry.name, caller.name, distantCaller.name, called.name])
        #expect(told.values.allSatisfy { $0 == 18 || $0 == 19 }, "\(told)")

        // Their options do not tell any more what they serve: what remains is what the one that dialled was shown, and
        // nothing of who dialled itself.
        for node in [caller, distantCaller, called] {
            let options = URL(fileURLWithPath: try #require(node.optionFile))
            try Data("none".utf8).write(to: options.deletingLastPathComponent().appendingPathComponent("cert.pem"))
        }
        let seen = try days()
        #expect(Set(seen.keys) == [entry.name, caller.name, called.name])
        #expect(seen.values.allSatisfy { $0 == 18 || $0 == 19 }, "\(seen)")
    }

    /// All links of a hidden node are hidden, and it does not meet those that its neighbours know.
    @Test func throughAHiddenNode() throws {
        let hidden = try ErlangNodeFixture(arguments: ["-hidden"])
        let (near, far) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        try connect(hidden, to: near)
        try connect(near, to: far)
        let result = try NodeTool(hidden).run("members", "-o", "json")
        let members = Dictionary(uniqueKeysWithValues: try result.items.map { ($0["node"] as? String ?? "", $0) })
        let rows = [hidden, near, far].map { members[$0.name] ?? [:] }
        #expect(members.count == 3)
        #expect(rows.map { $0["kind"] as? String } == ["hidden", "visible", "visible"])
        #expect(rows.map { $0["state"] as? String } == ["up", "up", "up"])
        #expect(rows.map { $0["links"] as? [Int] } == [[1, 2], [1, 1], [1, 1]])
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
