/// How far a carrier has come on the way to a program on an SSH host, and what it came no further with. A carrier that
/// sees the steps reports each; of one that does not, the failure tells which was the last.
package struct SecureShellProgress: Hashable, Sendable {
    /// In the order in which they are taken.
    package enum Step: Int, CaseIterable, Comparable, Hashable, Sendable {
        case tcp
        /// The host has said that it speaks SSH.
        case banner
        case keyExchange
        /// Its key is the one that was expected.
        case hostKey
        case authentication
        /// A program of ours has been started.
        case exec
        /// The program says that it is there, and which node that is.
        case bridge

        package static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
    }

    /// The last step that is done; nil: none is known to be.
    package private(set) var reached: Step?
    package private(set) var failure: NodeFailure?

    package init() {}

    /// The step, and all below it, are done.
    package mutating func pass(_ step: Step) { reached = max(reached ?? step, step) }

    package mutating func end(with failure: NodeFailure) {
        self.failure = failure
        if let broken = Self.step(of: failure.code), let below = Step(rawValue: broken.rawValue - 1) { pass(below) }
    }

    /// The step that it has not got over.
    package var broken: Step? {
        guard failure != nil else { return nil }
        return reached.map { Step(rawValue: $0.rawValue + 1) ?? .bridge } ?? .tcp
    }

    /// Where these belong whoever reports them; nil: that depends on how far it came.
    private static func step(of code: FailureCode) -> Step? {
        switch code {
        case .dns, .tcpRefused, .tcpTimeout: .tcp
        case .sshHostKey: .hostKey
        case .sshAuthentication: .authentication
        case .sshDisabled: .exec
        case .name: .bridge
        default: nil
        }
    }
}
