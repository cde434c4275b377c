import Diagnosis

/// What one fresh handshake with a peer came to.
struct ProbeResult {
    /// The parts of a handshake that are timed.
    enum Rung: String, CaseIterable {
        case epmd
        case tcp
        case tls
        case handshake
    }

    var peer: String
    /// nil where the peer let us in.
    var failure: NodeFailure?
    /// Of the rungs that were climbed, in their order.
    var times: [(rung: Rung, time: Duration)]
    /// Until when the certificate is valid that the peer showed: seconds since 1970.
    var certificateExpiry: Int?

    init(peer: String, times: [(rung: Rung, time: Duration)]) {
        self.peer = peer
        self.times = times
    }
}
