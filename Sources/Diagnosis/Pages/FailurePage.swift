/// What there is to know about a failure code, for `explain` and the manual. Phrases without a final period.
package struct FailurePage: Hashable, Sendable {
    /// What has happened.
    package var meaning: String
    /// What we saw that made us say so.
    package var recognition: String
    /// What the message of an actual failure contains.
    package var facts: String
    /// The most frequent first.
    package var causes: [String]
    package var remedy: Remedy

    package init(_ meaning: String, recognition: String, facts: String, causes: [String], remedy: Remedy) {
        self.meaning = meaning
        self.recognition = recognition
        self.facts = facts
        self.causes = causes
        self.remedy = remedy
    }
}
