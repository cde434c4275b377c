import ErlcluTestSupport
import Foundation
import Testing

private let analyser = "/usr/bin/tshark"
private let analyserIsInstalled = FileManager.default.isExecutableFile(atPath: analyser)

/// `capture decode` and Wireshark's dissectors read the same messages, field by field, out of the kept captures.
@Suite(.waiting, .enabled(if: analyserIsInstalled, "tshark is not installed")) struct DecodeAgainstAnalyserTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("HandshakeTraceTests/Capture/Scenarios")
    static let scenarios: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).filter { $0.pathExtension == "pcap" }.map { $0.deletingPathExtension().lastPathComponent }
            .sorted()
    }()

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    // MARK: the two readers

    private func file(_ scenario: String, _ type: String) -> String {
        Self.folder.appendingPathComponent("\(scenario).\(type)").path
    }

    private func keyLog(_ scenario: String) -> String? {
        let path = file(scenario, "keys")
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// Our events, as `-o jsonl` has them.
    private func events(_ scenario: String) throws -> [[String: Any]] {
        var arguments = ["capture", "decode", file(scenario, "pcap"), "-o", "jsonl"]
        if let keyLog = keyLog(scenario) { arguments += ["--keylog", keyLog] }
        let result = try CommandResult.ofSuccessful(BuiltProduct.tool, arguments)
        return try result.standardOutput.split(separator: "\n").compactMap { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["schema"] as? String == "erlclu/trace/1" ? object : nil
        }
    }

    /// Rows of fields, as tshark finds them; a packet with several messages has several values in a field.
    private func rows(_ scenario: String, _ filter: String, _ fields: [String], ports: [String] = []) throws
        -> [[[String]]]
    {
        var arguments = ["-r", file(scenario, "pcap"), "-Y", filter, "-T", "fields"]
        arguments += ["-E", "separator=|", "-E", "occurrence=a", "-E", "aggregator=;"]
        for port in ports { arguments += ["-d", port] }
        if let keyLog = keyLog(scenario) { arguments += ["-o", "tls.keylog_file:\(keyLog)"] }
        for field in fields { arguments += ["-e", field] }
        let result = try CommandResult.ofSuccessful(
            analyser, arguments, environment: ["HOME": Optional(directory.path)], within: 120)
        return result.standardOutput.split(separator: "\n").map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).map { field in
                field.split(separator: ";").map(String.init)
            }
        }
    }

    /// epmd's port is not the usual one here.
    private static let epmd: String? = {
        let port = try? String(contentsOf: folder.appendingPathComponent("epmd-port"), encoding: .utf8)
        return port.map { "tcp.port==\($0.trimmingCharacters(in: .whitespacesAndNewlines)),epmd" }
    }()

    private func port(_ events: [[String: Any]]) -> Int? {
        events.first { $0["event"] as? String == "connected" && $0["stage"] as? String == "TCP" }
            .flatMap { ($0["acceptor"] as? [String: Any])?["port"] as? Int }
    }

    // MARK: field by field

    @Test(arguments: scenarios) func epmdIsReadAlike(_ scenario: String) throws {
        // The dissector does not know the answers to NAMES and to ALIVE2 of OTP 23 and later, nor that to a question
        // for somebody unknown, nor DUMP, KILL and STOP.
        let ours = try events(scenario).filter { event in
            switch event["event"] as? String {
            case "epmd_question": !["DUMP", "KILL", "STOP"].contains(event["request"] as? String)
            case "epmd_answer": event["request"] as? String == "PORT2" && event["port"] != nil
            default: false
            }
        }
        let theirs = try rows(
            scenario, "epmd", ["epmd.type", "epmd.name", "epmd.port_no"], ports: [try #require(Self.epmd)])
        let types = ["PORT2": ("122", "119"), "NAMES": ("110", ""), "ALIVE2": ("120", "")]
        #expect(ours.count == theirs.count)
        for (event, row) in zip(ours, theirs) {
            let type = try #require(types[event["request"] as? String ?? ""])
            let isAnswer = event["event"] as? String == "epmd_answer"
            #expect(row[0].first == (isAnswer ? type.1 : type.0))
            if let name = row[1].first { #expect(event["alive"] as? String == name) }
            if let port = row[2].first, event["request"] as? String != "NAMES" {
                #expect((event["port"] as? Int).map(String.init) == port)
            }
        }
    }

    @Test(arguments: scenarios) func handshakesAreReadAlike(_ scenario: String) throws {
        let events = try events(scenario)
        let ours = events.filter { $0["event"] as? String == "handshake" && $0["name"] as? String != nil }
        // The dissector takes epmd's word for what a port is; here the word is ours.
        let options = port(events).map { ["tcp.port==\($0),\(scenario.hasPrefix("tls") ? "tls" : "erldp")"] } ?? []
        let fields = ["erldp.tag", "erldp.name", "erldp.flags_v6", "erldp.creation"]
        let rows = try rows(
            scenario, "erldp.name", fields, ports: scenario.hasPrefix("tls") ? [] : options + [try #require(Self.epmd)])
        // Inside TLS tshark 4.0 finds no erldp: the lengths have four bytes there.
        guard !scenario.hasPrefix("tls") else {
            #expect(rows.isEmpty)
            return
        }
        let tags = [
            "send_name": "'N'", "send_status": "'s'", "send_challenge": "'N'", "send_challenge_reply": "'r'",
            "send_challenge_ack": "'a'",
        ]
        #expect(
            try self.rows(scenario, "erldp.tag", ["erldp.tag"], ports: options + [try #require(Self.epmd)])
                .flatMap { $0[0] }
                == events.compactMap { $0["message"] as? String }.compactMap { tags[$0] })
        let theirs = rows.flatMap { row in
            row[1].enumerated().map { index, name in
                [name, row[2].count > index ? row[2][index] : "", row[3].count > index ? row[3][index] : ""]
            }
        }
        #expect(ours.count == theirs.count)
        for (event, row) in zip(ours, theirs) {
            #expect(event["name"] as? String == row[0])
            #expect((event["creation"] as? Int).map(String.init) == row[2])
            let flags = event["flags"] as? [String] ?? []
            let bits = UInt64(row[1].dropFirst(2), radix: 16) ?? 0
            #expect(flags.count == bits.nonzeroBitCount, "\(flags) against \(row[1])")
        }
    }

    @Test(arguments: scenarios.filter { $0.hasPrefix("tls") }) func tlsIsReadAlike(_ scenario: String) throws {
        let events = try events(scenario)
        let number = try #require(port(events))
        let fields = [
            "tls.handshake.type", "tls.handshake.ciphersuite", "tls.handshake.extensions_server_name",
            "tls.alert_message.desc", "x509ce.dNSName",
        ]
        let rows = try rows(scenario, "tls", fields, ports: ["tcp.port==\(number),tls"])
        let types = rows.flatMap { $0[0] }
        let ours = events.compactMap { event -> String? in
            switch event["event"] as? String {
            case "tls_message": (event["type"] as? Int).map(String.init)
            case "certificates": "11"
            default: nil
            }
        }
        // What is encrypted, the dissector counts as a message that it cannot read.
        #expect(types.filter { Int($0).map { $0 <= 24 } ?? false } == ours, "\(scenario)")
        let hello = try #require(events.first { $0["type"] as? Int == 1 })
        // A value that only signals something is no suite.
        let suites = rows.first.map { $0[1].filter { $0 != "0x00ff" }.count }
        #expect((hello["ciphers"] as? [String])?.count == suites)
        #expect(hello["server_name"] as? String == rows.flatMap { $0[2] }.first)
        let alerts = events.filter { $0["event"] as? String == "alert" }.compactMap { $0["description"] as? Int }
        #expect(rows.flatMap { $0[3] } == alerts.map(String.init))
        let names = events.compactMap { $0["chain"] as? [[String: Any]] }.flatMap { chain in
            chain.flatMap { $0["dns_names"] as? [String] ?? [] }
        }
        #expect(rows.flatMap { $0[4] } == names)
    }
}
