import ClusterAdmin
import Diagnosis
import ErlangNode
import ReleaseFiles
import Testing

@testable import ErlcluCommands

/// `mesh` and `partitions`, of nodes that are made up.
@Suite struct MeshVerbTests {
    private let trial = CommandTrial()

    private func member(_ name: String, _ lists: [String]?) -> Member {
        Member(
            node: name, state: lists == nil ? .unreachable : .up, kind: .visible, lists: lists.map { Set($0) },
            remark: lists == nil ? "no result" : nil)
    }

    private func set(_ members: [Member], of node: String = "a@here") {
        let fake = trial.targets.nodes[node] ?? FakeNode(node)
        fake.memberRows = members
        trial.targets.nodes[node] = fake
    }

    @Test func aWholeMesh() {
        set([member("a@here", ["b@here"]), member("b@here", ["a@here"])])
        #expect(trial.run("mesh") == 0)
        #expect(
            trial.standardOutput == """
                ok 1 of 1  asymmetric 0  missing 0
                  FROM \\ TO 1 2
                1 a@here    - =
                2 b@here    = -

                """)
        trial.output.bytes = []
        #expect(trial.run("partitions", "-o", "raw") == 0)
        #expect(trial.standardOutput == "1\t2\t0\t0\ta@here, b@here\n")
    }

    @Test func whatIsWrongIsSaid() {
        set([
            member("a@here", ["b@here", "c@here"]), member("b@here", ["a@here"]),
            member("c@here", ["a@here", "b@here"]),
            member("d@here", nil),
        ])
        #expect(trial.run("mesh") == 2)
        #expect(
            trial.standardOutput == """
                ok 2 of 6  asymmetric 1  missing 0  not sampled 3
                  FROM \\ TO 1 2 3 4
                1 a@here    - = = ~
                2 b@here    = - < ~
                3 c@here    = > - ~
                4 d@here    ~ ~ ~ -
                c@here lists b@here, which does not list it
                d@here gave no answer: no result

                """)
        trial.output.bytes = []
        #expect(trial.run("partitions") == 1)
        #expect(
            trial.standardOutput == """
                COMPONENT  SIZE  ASYMMETRIC  MISSING  NODES
                        1     3           1        0  a@here, b@here, c@here
                c@here lists b@here, which does not list it
                d@here gave no answer: no result

                """)
        trial.output.bytes = []
        #expect(trial.run("mesh", "-o", "jsonl") == 2)
        #expect(
            trial.standardOutput.contains(
                #""from":"c@here","to":"b@here","state":"asymmetric","from_lists":true,"to_lists":false,"confirmed":true}"#
            ))
    }

    /// Each side of a partition knows of itself alone.
    @Test func theOtherSideIsAskedWhereItIsNamed() {
        set([member("a@here", [])])
        set([member("b@here", ["c@here"]), member("c@here", ["b@here"])], of: "b@here")
        #expect(trial.run("partitions") == 0)
        trial.output.bytes = []
        #expect(trial.run("partitions", "a@here", "b@here", "c@here") == 1)
        #expect(
            trial.standardOutput.hasSuffix("no link joins the components 1 (b@here, c@here), 2 (a@here)\n"),
            "\(trial.standardOutput)")
        trial.output.bytes = []
        #expect(trial.run("partitions", "-o", "json", "b@here", "gone@here") == 2)
        #expect(trial.standardOutput.contains("E-EPMD-NOTREG"), "\(trial.standardOutput)")
    }

    /// Behind a node of a context that is not reached may be the other side of a partition.
    @Test func aNodeOfAContextThatIsNotReachedIsMissed() {
        set([member("a@here", ["b@here"]), member("b@here", ["a@here"])])
        trial.targets.nodesOrigin = .context("prod", file: "erlclu.config", line: 1)
        #expect(trial.run("partitions", "a@here", "b@here") == 0)
        trial.output.bytes = []
        #expect(trial.run("partitions", "-o", "json", "a@here", "gone@here") == 2)
        #expect(trial.standardOutput.contains("E-EPMD-NOTREG"), "\(trial.standardOutput)")
        #expect(trial.run("mesh", "a@here", "gone@here") == 2)
    }

    @Test func aLargeMeshHasNoMatrix() {
        let names = (100..<141).map { "n\($0)@here" }
        set(names.map { name in member(name, names.filter { $0 != name && name != "n100@here" || $0 == "n101@here" }) })
        #expect(trial.run("mesh") == 0)
        let lines = trial.standardOutput.split(separator: "\n")
        #expect(lines.first == "ok 781 of 820  asymmetric 39  missing 0", "\(trial.standardOutput)")
        #expect(!trial.standardOutput.contains("FROM"))
        #expect(lines.count == 3 + 39)
    }

    @Test func aWatchIsNoDocument() {
        for verb in ["mesh", "partitions"] { #expect(trial.run(verb, "-w", "-o", "json") == 64) }
    }
}
