import ErlcluTestSupport
import Testing

/// The processes, ports and hidden links that a node had at a moment, kept on the node itself.
struct NodeInventory {
    private static let nothing = "{[],[],[]}"

    private let node: ErlangNodeFixture
    private let processes: String

    /// Taken when nobody of ours is connected any more. What of the last one is still ending then counts as there.
    /// - Parameter processes: an expression for a list; what makes one process like another.
    init(of node: ErlangNodeFixture, processes: String = "erlang:processes()") throws {
        self.node = node
        self.processes = processes
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "[]" })
        try node.evaluate("persistent_term:put(inventory, {\(processes), erlang:ports(), nodes(hidden)})")
    }

    /// Waits until nothing is there that was not there before.
    func expectNothingMore(_ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws {
        var more = ""
        let isClean = try eventually {
            more = try node.evaluate(
                "{P, O, N} = persistent_term:get(inventory), {\(processes) -- P, erlang:ports() -- O, nodes(hidden) -- N}"
            )
            return more == Self.nothing
        }
        #expect(isClean, "\(comment): \(more)", sourceLocation: sourceLocation)
    }
}
