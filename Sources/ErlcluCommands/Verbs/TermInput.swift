import ErlangTerm

/// Terms that are typed.
enum TermInput {
    /// - Parameter source: what the text is called in an error message.
    static func term(_ text: String, source: String) throws(CommandFailure) -> Term {
        do throws(TermSyntaxError) {
            return try TermParser.parse(one: text)
        } catch {
            throw .syntax(
                SyntaxFault(
                    source: source, text: text, line: error.line, column: error.column, message: error.message))
        }
    }
}
