package import Diagnosis

/// What asking for a session gave, whatever carries it. No `Result`, for the reason that `ConnectionOutcome` gives.
package enum SessionOutcome {
    case opened(any LeadingSession)
    case failed(NodeFailure)

    package init(_ outcome: ConnectionOutcome) {
        switch outcome {
        case .connected(let connection): self = .opened(connection)
        case .failed(let failure): self = .failed(failure)
        }
    }

    package func get() throws(NodeFailure) -> any LeadingSession {
        switch self {
        case .opened(let session): return session
        case .failed(let failure): throw failure
        }
    }
}
