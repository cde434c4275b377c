import Diagnosis

/// What is said of an entry that is asked over SSH, as that over which it was to be asked does not come up.
enum DetourWords {
    /// Without its subject, and without the reason.
    static func sentence(insteadOf transport: String) -> String { "asked over SSH, as \(transport) does not come up" }

    /// With the reason.
    static func sentence(insteadOf transport: String, _ failure: NodeFailure) -> String {
        "\(sentence(insteadOf: transport)): \(failure.code.rawValue): \(failure.message)"
    }
}
