import ClusterAdmin
import Presentation

extension VerbSpec {
    static let mesh = VerbSpec(
        name: "mesh",
        summary: "who lists whom: links that one end lists only, and missing ones",
        operands: [.nodes],
        options: [.watch("a line for each member and link that changes")],
        details: [
            "A row and a column a member, without hidden nodes: = both list each other, > only the row lists the column, < "
                + "only the column lists the row, . neither does, ~ one of them gave no answer. Above it stands how many of "
                + "all pairs are in order; below it, what is wrong, in sentences. Of more than "
                + "\(ClusterMesh.mostMatrixNodes) members, or where the terminal is too narrow, only those are shown.",
            "The nodes are asked what they list; none of them connects to another one for that. What is wrong is looked at "
                + "again half a second later, and counts only when it still is: a link that is coming up is no trouble. The "
                + "status is 0 all the same; 'partitions' is the check. 'doctor --all' finds out why two members are not "
                + "connected.",
            "A member that only the other side of a partition lists is seen from there alone: name a node of each side, and "
                + "those that no member lists are asked as well. --watch asks one of them, and the next one where it gives "
                + "no answer.",
            "-o json has an item for each pair (above \(ClusterMesh.mostMatrixNodes) members for those that are not in order): "
                + "from, to, state (ok, asymmetric, missing, not_sampled), from_lists, to_lists, confirmed. Of an asymmetric "
                + "one, from is the end that lists the other.",
        ],
        examples: [
            VerbExample("erlclu-ctl mesh -n app@10.0.0.7", "the matrix"),
            VerbExample("erlclu-ctl mesh -n app@10.0.0.7 -n app@10.0.0.9", "seen from both sides of a partition"),
            VerbExample(
                "erlclu-ctl mesh -o json | jq -r '.items[] | select(.state != \"ok\") | .from + \" \" + .to'",
                "the pairs that are not in order"),
        ],
        statuses: [.done, .partial, .unavailable, .timeout, .authentication, .interrupted],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let watch = run.options.contains(.watch) ? try MeshWatchReport(run) : nil
            return try await run.withMesh(watch: watch?.take) { mesh in
                if run.format == .table {
                    run.results.add(text: MeshText.page(mesh, style: run.resultStyle, width: run.width))
                } else {
                    let all = mesh.nodes.count <= ClusterMesh.mostMatrixNodes
                    run.results.add(rows: all ? mesh.links : mesh.abnormal, columns: Column<ClusterMesh.Link>.meshLinks)
                }
                return .done
            }
        })
}
