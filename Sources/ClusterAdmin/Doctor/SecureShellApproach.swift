package import ByteTransport
package import Diagnosis

/// How a node is come to through its SSH daemon.
package struct SecureShellApproach {
    /// Makes the connection that is looked at; nothing is dialled before the first question.
    /// - Parameters:
    ///   - onStep: is told of each step that is done.
    ///   - deadline: that of the visit.
    package typealias Open =
        @LoopActor (
            _ onStep: @escaping SecureShellProgress.Observer, _ deadline: Instant?
        ) throws(VisitFailure) -> any Administration

    /// As an operator calls the daemon.
    package var name: String
    package var open: Open
    package var readCertificate: CertificatesQuestion.Reading

    package init(
        name: String, readCertificate: @escaping CertificatesQuestion.Reading, open: @escaping Open
    ) {
        self.name = name
        self.readCertificate = readCertificate
        self.open = open
    }
}
