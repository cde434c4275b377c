package import Diagnosis

extension Ladder {
    /// The way to a node through its SSH daemon.
    /// - Parameter start: microseconds since the epoch.
    package init(ofSecureShellFrom start: Int) {
        self.init(of: Rung.allCases.filter { $0 == .tcp || $0.isOfSSH || $0 == .applications }, start: start)
    }

    /// Climbs as far as the carrier says.
    package mutating func climb(_ progress: SecureShellProgress, at time: Int) {
        if let reached = progress.reached { pass(Rung(reached), at: time) }
        if let broken = progress.broken, let failure = progress.failure { fail(failure, at: time, rung: Rung(broken)) }
    }
}

extension Rung {
    package init(_ step: SecureShellProgress.Step) {
        self =
            switch step {
            case .tcp: .tcp
            case .banner: .sshBanner
            case .keyExchange: .sshKeyExchange
            case .hostKey: .sshHostKey
            case .authentication: .sshAuthentication
            case .exec: .sshExec
            case .bridge: .sshBridge
            }
    }
}
