import Diagnosis
import Testing

@Suite struct SecondLookTests {
    private func failure(_ code: FailureCode, _ stage: NodeFailure.Stage, isCertain: Bool = false) -> NodeFailure {
        NodeFailure(
            code, stage: stage, node: "app@h", message: "it closed", remedy: "look",
            certainty: isCertain ? .certain : .likely(alternative: "something else"))
    }

    @Test func looksTwiceOnlyWhereThatTells() {
        #expect(failure(.cookie, .ack).deservesSecondAttempt(hasStatus: true))
        #expect(!failure(.cookie, .ack, isCertain: true).deservesSecondAttempt(hasStatus: true))
        #expect(failure(.notAllowed, .status).deservesSecondAttempt(hasStatus: false))
        // A status says what it says, at every attempt.
        #expect(!failure(.notAllowed, .status).deservesSecondAttempt(hasStatus: true))
        #expect(!failure(.tlsKey, .tls).deservesSecondAttempt(hasStatus: false))
    }

    @Test func isSureOfACookieThatIsRefusedAtOnceTwice() {
        let first = failure(.cookie, .ack)
        let sure = first.repeated(after: 12, isAgreedOnCertificates: false)
        #expect(sure.certainty == .certain)
        #expect(sure.message == "it closed; so it did at a second attempt, within 13 ms")
        // That may have been the setup timer.
        #expect(first.repeated(after: 7000, isAgreedOnCertificates: true) == first)
    }

    /// Under TLS 1.3 a close may be the verdict on our certificate.
    @Test func isNotSureOfAnAllowListWhereACertificateMayBeMeant() {
        let first = failure(.notAllowed, .status)
        #expect(first.repeated(after: 1, isAgreedOnCertificates: false) == first)
        #expect(first.repeated(after: 1, isAgreedOnCertificates: true).certainty == .certain)
    }

    @Test func tellsACrashFromACookie() {
        let gone = failure(.tcpRefused, .tcp, isCertain: true)
        let found = failure(.cookie, .ack).overtaken(by: gone)
        #expect(found.code == .closed)
        #expect(found.stage == .ack)
        #expect(found.certainty == .likely(alternative: "E-COOKIE: it closed"))
    }
}
