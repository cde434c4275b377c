import Foundation

/// How long the tests of `make soak` run.
package enum SoakTime {
    /// Seconds; nil in every other run of the tests, which leaves them out.
    package static let seconds = ProcessInfo.processInfo.environment["ERLCLU_SOAK_SECONDS"].flatMap { Double($0) }
}
