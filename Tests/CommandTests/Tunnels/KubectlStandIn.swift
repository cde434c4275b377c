import ErlcluTestSupport
import Foundation

/// A program that stands for kubectl, as there is no cluster: it says what kubectl says, and the forwards themselves are ports
/// of the test. Each context is a cluster of its own.
final class KubectlStandIn {
    private static let script = """
        #!/bin/bash
        here=$(dirname "$0")
        echo "$$ $*" >>"$here/calls"
        context=$2
        port=${!#}
        port=${port#:}
        if [ -e "$here/refusal" ]; then cat "$here/refusal" >&2; exit 1; fi
        while [ -e "$here/late" ]; do sleep 0.02; done
        while read -r cluster remote near; do
            if [ "$cluster $remote" = "$context $port" ]; then local=$near; fi
        done <"$here/ports"
        if [ -z "$local" ]; then echo "error: nothing listens on port $port in $context" >&2; exit 1; fi
        echo "Forwarding from 127.0.0.1:$local -> $port"
        exec sleep 1000
        """

    /// Where it is, and the files that change what it does: while there is `late` it does not listen yet, and `refusal` has what
    /// it says instead.
    let directory: TemporaryDirectory
    private var ports = ""

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write(Self.script, to: "kubectl", mode: 0o700)
    }

    /// What has called it.
    var calls: [(process: pid_t, words: String)] { ProgramCalls.read(directory.file("calls")) }

    /// Those for a cluster.
    func calls(in context: String) -> [(process: pid_t, words: String)] {
        calls.filter { $0.words.hasPrefix("--context \(context) ") }
    }

    /// Whether all of its processes have ended.
    var hasEnded: Bool { calls.allSatisfy { kill($0.process, 0) != 0 } }

    /// Has a pod of a cluster listen.
    /// - Parameters:
    ///   - port: of the pod.
    ///   - target: the port here that it is.
    /// - Returns: the forward, which lives as long as the caller has it.
    func forward(_ port: UInt16, to target: UInt16, in context: String) throws -> PortForwarder {
        let forward = try PortForwarder(to: target)
        ports += "\(context) \(port) \(forward.port)\n"
        try directory.write(ports, to: "ports")
        return forward
    }
}
