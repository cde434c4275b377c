import ErlcluTestSupport
import Foundation
import Testing

/// A mesh in which nothing is wrong, and whatever else people connect to its nodes: hidden nodes, open shells.
@Suite(.waiting) struct HealthyClusterTests {
    enum Carrier: CaseIterable {
        case tcp
        case tls

        func transport() throws -> NodeTransport { self == .tcp ? .tcp : try .mutualTLS() }
    }

    /// Whoever is asked, the same nodes are up, and nobody connects to anybody for that.
    @Test(arguments: OTPRelease.available, Carrier.allCases)
    func looksTheSameThroughEachNode(release: OTPRelease, carrier: Carrier) throws {
        let transport = try carrier.transport()
        func start(_ arguments: [String] = []) throws -> ErlangNodeFixture {
            try ErlangNodeFixture(release: release, transport: transport, arguments: arguments)
        }
        let mesh = [try start(), try start(), try start()]
        for other in mesh[1...] { try connect(mesh[0], to: other) }
        for node in mesh { #expect(try eventually { try node.evaluate("length(nodes())") == "2" }) }
        let (hidden, behind) = (try start(["-hidden"]), try start(["-hidden"]))
        try connect(hidden, to: mesh[2])
        try connect(behind, to: hidden)
        // A colleague's shells: one has a name of its own, the other one of the node's choice.
        let named = "shell\(getpid())x\(UInt32.random(in: 0...UInt32.max))@127.0.0.1"
        let shells = [
            try shell(on: mesh[1], ["-name", named, "-hidden"]),
            try shell(on: mesh[1], ["-name", "undefined@127.0.0.1"]),
        ]
        #expect(
            try eventually { try mesh[1].evaluate("length(nodes(hidden))") == "2" }, "\(shells.map(\.standardOutput))")
        let nodes = mesh + [hidden, behind]
        let before = try nodes.map { try $0.evaluate("lists:sort(nodes(connected))") }

        let (mine, links) = (Set(mesh.map(\.name)), Set(nodes.map(\.name) + [named]))
        var views: [[String: [String: String]]] = []
        for entry in nodes {
            let result = try NodeTool(entry).run("members", "-o", "json")
            let items = try result.items
            #expect(result.exitStatus == 0, "\(result.standardError)")
            #expect(Set(items.compactMap { $0["node"] as? String }) == links, "\(result.standardOutput)")
            #expect(items.allSatisfy { $0["state"] as? String == "up" }, "\(result.standardOutput)")
            for item in items {
                guard let node = item["node"] as? String else { continue }
                #expect(item["kind"] as? String == (mine.contains(node) ? "visible" : "hidden"))
                // The mesh is complete whatever else there is.
                if mine.contains(node) { #expect(item["links"] as? [Int] == [2, 2], "\(item)") }
                #expect(item["entry"] as? Bool == (node == entry.name))
            }
            let marks = ["entry", "uptime_seconds", "processes", "run_queue", "memory_bytes"]
            views.append(
                Dictionary(
                    uniqueKeysWithValues: items.map { item in
                        let lasting = item.filter { !marks.contains($0.key) }
                        return (item["node"] as? String ?? "", lasting.mapValues { "\($0)" })
                    }))
        }
        for view in views[1...] { #expect(view == views[0]) }
        for node in nodes { #expect(views[0][node.name]?["address"] == "127.0.0.1:\(node.port)") }
        // The last of our own connections may still be on its way out.
        #expect(try eventually { try nodes.map { try $0.evaluate("lists:sort(nodes(connected))") } == before })
    }

    /// The alert that the manual recommends, run on a cluster with a C node: it is hidden and answers no questions.
    @Test func theAlertOfTheManualIsQuiet() throws {
        let (entry, other) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        try connect(entry, to: other)
        let directory = try TemporaryDirectory()
        let foreign = try CNode(in: directory, on: other)
        #expect(try eventually { try other.evaluate("nodes(hidden)") == "['\(foreign.name)']" }, "\(foreign.log)")
        let manual = try CommandResult.of(BuiltProduct.tool, ["help", "members"]).standardOutput
        let filter = try #require(manual.firstMatch(of: /jq -r '([^']*)'/)?.output.1)
        #expect(filter.contains("state"))
        for node in [entry, other] {
            let result = try NodeTool(node).run("members", "-o", "json")
            let row = try #require(try result.items.first { $0["node"] as? String == foreign.name })
            #expect(row["kind"] as? String == "hidden")
            #expect(row["state"] as? String == "up")
            #expect(row["remark"] as? String == "\(foreign.name) gave no result: notsup")
            let alert = try CommandResult.ofSuccessful(
                "jq", ["-r", String(filter)], input: Array(result.standardOutput.utf8))
            #expect(alert.standardOutput == "", "\(result.standardOutput)")
        }
        // One that hangs is told of.
        other.suspend()
        let result = try NodeTool(entry).run("members", "-o", "json", "-t", "3s")
        let alert = try CommandResult.ofSuccessful(
            "jq", ["-r", String(filter)], input: Array(result.standardOutput.utf8))
        #expect(alert.standardOutput == "\(other.name)\n", "\(result.standardOutput)")
    }

    private func connect(_ from: ErlangNodeFixture, to other: ErlangNodeFixture) throws {
        #expect(try from.evaluate("net_kernel:connect_node('\(other.name)')") == "true", "\(from.log)")
        #expect(try eventually { try other.evaluate("nodes(connected)").contains(from.name) })
    }

    /// `erl -remsh`, on a terminal of its own.
    private func shell(on node: ErlangNodeFixture, _ arguments: [String]) throws -> ChildProcess {
        var words = ["-setcookie", node.cookie, "-start_epmd", "false", "-remsh", node.name] + arguments
        if let file = node.optionFile {
            let inside = node.release.root.map { String(file.dropFirst($0.count)) } ?? file
            words += ["-proto_dist", "inet_tls", "-ssl_dist_optfile", inside]
        }
        let (executable, line) = node.release.command("erl", words)
        var environment: [String: String?] = ["HOME": "/tmp", "TERM": "xterm"]
        for (name, value) in node.environment { environment[name] = value }
        return try ChildProcess(executable, line, environment: environment, terminal: TerminalSize())
    }
}

/// A node made with erl_interface: it takes ticks and messages, and starts no processes.
private final class CNode {
    let name: String
    private let process: ChildProcess
    var log: String { process.standardError }

    init(in directory: TemporaryDirectory, on node: ErlangNodeFixture) throws {
        let alive = "foreign\(getpid())x\(UInt32.random(in: 0...UInt32.max))"
        name = "\(alive)@127.0.0.1"
        let source = try directory.write(Self.source, to: "node.c")
        let program = directory.file("node")
        try CommandResult.ofSuccessful(
            "g++",
            [
                "-D_REENTRANT", "-x", "c", source, "-o", program, "-I/usr/lib/erlang/usr/include",
                "-L/usr/lib/erlang/usr/lib",
            ]
                + ["-lei", "-lpthread"])
        process = try ChildProcess(
            program, [alive, name, node.cookie, node.name], environment: node.environment.mapValues { $0 })
    }

    private static let source = """
        #include <stdio.h>
        #include <ei.h>
        #include <arpa/inet.h>

        int main(int count, char **words) {
            ei_cnode node;
            struct in_addr address;
            erlang_msg message;
            ei_x_buff body;
            int link, kind;

            address.s_addr = inet_addr("127.0.0.1");
            ei_init();
            if (ei_connect_xinit(&node, "127.0.0.1", words[1], words[2], &address, words[3], 1) < 0
                || (link = ei_connect(&node, words[4])) < 0) {
                fprintf(stderr, "no connection: %d\\n", erl_errno);
                return 1;
            }
            ei_x_new(&body);
            do kind = ei_xreceive_msg(link, &message, &body);
            while (kind != ERL_ERROR);
            return 0;
        }
        """
}
