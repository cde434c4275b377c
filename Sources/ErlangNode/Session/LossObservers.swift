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
