package import Diagnosis

/// What one node says of its way to another.
package struct MeshPair: Hashable, Sendable {
    package enum State: String, Sendable {
        case up
        /// They were not connected, and are now.
        case made
        case failed
        /// They are not connected, and nobody was to dial.
        case down
        /// The first cannot be asked.
        case unknown
    }

    package var from: String
    package var to: String
    package var state: State
    package var failure: NodeFailure?

    package var isBroken: Bool { state == .failed || state == .down || state == .unknown }
}
