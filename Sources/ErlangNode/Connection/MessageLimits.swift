import DistributionProtocol
package import ErlangTerm

/// How large a message of a peer may be.
package struct MessageLimits: Sendable {
    /// Bytes of its frame.
    package var frame: Int
    /// What its terms may be made of.
    package var terms: TermLimits

    package init(frame: Int, terms: TermLimits) {
        self.frame = frame
        self.terms = terms
    }

    /// For a tool that has asked: an answer may be large.
    package static let standard = MessageLimits(frame: FrameReader.standardLimit, terms: .standard)
}
