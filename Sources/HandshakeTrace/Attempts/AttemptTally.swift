package import Diagnosis

/// How many attempts there were, of those that are asked for, and how they ended.
package struct AttemptTally: Sendable {
    package enum Outcome {
        case up
        case failed(FailureCode)
        /// It has no end.
        case open
    }

    private var up = 0
    private var open = 0
    private var failed: [FailureCode: Int] = [:]

    mutating func add(_ outcome: Outcome) { change(outcome, by: 1) }

    /// It is counted as something else, or as part of another one.
    mutating func remove(_ outcome: Outcome?) {
        if let outcome { change(outcome, by: -1) }
    }

    private mutating func change(_ outcome: Outcome, by step: Int) {
        switch outcome {
        case .up: up += step
        case .open: open += step
        case .failed(let code):
            let count = (failed[code] ?? 0) + step
            failed[code] = count > 0 ? count : nil
        }
    }

    /// "3 attempts: 1 connected, 2 failed (E-COOKIE 2)"
    package var words: String {
        let failures = failed.values.reduce(0, +)
        let attempts = up + open + failures
        guard attempts > 0 else { return "no attempt" }
        var words = attempts == 1 ? "1 attempt" : "\(attempts) attempts"
        words += ": \(up) connected, \(failures) failed"
        if !failed.isEmpty {
            let codes = failed.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            words += " (\(codes.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ")))"
        }
        return open > 0 ? words + ", \(open) without an end" : words
    }
}
