package import Diagnosis
import ErlangNode

/// What the reason that goes with nodedown means.
package enum LinkLoss {
    /// - Parameter reason: the term's text, as `net_kernel:monitor_nodes/2` reports it.
    package static func code(of reason: String) -> FailureCode? {
        switch reason {
        case "net_tick_timeout", "send_net_tick_failed": .tick
        // Over TLS it is the end of the process that holds the connection.
        case "connection_closed", "connection_setup_failed", "get_status_failed", "shutdown",
            "{shutdown,transport_closed}":
            .closed
        case "disconnect", "disconnected": .disconnected
        default: nil
        }
    }
}
