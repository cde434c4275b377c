package import ErlangTerm

extension TermView {
    /// A view of a term that is written as in Erlang.
    package static func of(_ text: String) -> TermView {
        do {
            return try DecodedTerm(packet: try TermParser.parse(one: text).encoded).root
        } catch {
            preconditionFailure("\(text): \(error)")
        }
    }
}
