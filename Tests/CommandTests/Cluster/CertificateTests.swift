import ErlcluTestSupport
import Foundation
import Testing

/// `cert` of real nodes with TLS: two that end soon, asked through one of them.
@Suite struct CertificateTests {
    @Test(arguments: OTPRelease.available) func eachMembersCertificateIsSeen(release: OTPRelease) throws {
        let profiles = [
            CertificateProfile(commonName: "first", validity: .days(40)),
            CertificateProfile(commonName: "second", dnsNames: ["127.0.0.1", "*.test"], validity: .days(20)),
        ]
        let nodes = try profiles.map { profile in
            let tls = NodeTLS(certificate: try CertificateAuthority.issue(profile))
            return try ErlangNodeFixture(release: release, transport: .tls(tls))
        }
        #expect(try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')") == "true", "\(nodes[0].log)")
        let tool = try NodeTool(nodes[0])

        let list = try tool.run("cert", "list", "-o", "json")
        let items = try list.items
        #expect(list.exitStatus == 0, "\(list.standardError)")
        #expect(items.map { $0["node"] as? String } == [nodes[1].name, nodes[0].name], "\(list.standardOutput)")
        #expect(items.map { $0["subject"] as? String } == ["CN=second", "CN=first"])
        #expect(items.map { $0["source"] as? String } == ["options", "handshake"])
        #expect(items.map { $0["names"] as? String } == ["ok", "ok"])
        #expect(items.compactMap { $0["days_left"] as? Int }.map { ($0 + 1) / 10 } == [2, 4])

        #expect(try tool.run("cert", "check", "--within", "10d").exitStatus == 0)
        let check = try tool.run("cert", "check", "--within", "30d", "-o", "json")
        #expect(check.exitStatus == 1)
        #expect(try check.items.map { $0["findings"] as? [String] } == [["ending"], []])

        for (node, name) in zip(nodes, ["first", "second"]) {
            let shown = try tool.run("cert", "show", node.name, "-o", "json").items.first ?? [:]
            #expect(shown["subject"] as? String == "CN=\(name)")
            #expect(shown["key"] as? String == "EC 256")
            #expect((shown["fingerprint"] as? String)?.count == 64)
            #expect((shown["dns_names"] as? [String])?.first == "127.0.0.1")
        }
        // Nothing of it is changed or left there.
        func left() throws -> String {
            #expect(try eventually { try nodes[0].evaluate("nodes(hidden)") == "[]" })
            return try nodes[0].evaluate(
                "{erlang:system_info(atom_count), length(supervisor:which_children(kernel_sup))}")
        }
        func ask() throws {
            for verb in [["cert", "list"], ["links", "--all"], ["mesh"]] {
                #expect(try tool.run(verb).exitStatus == 0)
                _ = try left()
            }
        }
        // What is seen for the first time may be an atom for ever.
        try ask()
        let before = try left()
        try ask()
        #expect(try left() == before)
    }

    @Test func withoutTLSThereIsNone() throws {
        let tool = try NodeTool(SharedNodes.plain.get())
        let check = try tool.run("cert", "check")
        #expect(check.exitStatus == 1 && check.standardError.contains("no certificate is served"))
        #expect(try tool.run("cert", "show").exitStatus == 1)
        // A watch that has nothing to list says so at once.
        let watch = try tool.start("cert", "list", "-w")
        #expect(watch.waitForOutput(containing: "no certificate is served", onError: true), "\(watch.standardError)")
        watch.signal(SIGINT)
        // It may have said so before it takes signals itself.
        #expect([.exited(130), .signalled(SIGINT)].contains(try watch.wait().status))
    }
}
