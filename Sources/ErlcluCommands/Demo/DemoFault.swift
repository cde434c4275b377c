import Diagnosis

/// What is wrong in a demo, on purpose.
enum DemoFault: String, CaseIterable {
    case expiredCertificate = "expired-certificate"
    case wrongCookie = "wrong-cookie"
    case unknownCA = "unknown-ca"
    case partition
    case slow

    /// How late a slow link carries everything, each way.
    static let delay = Duration.milliseconds(100)

    /// What a fourth node is refused for; nil where the three are not as they should be to each other.
    var code: FailureCode? {
        switch self {
        case .expiredCertificate: .certificateExpired
        case .wrongCookie: .cookie
        case .unknownCA: .caUnknown
        case .partition, .slow: nil
        }
    }

    /// What is wrong: a sentence.
    var words: String {
        switch self {
        case .expiredCertificate: "the certificate of \(DemoCluster.faultyNode) has expired"
        case .wrongCookie: "\(DemoCluster.faultyNode) has another cookie"
        case .unknownCA: "the certificate of \(DemoCluster.faultyNode) is of an authority that the others do not know"
        case .partition: "\(DemoCluster.nodes[2]) is cut off from the other two"
        case .slow: "the links of \(DemoCluster.nodes[2]) carry everything 100 ms late, each way"
        }
    }
}
