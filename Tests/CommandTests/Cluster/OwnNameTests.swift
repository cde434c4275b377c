import ErlcluTestSupport
import Testing

/// The name that a node gives us is an atom there, and nobody else's: other members are asked through that node, and
/// would have one more for each.
@Suite(.waiting) struct OwnNameTests {
    static let questions = [
        ["members"], ["mesh"], ["partitions"], ["links", "--all"], ["cert", "list"], ["status", "--all"],
        ["version", "--all"], ["eval", "--all", "io:put_chars(\"out\"), self()"],
        ["doctor", "--all"], ["trace", "dist", "--all", "--for", "1s"],
    ]

    @Test func staysWithTheNodeThatIsAsked() throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(transport: .mutualTLS()) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        let tool = try NodeTool(nodes[0])
        for question in Self.questions {
            let result = try tool.run(question)
            #expect(result.exitStatus == 0, "\(question): \(result.standardError)")
            let names = try nodes[0].evaluate(
                "[atom_to_list(N) || N <- nodes(known), lists:suffix(\"@erlclu\", atom_to_list(N))]")
            #expect(names != "[]", "\(question)")
            let known = try nodes[1].evaluate(
                "[N || N <- \(names), try is_atom(list_to_existing_atom(N)) catch _:_ -> false end]")
            #expect(known == "[]", "\(question)")
        }
    }
}
