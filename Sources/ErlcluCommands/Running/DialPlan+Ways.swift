import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ReleaseFiles

extension DialPlan {
    /// Distribution has not come up, and nothing was asked: SSH is gone on with.
    struct Detour {
        let failure: NodeFailure
        let ssh: String
    }

    /// SSH, where distribution comes to nothing; nil where that is not wanted.
    var secondWay: Sourced<SecureShellChoice>? { settings.goesOnOverSSH ? settings.ssh : nil }

    /// Of the time that there is the first of two ways has half.
    func firstWayTime(of usual: Duration) -> Duration {
        guard let deadline else { return usual }
        let left = max(Instant.now.duration(to: deadline), .milliseconds(1))
        return min(usual, secondWay == nil ? left : left / 2)
    }

    /// Distribution first; SSH where that comes to nothing. A session that is up is kept, so that nothing is ever asked
    /// twice.
    /// - Parameters:
    ///   - user: whose settings of OpenSSH count.
    ///   - onPeople: is told how long people were asked meanwhile.
    ///   - onDetour: is told, when a session is up, why it is one over SSH; nil: it is not.
    @LoopActor
    func connection(
        _ first: @escaping NodeAdministrator.Connect, as user: @escaping () -> SecureShellUser,
        onPeople: @escaping (Duration) -> Void, onDetour: @escaping (NodeFailure?) -> Void
    ) -> NodeAdministrator.Connect {
        guard let ssh = secondWay else { return first }
        return { completion in
            let attempt = Attempt()
            attempt.begin(first) { outcome in
                guard case .failed(let failure) = outcome else {
                    onDetour(nil)
                    return completion(outcome)
                }
                guard deadline.map({ Instant.now < $0 }) ?? true else { return completion(outcome) }
                let detour = Detour(failure: failure, ssh: ssh.value.description)
                onDetourBegun?(detour)
                func failed(_ other: NodeFailure) { completion(.failed(detour.failure(after: other))) }
                do throws(CommandFailure) {
                    let second = try administrator(through: ssh, as: user())
                    attempt.administrator = second
                    attempt.begin(second.connect) { result in
                        onPeople(second.timeOfPeople)
                        if case .failed(let other) = result { return failed(other) }
                        onDetour(failure)
                        completion(result)
                    }
                } catch { failed(Self.failure(error, of: node)) }
            }
            return { attempt.giveUp() }
        }
    }

    /// A setting may be in the way.
    private static func failure(_ failure: CommandFailure, of node: String) -> NodeFailure {
        if case .node(let failure) = failure { return failure }
        let item = failure.items.first
        return NodeFailure(
            item.flatMap { FailureCode(rawValue: $0.code) } ?? .configuration, stage: .tcp, node: node,
            message: item?.message ?? "\(node) cannot be dialled", remedy: Remedy(item?.remedy ?? ""))
    }

    /// The way that is tried.
    private final class Attempt {
        private var abandon: () -> Void = {}
        private var number = 0
        private var isGivenUp = false
        /// That of the second way, which lives as long.
        var administrator: NodeAdministrator?

        @LoopActor
        func begin(_ way: NodeAdministrator.Connect, _ completion: @escaping (SessionOutcome) -> Void) {
            guard !isGivenUp else { return }
            number += 1
            let own = number
            let abandon = way(completion)
            // It may have ended at once, and another one have begun.
            if own == number { self.abandon = abandon }
        }

        func giveUp() {
            isGivenUp = true
            abandon()
        }
    }
}

extension DialPlan.Detour {
    /// SSH has not led there either. What is wrong with distribution stays what the command ends with: it was asked for
    /// first. Either way may be the one that is easier to mend.
    func failure(after other: NodeFailure) -> NodeFailure {
        var failure = failure
        failure.message += "; \(words(of: other))"
        if !other.remedy.isEmpty {
            failure.remedy = failure.remedy.isEmpty ? other.remedy : "\(failure.remedy); over SSH: \(other.remedy)"
        }
        return failure
    }

    func words(of other: NodeFailure) -> String {
        "SSH (\(ssh)) does not lead to \(failure.node) either (\(other.code.rawValue) at \(other.stage.rawValue): "
            + "\(other.message))"
    }
}
