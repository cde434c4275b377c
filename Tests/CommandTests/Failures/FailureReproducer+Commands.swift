import Diagnosis
import ErlangNode
import ErlcluTestSupport

extension FailureReproducer {
    /// No connection fails: the command does, or the code that it has the node run.
    static let commands: [FailureReproducer] = [
        FailureReproducer(.exception) { try onANode(["eval", "throw(full)"]) },
        FailureReproducer(.syntax) { try onANode(["eval", "node( ."]) },
        FailureReproducer(.unavailable) { try onANode(["eval", "--lang", "ex", "Node.self()"]) },
        FailureReproducer(.rpcError) { try onANode(["rpc", "erlang", "hd", "[[{rpc_error,1,\"it is full\"}]]"]) },
        FailureReproducer(.usage) { try onANode(["doctor", "--connect"]) },
        FailureReproducer(.input) { try onANode(["eval", "-f", "/nonexistent/script.erl"]) },
        FailureReproducer(.configuration) {
            var command = try onANode(["eval", "ok"])
            command.environment["ERLCLU_MODE"] = "read_only"
            return command
        },
        FailureReproducer(.tlsStrict) {
            let directory = try TemporaryDirectory()
            let tls = try ToolTLS.optionFile("{verify_fun, {fun m:f/3, []}}", in: directory)
            var command = try FailedCommand.ping(SharedNodes.secure.get(), tls: tls)
            command.fixtures.append(directory)
            return command
        },
    ]

    private static func onANode(_ words: [String]) throws -> FailedCommand {
        try .to(SharedNodes.plain.get(), words)
    }
}
