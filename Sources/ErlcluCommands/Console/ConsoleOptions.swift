import ClusterAdmin

/// How a console was asked for.
struct ConsoleOptions {
    /// nil: what the node runs.
    var language: EvaluationRequest.Language?
    /// Everything passes, and nothing is asked.
    var isRaw: Bool
    var log: Transcript?
}
