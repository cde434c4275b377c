import ErlcluTestSupport
import Foundation
import Testing

/// However the dashboard ends, no node is different afterwards.
@Suite(.waiting, .serialized) struct DashboardTracelessTests {
    enum Ending: CaseIterable {
        case asked, killed, cut
    }

    /// A node has another process that accepts after each connection.
    private static let calls = "[proc_lib:translate_initial_call(P) || P <- erlang:processes()]"

    @Test(arguments: OTPRelease.available) func nothingIsLeft(_ release: OTPRelease) throws {
        let arguments = ["-kernel", "net_ticktime", "4"]
        let nodes = try [0, 1].map { _ in
            try ErlangNodeFixture(release: release, transport: .mutualTLS(), arguments: arguments)
        }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        // What is used for the first time stays known: modules, atoms, and the few names that we are given in turn while the
        // node has not noticed that others are free again.
        let waiting = try (0..<6).map { _ in
            try NodeTool(nodes[0]).start("eval", "io:put_chars(\"up\"), receive never -> ok end")
        }
        for child in waiting { #expect(child.waitForOutput(containing: "up"), "\(child.standardError)") }
        for child in waiting { child.terminate() }
        for _ in 0..<2 { try useAndEnd(nodes, .asked) }
        _ = try nodes.map { try (NodeTraces(on: $0), NodeMakeup(of: $0)) }
        let inventories = try nodes.map { try NodeInventory(of: $0, processes: Self.calls) }
        // The questions of this test have atoms, too.
        for inventory in inventories { try inventory.expectNothingMore() }
        let traces = try nodes.map { try NodeTraces(on: $0) }
        let makeup = try nodes.map { try NodeMakeup(of: $0) }
        for ending in Ending.allCases {
            // That a link is given up is an error to a node.
            if ending == .cut { #expect(nodes.allSatisfy { !$0.log.contains("=ERROR") }, "\(nodes.map(\.log))") }
            let screen = try useAndEnd(nodes, ending)
            for (place, node) in nodes.enumerated() {
                let what = "\(release), \(ending), \(place == 0 ? "the node that is asked" : "another member")"
                try inventories[place].expectNothingMore(what)
                #expect(try eventually { try NodeTraces(on: node) == traces[place] }, "\(what)")
                var now = makeup[place]
                let isSame = try eventually(within: 5) {
                    now = try NodeMakeup(of: node)
                    return now == makeup[place]
                }
                #expect(isSame, "\(what): \(now); before: \(makeup[place])")
            }
            screen.stop()
        }
    }

    /// Opens the screens that ask something of nodes, with a trace on, and ends the dashboard in one of the ways.
    /// - Returns: what is to be stopped.
    @discardableResult
    private func useAndEnd(_ nodes: [ErlangNodeFixture], _ ending: Ending) throws -> TmuxScreen {
        let directory = try TemporaryDirectory()
        let link = try PortForwarder(to: nodes[0].port)
        defer { link.stop() }
        let tool = try NodeTool(nodes[0], address: "127.0.0.1:\(link.port)")
        let file = directory.file("pid")
        let screen = try TmuxScreen(
            "sh -c 'echo $$ >\(file); exec \"$@\"' sh \(tool.shellCommand("ui", "--epmd", "none")); echo status $?.; read x",
            size: TerminalSize(columns: 110, rows: 30), environment: tool.variables)
        func expect(_ what: String, _ condition: (String) -> Bool) throws {
            let (seen, satisfied) = try screen.wait(until: condition)
            #expect(satisfied, "\(what)\n\(seen)")
        }
        try expect("members") { screen in screen.contains("LIVE") && screen.contains("2 UP") }
        try screen.press("3")
        try expect("a trace on both") { screen in
            screen.contains("traced: ") && nodes.allSatisfy { screen.contains($0.name) }
        }
        try screen.press("4")
        try expect("certificates") { screen in nodes.allSatisfy { screen.contains($0.name) } && screen.contains("CN=") }
        try screen.press("2")
        try expect("the mesh") { $0.contains("- =") && $0.contains("= -") }
        try screen.press("1", "/")
        try screen.type(nodes[0].name)
        try screen.press("Enter")
        try expect("the node that is asked") { $0.contains("1 of 2") }
        try screen.press("Enter")
        try expect("the node") { $0.contains("erts") && $0.contains("started") }
        let names = try nodes[0].evaluate("[atom_to_list(Name) || Name <- nodes(hidden)]")
        #expect(names.contains("@erlclu"))
        switch ending {
        case .asked: try screen.press("Q")
        case .killed:
            let process = try #require(pid_t(String(contentsOfFile: file, encoding: .utf8).filter(\.isNumber)))
            kill(process, SIGKILL)
        case .cut:
            link.isCut = true
            // The nodes give up whom they do not hear; we miss them.
            for node in nodes {
                #expect(try eventually { try node.evaluate("nodes(hidden)") == "[]" }, "\(node.name) holds a link")
            }
            try expect("the last picture, and how old it is") { $0.contains("STALE") }
            try screen.press("Q")
        }
        try expect("it ends") { $0.contains("status \(ending == .killed ? 137 : 0).") }
        for node in nodes { #expect(try eventually { try node.evaluate("nodes(hidden)") == "[]" }) }
        let known = try nodes[1].evaluate(
            "[Name || Name <- \(names), try is_atom(list_to_existing_atom(Name)) catch _:_ -> false end]")
        #expect(known == "[]", "our names are atoms on another member")
        return screen
    }
}
