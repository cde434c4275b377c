import ErlcluTestSupport
import Foundation
import Testing

/// Each verb that asks, on each release, over each way to a node.
@Suite(.waiting) struct EveryRouteTests {
    @Test(arguments: Route.combinations())
    func answersAreTheNodesAndNothingElse(field: RoutedRelease) throws {
        let node = try field.start()
        let (tool, forwarder) = try field.tool(node)
        defer { forwarder?.stop() }

        let ping = try tool.run("ping")
        #expect(ping.standardOutputBytes == Array("pong\n".utf8), "\(ping.standardError)")
        #expect(ping.exitStatus == 0)
        #expect(ping.standardError.contains("warning") == (field.route == .unverified), "\(ping.standardError)")

        let eval = try tool.run("eval", "node().")
        #expect(eval.standardOutput == "'\(node.name)'\n", "\(eval.standardError)")
        #expect(try tool.run("rpc", "lists", "seq", "[1, 5]").standardOutput == "[1,2,3,4,5]\n")

        let members = try tool.run("members", "-o", "json")
        #expect(try members.items.map { $0["node"] as? String } == [node.name], "\(members.standardError)")
        #expect(try members.items.map { $0["state"] as? String } == ["up"])
        #expect(try members.items.map { $0["entry"] as? Bool } == [true])
        #expect(try members.items.map { $0["otp_release"] as? String } == ["\(field.release.major)"])

        let partitions = try tool.run("partitions", "-o", "json")
        #expect(try partitions.items.map { $0["nodes"] as? [String] } == [[node.name]], "\(partitions.standardError)")
        #expect(try tool.run("mesh").standardOutput.hasPrefix("ok 0 of 0"))
        #expect(try tool.run("links", "-o", "json").items.isEmpty)
        let certificates = try tool.run("cert", "list", "-o", "json")
        #expect(
            try certificates.items.map { $0["source"] as? String } == (node.optionFile == nil ? [] : ["handshake"]),
            "\(certificates.standardError)")

        let status = try tool.run("status", "-o", "json").items.first
        #expect(status?["otp_release"] as? String == "\(field.release.major)")
        #expect(status?["state"] as? String == "started")
        #expect(try tool.run("version").standardOutput.contains("OTP \(field.release.major) erts"))
        #expect(try "\"\(tool.run("pid").standardOutput)\"" == "\"\(pid(of: node))\n\"")
        let trust = try tool.run("ssh", "trust", "--known-hosts", "/dev/null")
        #expect(trust.exitStatus == 1 && trust.standardError.contains("runs no SSH daemon"), "\(trust.standardError)")
        if let forwarder { #expect(forwarder.connectionCount == 12) }
        // The node hears of our end a moment after we are gone.
        #expect(eventually { (try? node.evaluate("{nodes(), nodes(hidden)}")) == "{[],[]}" })
    }

    /// Told by the secrets: those of TLS 1.3 have other names.
    @Test(arguments: OTPRelease.available)
    func speaksTheVersionOfTLSThatTheNodeOffers(release: OTPRelease) throws {
        let directory = try TemporaryDirectory()
        for (route, label) in [(Route.tls12, "CLIENT_RANDOM "), (.tls13, "CLIENT_TRAFFIC_SECRET_0 ")] {
            let field = RoutedRelease(release: release, route: route)
            let node = try field.start()
            let file = directory.file(route.rawValue)
            let ping = try field.tool(node).tool.run("ping", "--keylog", file)
            #expect(ping.standardOutput == "pong\n", "\(ping.standardError)")
            let secrets = try String(contentsOfFile: file, encoding: .utf8)
            #expect(secrets.contains(label), "\(secrets)")
        }
    }

    private func pid(of node: ErlangNodeFixture) throws -> String {
        try node.evaluate("list_to_integer(os:getpid())")
    }
}
