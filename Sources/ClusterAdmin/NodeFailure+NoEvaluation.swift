import Diagnosis
import ErlangNode
import ErlangTerm

/// How a node is recognised that evaluates nothing. All who run something on a node, or call what every Erlang node has,
/// ask here.
extension NodeFailure {
    /// E-NO-EVAL, where a process that was to run something ended with what an erlclud says then.
    /// - Returns: nil for any other reason.
    static func noEvaluation(on node: String, endedWith reason: TermView) -> NodeFailure? {
        guard NoEvaluation.isReason(reason) else { return nil }
        return NodeFailure(
            .noEvaluation, stage: .up, node: node, message: "\(node) is an erlclud, which evaluates nothing",
            remedy: "call one of its functions with \(.program(["erlclu-ctl", "rpc"])), or ask a node that runs Erlang")
    }

    /// E-NO-EVAL, where a function is undefined that every Erlang node has.
    /// - Returns: nil for any other exception.
    static func noEvaluation(
        on node: String, calling module: Atom, _ function: Atom, raised kind: Atom, _ reason: TermView
    ) -> NodeFailure? {
        guard kind == "error", reason.isAtom("undef") else { return nil }
        return NodeFailure(
            .noEvaluation, stage: .up, node: node,
            message: "\(node) is no node that runs Erlang, but an erlclud or its like: it has no "
                + "\(module.name):\(function.name)",
            remedy: "ask a node that runs Erlang")
    }
}
