import ErlcluTestSupport
import Foundation
import Testing

/// `doctor --from` and `doctor --all`: nodes that are asked to connect to each other.
@Suite(.waiting) struct PairTests {
    @Test func hasOneNodeConnectToAnother() throws {
        let (one, other) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        let command = try FailedCommand.to(one, ["doctor", other.name, "--from", one.name])
        let made = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(made.standardOutputBytes)
        #expect(made.exitStatus == 0, "\(made.standardOutput) \(made.standardError)")
        #expect(diagnosis.results.last?.rung == "up")
        #expect(diagnosis.results.allSatisfy { $0.result == "ok" }, "\(made.standardOutput)")
        #expect(diagnosis.warnings == [])
        #expect(Set(diagnosis.checks) == ["name_type", "transport", "cookie", "release", "flags", "clock"])
        #expect(try one.evaluate("nodes()") == "['\(other.name)']")
        let again = try command.start().wait()
        #expect(again.standardOutput.contains("they were connected before"))
    }

    /// Each end says its part: the acceptor what it rejects, the initiator that it was left.
    @Test(arguments: OTPRelease.available)
    func showsBothSidesOfAFailure(release: OTPRelease) throws {
        let (one, other) = (try ErlangNodeFixture(release: release), try ErlangNodeFixture(release: release))
        try one.evaluate("erlang:set_cookie('\(other.name)', misled_cookie)")
        let command = try FailedCommand.to(one, ["doctor", other.name, "--from", one.name])
        let result = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.rung == "cookie", "\(release): \(result.standardOutput)")
        #expect(diagnosis.code == "E-COOKIE")
        #expect(diagnosis.isCertain)
        #expect(diagnosis.warnings == ["cookie"])
        #expect(Set(diagnosis.vantages) == [one.name, other.name], "\(release): \(result.standardOutput)")
        #expect(result.exitStatus == 77)
        let shown = try command.start().wait()
        #expect(shown.standardOutput.contains("ends: wrong digest"), "\(shown.standardOutput)")
        for text in [result.standardOutput, shown.standardOutput, shown.standardError] {
            #expect(!text.contains("misled_cookie") && !text.contains(one.cookie))
        }
    }

    @Test func isSureOfWhatWeFindOurselves() throws {
        let plain = try ErlangNodeFixture()
        let secure = try SharedNodes.secure.get()
        let command = try FailedCommand.to(plain, ["doctor", secure.name, "--from", plain.name])
        let result = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.code == "E-TCP-TO-TLS", "\(result.standardOutput)")
        #expect(diagnosis.rung == "status")
        #expect(diagnosis.isCertain)
        #expect(result.exitStatus == 76)
    }

    @Test func showsAFailureOfTLSFromBothSides() throws {
        let expired = try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired))
        let old = try ErlangNodeFixture(transport: .tls(NodeTLS(certificate: expired)))
        let good = try ErlangNodeFixture(transport: .mutualTLS())
        let command = try FailedCommand.to(good, tls: .good(), ["doctor", old.name, "--from", good.name])
        let result = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.code == "E-CERT-EXPIRED", "\(result.standardOutput)")
        #expect(diagnosis.rung == "tls_certificate")
        #expect(result.exitStatus == 77)
    }

    @Test func saysWhatTheOtherNodeDoesNotFind() throws {
        let one = try ErlangNodeFixture()
        let command = try FailedCommand.to(one, ["doctor", "nobody@127.0.0.1", "--from", one.name])
        let result = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.rung == "epmd")
        #expect(diagnosis.code == "E-EPMD-NOTREG")
        #expect(diagnosis.isInOrder)
        #expect(result.exitStatus == 69)
    }

    @Test func refusesANodeThatIsToDialItself() throws {
        let one = try SharedNodes.plain.get()
        let result = try FailedCommand.to(one, ["doctor", one.name, "--from", one.name]).start().wait()
        #expect(result.exitStatus == 64, "\(result.standardError)")
    }

    /// Releases that are too far apart: OTP 27 refuses what OTP 23 lacks, and each is told what that is.
    @Test func comparesReleases() throws {
        guard let old = OTPRelease.available.first(where: { $0.major == 23 }),
            let new = OTPRelease.available.first(where: { $0.major == 27 })
        else { return }
        let (one, other) = (try ErlangNodeFixture(release: old), try ErlangNodeFixture(release: new))
        let result = try FailedCommand.to(one, ["doctor", other.name, "--from", one.name]).start(["-o", "json"])
            .wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.warnings == ["release", "flags"], "\(result.standardOutput)")
        #expect(diagnosis.rung != nil && result.exitStatus != 0)
    }

    @Test func saysWhyItDoesNotComeToTheFirstNode() throws {
        let one = try ErlangNodeFixture()
        let command = try FailedCommand.to(one, ["doctor", "b@127.0.0.1", "--from", one.name]).withCookie("another")
        let result = try command.start(["-o", "json"]).wait()
        #expect(try PrintedDiagnosis(result.standardOutputBytes).code == "E-COOKIE")
        #expect(result.exitStatus == 77)
    }

    @Test func looksAtEveryPair() throws {
        let nodes = try (0..<3).map { _ in try ErlangNodeFixture() }
        for node in nodes.dropFirst() { try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") }
        #expect(try eventually { try nodes.allSatisfy { try $0.evaluate("length(nodes())") == "2" } })
        let command = try FailedCommand.to(nodes[0], ["doctor", "--all"])
        let result = try command.start().wait()
        #expect(result.exitStatus == 0, "\(result.standardOutput) \(result.standardError)")
        #expect(result.standardOutput.contains("every pair is connected"))
        let pairs = try Self.pairs(command.start(["-o", "json"]).wait())
        #expect(pairs.count == 6)
        #expect(pairs.allSatisfy { $0.result == "up" })
        let lines = try command.start(["-o", "jsonl"]).wait(within: 30).standardOutput.split(separator: "\n")
        #expect(lines.count == 6)
        for line in lines { #expect(line.hasPrefix(#"{"schema":"erlclu/doctor/1","event":"pair","from":"#)) }
        // Of a way that fails it is the one of each line as well, the error among them.
        let failed = try command.withCookie("another").start(["-o", "jsonl"]).wait(within: 30)
        let documents = failed.standardOutput.split(separator: "\n")
        #expect(documents.allSatisfy { $0.hasPrefix(#"{"schema":"erlclu/doctor/1","#) }, "\(failed.standardOutput)")
        #expect(documents.last?.contains(#""error":{"node":""#) == true, "\(failed.standardOutput)")
    }

    /// Nodes of which the first is connected to all others, and these to nobody else. Without global's own cure: it
    /// would connect and disconnect while we look.
    private func star(
        _ count: Int, _ release: OTPRelease = .host, _ transport: NodeTransport = .tcp
    ) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<count).map { _ in
            try ErlangNodeFixture(release: release, transport: transport, arguments: ["-connect_all", "false"])
        }
        for node in nodes[1...] { try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") }
        // The acceptor counts the link a moment after the initiator.
        #expect(try eventually { try nodes[1...].allSatisfy { try $0.evaluate("length(nodes())") == "1" } })
        return nodes
    }

    /// Two members that have other cookies for each other, and so cannot connect.
    private func estrange(_ one: ErlangNodeFixture, _ other: ErlangNodeFixture) throws {
        try one.evaluate("erlang:set_cookie('\(other.name)', another)")
        try other.evaluate("erlang:set_cookie('\(one.name)', different)")
    }

    /// By default it looks, and no node hears of a connection made, lost or refused: global would act on that.
    @Test(arguments: OTPRelease.available, [false, true])
    func harmsNoCluster(release: OTPRelease, usesTLS: Bool) throws {
        let nodes = try star(4, release, usesTLS ? .mutualTLS() : .tcp)
        try estrange(nodes[1], nodes[2])
        // Connected, and unknown to epmd.
        try nodes[3].evaluate(
            "sys:replace_state(erl_epmd, fun(State) -> gen_tcp:close(element(2, State)), State end), ok")
        for node in nodes {
            try node.evaluate(
                "register(witness, spawn(fun() -> net_kernel:monitor_nodes(true, [{node_type, visible}]), "
                    + "(fun F(Seen) -> receive {seen, To} -> To ! {seen, Seen}, F(Seen); What -> F([What | Seen]) end end)([]) "
                    + "end)), ok")
        }
        let links = try nodes.map { try $0.evaluate("lists:sort(nodes())") }
        let complaints = nodes.map(Self.complaints)
        let command = try FailedCommand.to(nodes[0], tls: usesTLS ? .good() : nil, ["doctor", "--all"])
        let result = try command.start(["-o", "json"]).wait()
        let pairs = try Self.pairs(result)
        #expect(result.exitStatus == 1, "\(result.standardOutput)")
        #expect(pairs.count == 12 && pairs.count { $0.result == "up" } == 6, "\(result.standardOutput)")
        func code(_ from: Int, _ to: Int) -> String? {
            pairs.first { $0.from == nodes[from].name && $0.to == nodes[to].name }?.code
        }
        #expect(code(1, 2) == "E-COOKIE" && code(2, 1) == "E-COOKIE", "\(result.standardOutput)")
        #expect(code(1, 3) == "E-EPMD-NOTREG" && code(2, 3) == "E-EPMD-NOTREG", "\(result.standardOutput)")
        #expect(try links == nodes.map { try $0.evaluate("lists:sort(nodes())") })
        for node in nodes {
            let seen = try node.evaluate("witness ! {seen, self()}, receive {seen, Seen} -> Seen end")
            #expect(seen == "[]")
        }
        #expect(nodes.map(Self.complaints) == complaints)
        let shown = try command.start().wait()
        #expect(shown.standardOutput.contains("6 of 12 pairs are not connected"), "\(shown.standardOutput)")
    }

    /// What it logged, but for what starts and ends.
    private static func complaints(_ node: ErlangNodeFixture) -> [Substring] {
        node.log.split(separator: "\n").filter { $0.hasPrefix("=") && !$0.hasPrefix("=PROGRESS") }
    }

    @Test func namesAPairThatDoesNotConnect() throws {
        let nodes = try star(3)
        try estrange(nodes[1], nodes[2])
        let command = try FailedCommand.to(nodes[0], ["doctor", "--all", "--connect"])
        let result = try command.start(["-o", "json"]).wait()
        let pairs = try Self.pairs(result)
        #expect(result.exitStatus == 1, "\(result.standardOutput)")
        let broken = pairs.filter { $0.result == "failed" }
        #expect(
            Set(broken.map { [$0.from, $0.to] }) == [[nodes[1].name, nodes[2].name], [nodes[2].name, nodes[1].name]])
        // The trace on each member tells what the members themselves do not know.
        #expect(broken.map(\.code) == ["E-COOKIE", "E-COOKIE"], "\(result.standardOutput)")
        let shown = try command.start().wait()
        #expect(shown.standardOutput.contains("2 of 6 pairs do not connect"), "\(shown.standardOutput)")
        #expect(shown.exitStatus == 1)
    }

    /// The third node is known to the second only, until the first dials it.
    @Test func asksThoseThatOnlyOthersKnow() throws {
        let nodes = try (0..<3).map { _ in try ErlangNodeFixture(arguments: ["-connect_all", "false"]) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        try nodes[1].evaluate("net_kernel:connect_node('\(nodes[2].name)')")
        #expect(try eventually { try nodes.map { try $0.evaluate("length(nodes())") } == ["1", "2", "1"] })
        let command = try FailedCommand.to(nodes[0], ["doctor", "--all", "--connect"])
        let result = try command.start(["-o", "json"]).wait()
        let pairs = try Self.pairs(result)
        #expect(pairs.count == 6, "\(result.standardOutput)")
        #expect(pairs.allSatisfy { $0.result == "up" || $0.result == "made" }, "\(result.standardOutput)")
        #expect(pairs.contains { $0.from == nodes[0].name && $0.to == nodes[2].name && $0.result == "made" })
        #expect(result.exitStatus == 0)
    }

    @Test func dialsNobodyInAContextThatIsReadOnly() throws {
        let nodes = try star(3)
        var command = try FailedCommand.to(nodes[0], ["doctor", "--all"])
        command.environment["ERLCLU_MODE"] = "read_only"
        let result = try command.start(["-o", "json"]).wait()
        let pairs = try Self.pairs(result)
        #expect(result.exitStatus == 1)
        #expect(pairs.count { $0.result == "down" } == 2, "\(result.standardOutput)")
        #expect(try nodes[1].evaluate("length(nodes())") == "1")
        for dialling in [["--all", "--connect"], ["--from=\(nodes[1].name)"]] {
            var dialler = command
            dialler.arguments = command.arguments.flatMap { $0 == "--all" ? dialling : [$0] }
            let refused = try dialler.start().wait()
            #expect(refused.exitStatus == 78, "\(refused.standardOutput)")
        }
    }

    private struct Pair {
        var from: String
        var to: String
        var result: String
        var code: String?
    }

    private static func pairs(_ result: CommandResult) throws -> [Pair] {
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(result.standardOutputBytes)) as? [String: Any])
        return try #require(document["items"] as? [[String: Any]]).map { item in
            Pair(
                from: try #require(item["from"] as? String), to: try #require(item["to"] as? String),
                result: try #require(item["result"] as? String), code: item["code"] as? String)
        }
    }
}
