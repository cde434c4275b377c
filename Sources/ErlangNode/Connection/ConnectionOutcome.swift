package import Diagnosis

/// How an attempt to connect ended. An enumeration of its own and no `Result`: making that generic type at run time is a
/// twentieth of a command's start.
package enum ConnectionOutcome {
    case connected(NodeConnection)
    case failed(NodeFailure)

    package func get() throws(NodeFailure) -> NodeConnection {
        switch self {
        case .connected(let connection): return connection
        case .failed(let failure): throw failure
        }
    }
}
