extension FailureCode {
    /// What went wrong is the command itself, or what it had the node do: no connection failed.
    var commandPage: FailurePage {
        switch self {
        case .exception:
            FailurePage(
                "the code that ran on the node ended with an exception",
                recognition: "the node caught it, and reported its class, reason and stack",
                facts: "the exception as the node's shell prints it",
                causes: [
                    "an error in the expression, the function or what it was called with",
                    "a function or module that this node does not have (undef)",
                    "a process that the code calls is not there, or does not answer (noproc, timeout)",
                ],
                remedy: "mend what the first lines of the stack name; for undef see whether the node's release has the "
                    + "module")
        case .syntax:
            FailurePage(
                "an expression or a term does not parse, and nothing of it was run",
                recognition: "the parser of the node for expressions; our own for the arguments of rpc",
                facts: "line and column, what the parser says, and the line itself with a caret below it",
                causes: [
                    "quotes that the shell took away: 'node().' in single quotes comes through as it is",
                    "a bracket, a comma or an end that is missing", "Elixir without --lang elixir, or Erlang with it",
                    "syntax that is newer than the node's release",
                ],
                remedy: "mend the place that the caret shows; longer texts are easier to read from a file: eval -f FILE"
            )
        case .unavailable:
            FailurePage(
                "the node is up, and cannot do what it was asked for",
                recognition: "the node says so itself",
                facts: "the node, and what it cannot do",
                causes: [
                    "an expression in Elixir for a node without Elixir",
                    "somebody else traces a node before OTP 27, which has one trace for all",
                ],
                remedy: "ask a node that can, or in the language that it runs; see who traces with "
                    + "erlang:trace_info(PID, flags), and wait until they have done")
        case .noEvaluation:
            FailurePage(
                "the node is an erlclud, and was asked to run code",
                recognition: "it answers so",
                facts: "the node",
                causes: [
                    "erlclud answers a fixed list of functions and evaluates nothing, on purpose: whoever has the cookie of "
                        + "a cluster can have any other node run anything",
                    "a command that sends a program to the node, as most that read its inside do",
                ],
                remedy: "call one of its functions with 'erlclu-ctl rpc', or ask a node that runs Erlang")
        case .rpcError:
            FailurePage(
                "the function that rpc called answered with {rpc_error,N}",
                recognition: "its value, which nodetool's conventions make the exit status",
                facts: "N, and the text that goes with it; the exit status is N",
                causes: ["the function says that it could not do its work: the meaning of N is its own"],
                remedy: "see what the function says of its statuses")
        case .usage:
            FailurePage(
                "the command line is wrong, and nothing was done",
                recognition: "the options and operands of the verb",
                facts: "the word at fault, and the nearest one that would be right",
                causes: [
                    "an option that the verb does not have", "an operand that is missing",
                    "two that exclude each other",
                    "no node is named: by --node, a context, a release or ERLCLU_NODE",
                ],
                remedy: "'erlclu-ctl help VERB' has what it takes")
        case .input:
            FailurePage(
                "a named file or standard input cannot be read, or is not what it should be",
                recognition: "what the system says of it, or its contents",
                facts: "the path, and the reason",
                causes: ["the path is mistyped, or relative to another directory", "its mode keeps us out"],
                remedy: "look at it as the user that erlclu-ctl runs as")
        case .output:
            FailurePage(
                "a file that was asked for cannot be written to its end",
                recognition: "what the system says of it; or a signal came while its reader took nothing",
                facts: "the path, and the reason; what it holds is whole up to there",
                causes: ["the disk is full", "it is a pipe, and who reads it has ended or stands still"],
                remedy: "make room, or see what the reader does; then begin anew")
        default:
            FailurePage(
                "the settings contradict each other, are incomplete, or forbid what was asked for",
                recognition: "what options, environment, context and release say together; nothing was dialled",
                facts: "the setting, and where it comes from",
                causes: [
                    "no cookie is known", "a context that is read_only or protected", "a certificate without its key",
                    "a variable or a configuration file with a mistake",
                ],
                remedy: "'\(.settings)' shows each setting with its origin")
        }
    }
}
