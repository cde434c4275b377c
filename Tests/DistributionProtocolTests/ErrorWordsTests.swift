import DistributionProtocol
import ErlangTerm
import Testing

/// What a person reads of an error is a sentence, not a case of an enumeration.
@Suite struct ErrorWordsTests {
    static let errors: [any Error] = [
        FrameError.tooLong(length: 9, limit: 8),
        MessageError.empty, MessageError.distributionHeader(69), MessageError.unknownType(1),
        MessageError.controlTerm(.truncated(at: 3)), MessageError.control(.notATuple),
        MessageError.control(.unknownOperation(99)), MessageError.control(.wrongArity(.link, 9)),
        MessageError.control(.unexpectedField(.spawnReply, position: 2)), MessageError.payloadMissing(.payloadExit),
        MessageError.payloadTerm(.unknownTag(1, at: 2)), MessageError.trailingBytes(4),
        EPMDError.unexpectedAnswer(firstBytes: [72, 84]), EPMDError.truncated(after: 3), EPMDError.tooLong(limit: 9),
        TermError.wrongVersion(1, at: 0), TermError.invalid("float text", at: 2), TermError.tooDeep(limit: 1, at: 2),
        TermError.tooManyTerms(limit: 1, at: 2), TermError.tooManyAtoms(limit: 1, at: 2),
        TermError.tooLarge(limit: 1, at: 2),
    ]

    @Test(arguments: errors.indices) func isASentence(index: Int) {
        let text = "\(Self.errors[index])"
        #expect(text.contains(" ") && !text.hasSuffix("."))
        #expect(!text.contains(/[a-z][A-Z]|[a-zA-Z]+\(|: \[/), "\(text)")
    }
}
