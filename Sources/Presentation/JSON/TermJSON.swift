package import ErlangTerm

/// Terms as JSON.
///
/// Plain: atoms and UTF-8 binaries are strings, the atoms `true`, `false` and `null` what they are in JSON, maps objects,
/// lists and tuples arrays. Whatever has no such form is an object with one key that starts with `$`.
/// Tagged: only numbers, proper lists, booleans and UTF-8 binaries stand for themselves, so that nothing is lost.
package struct TermJSON: Sendable {
    package var isTagged: Bool
    /// Lists of printable characters become strings.
    package var findsStrings: Bool

    package init(isTagged: Bool = false, findsStrings: Bool = false) {
        self.isTagged = isTagged
        self.findsStrings = findsStrings
    }

    /// Writes all of a term.
    package func write(_ root: TermView, to json: inout JSONWriter) {
        var text = TermJSONText(of: root, self) { true }
        while text.proceed(to: &json, until: .max) {}
    }
}
