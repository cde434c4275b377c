/// What a failure may be instead, where what was seen has several causes.
package struct Alternative: Hashable, Sendable, CustomStringConvertible {
    /// The codes that it would have then, as far as it would have another one.
    package var codes: [FailureCode]
    /// A phrase without a final period.
    package var words: String

    package init(_ codes: [FailureCode], words: String) {
        self.codes = codes
        self.words = words
    }

    /// From words that name codes: what was recorded.
    package init(_ words: String) {
        let names = words.split { !($0 == "-" || $0.isASCII && ($0.isUppercase || $0.isNumber)) }
        self.init(names.compactMap { FailureCode(rawValue: String($0)) }, words: words)
    }

    package var description: String { words }
}

extension Alternative: ExpressibleByStringInterpolation {
    package init(stringLiteral words: String) { self.init(words) }
}
