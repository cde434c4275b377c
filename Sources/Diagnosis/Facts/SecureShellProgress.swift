/// How far a carrier has come on the way to a program on an SSH host, and what it came no further with. It reports each
/// step that is done; those of hosts on the way there are none of these.
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
        /// What it has started for us says something.
        case exec
        /// The program says that it is there, and which node that is.
        case bridge

        package static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
    }

    /// Is told of a step that is done, and what is known of it: a phrase, with words of the host perhaps; escape it
    /// before it is shown.
    package typealias Observer = (_ step: Step, _ words: String) -> Void

    /// The last step that is done; nil: none is known to be.
    package private(set) var reached: Step?
    package private(set) var failure: NodeFailure?

    package init() {}

    /// The step, and all below it, are done.
    package mutating func pass(_ step: Step) { reached = max(reached ?? step, step) }

    package mutating func end(with failure: NodeFailure) { self.failure = failure }

    /// The step that comes next; the last one where all are done.
    package var next: Step { reached.map { Step(rawValue: $0.rawValue + 1) ?? .bridge } ?? .tcp }

    /// The step that it has not got over.
    package var broken: Step? { failure == nil ? nil : next }
}

extension NodeFailure.Stage {
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
