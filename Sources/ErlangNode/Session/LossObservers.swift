import Diagnosis

/// Stands for one who wants to know when a session is lost.
package final class LossObservation {
    fileprivate var action: ((NodeFailure) -> Void)?

    fileprivate init(_ action: @escaping (NodeFailure) -> Void) { self.action = action }

    /// Ends the observation. Idempotent.
    package func cancel() { action = nil }
}

/// Those who want to know when a session is lost. Several users share one, and each comes and goes by itself.
struct LossObservers {
    private var observations: [LossObservation] = []

    mutating func add(_ action: @escaping (NodeFailure) -> Void) -> LossObservation {
        let observation = LossObservation(action)
        observations.removeAll { $0.action == nil }
        observations.append(observation)
        return observation
    }

    mutating func removeAll() { observations = [] }

    func report(_ failure: NodeFailure) {
        for observation in observations {
            let action = observation.action
            observation.action = nil
            action?(failure)
        }
    }
}

extension LossObservers {
    /// Takes out all who are to know that a session is over: what they are told may have them ask anew.
    /// - Returns: tells them, those who wait for an answer before those who watch.
    static func takeAll(
        _ requests: inout RequestTable, _ observers: inout LossObservers
    ) -> (_ reason: NodeFailure) -> Void {
        let (pending, watching) = (requests.removeAll(), observers)
        observers.removeAll()
        return { reason in
            for request in pending { request.lost(reason) }
            watching.report(reason)
        }
    }
}
