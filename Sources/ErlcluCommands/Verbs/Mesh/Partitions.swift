import ClusterAdmin
import Presentation

extension VerbSpec {
    static let partitions = VerbSpec(
        name: "partitions",
        summary: "whether the members are one full mesh; exit 1 where they are not",
        operands: [.nodes],
        options: [.watch("the components whenever they change")],
        details: [
            "A component is a group of members that reach each other over links that both ends list. There is trouble "
                + "where there are two of them, or within one a link that one end lists only, or none: the status is 1 "
                + "then. It is 2 where a member gave no answer, or a node that is named was not reached, and nothing else "
                + "is wrong.",
            "What is wrong is looked at again half a second later, and counts only when it still is. 'mesh' shows each pair.",
            "The other side of a partition is seen only from there: name a node of each side, such as all that a release "
                + "is meant to have. --watch asks one of them, and the next one where it gives no answer.",
            "Where a full mesh is not meant (connect_all false), missing links are no trouble to you: look at the number of "
                + "components in -o json.",
        ],
        examples: [
            VerbExample("erlclu-ctl partitions -n app@10.0.0.7 -n app@10.0.0.9 || page", "a check for a timer"),
            VerbExample("erlclu-ctl partitions -o json | jq '.items | length'", "how many components there are"),
        ],
        statuses: [.done, .negative, .partial, .unavailable, .timeout, .authentication, .interrupted],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let watch = run.options.contains(.watch) ? try PartitionWatchReport(run) : nil
            return try await run.withMesh(watch: watch?.take) { mesh in
                let rows = MeshComponentRow.rows(of: mesh.components)
                run.results.add(rows: rows, columns: Column<MeshComponentRow>.components)
                if run.format == .table { run.results.add(text: MeshText.sentences(mesh)) }
                return mesh.troubles.isEmpty ? .done : .negative
            }
        })
}
