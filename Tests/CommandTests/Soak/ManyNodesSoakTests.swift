import ErlcluTestSupport
import Foundation
import Testing

/// Sixty real nodes in one feed. They take some gigabytes, and a minute to start.
@Suite(.waiting, .enabled(if: SoakTime.seconds != nil, "only in make soak")) struct ManyNodesSoakTests {
    private static let count = 60

    /// Nodes of one scheduler each, all linked with all.
    private static func cluster() throws -> [ErlangNodeFixture] {
        // Each is written by one thread, and read when all are done.
        nonisolated(unsafe) var started = [Result<ErlangNodeFixture, any Error>?](repeating: nil, count: count)
        started.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let places = buffer
            DispatchQueue.concurrentPerform(iterations: count) { place in
                places[place] = Result {
                    try ErlangNodeFixture(
                        arguments: ["+S", "1", "+SDio", "1", "-kernel", "prevent_overlapping_partitions", "false"])
                }
            }
        }
        let nodes = try started.compactMap { try $0?.get() }.sorted { $0.name < $1.name }
        for node in nodes.dropFirst() { try node.evaluate("net_kernel:connect_node('\(nodes[0].name)')") }
        for node in nodes {
            #expect(try eventually(within: 120) { try node.evaluate("length(nodes())") == "\(count - 1)" })
        }
        return nodes
    }

    @Test func theHungAndTheGoneHoldBackNobody() throws {
        let nodes = try Self.cluster()
        let tool = try NodeTool(nodes[0])
        let screen = try TmuxScreen(
            "\(tool.shellCommand("ui")); echo status $?.; read x", size: TerminalSize(columns: 110, rows: 30),
            environment: tool.variables)
        defer { screen.stop() }
        func expect(_ what: String, _ condition: (String) -> Bool) throws {
            let (seen, satisfied) = try screen.wait(within: 90, until: condition)
            #expect(satisfied, "\(what)\n\(seen)")
        }
        try expect("all of them") { $0.contains("\(Self.count) UP") && $0.contains("59/59") }
        // One in the middle is selected, and stays it.
        let selected = nodes[30].name
        try screen.press("/")
        try screen.type(selected)
        try screen.press("Enter")
        try expect("one is selected") { $0.contains("> UP \(selected)") }
        try screen.press("/")
        for _ in selected { try screen.press("BSpace") }
        try screen.press("Enter")
        try expect("all are listed again") { $0.contains("60 of 60") && $0.contains("> UP \(selected)") }
        for node in nodes[10..<13] { node.suspend() }
        for node in nodes[20..<23] { node.stop() }
        try expect("trouble") { $0.contains("54 UP") && $0.contains("3 UR") && $0.contains("3 DN") }
        try expect("the same is selected") { $0.contains("> UP \(selected)") && $0.contains("60 of 60") }
        // The others are looked at as before, by one feed: their links are fewer.
        try expect("the others go on") { $0.contains("56/56") }
        try screen.press("/")
        try screen.type("st=UR")
        try screen.press("Enter")
        try expect("those that hang") { screen in
            screen.contains("3 of 60") && nodes[10..<13].allSatisfy { screen.contains($0.name) }
        }
        for node in nodes[10..<13] { node.resume() }
        try expect("they answer again") { $0.contains("57 UP") && $0.contains("0 of 60") }
        try screen.press("Q")
        try expect("it ends") { $0.contains("status 0.") }
    }
}
