package import ErlangTerm

/// Terms as text, for people (`~tp`) and for `file:consult/1` (`~0tp`: a line each, text as text).
package enum TermOutput {
    package static func line(_ term: Term) -> [UInt8] { Array(TermPrinter(width: 0).text(term).utf8) }

    package static func line(_ view: TermView) -> [UInt8] { text(view, TermPrinter(width: 0)) }

    /// The same in pieces.
    /// - Parameter goesOn: asked after each piece; false ends it.
    package static func line(_ view: TermView, goesOn: () -> Bool = { true }, take: ([UInt8]) -> Void) {
        TermPrinter(style: .plain).print(view) { piece in
            take(piece)
            return goesOn()
        }
    }

    /// - Parameters:
    ///   - node: whose identifiers print as on its own shell.
    ///   - goesOn: asked after each piece; false ends it.
    ///   - take: gets the text piece by piece, cut between characters.
    package static func pretty(
        _ view: TermView, width: Int, node: String, goesOn: () -> Bool = { true }, take: ([UInt8]) -> Void
    ) {
        TermPrinter(width: width, localNode: Atom(node)).print(view) { piece in
            take(piece)
            return goesOn()
        }
    }

    /// One line, with strings as strings.
    package static func bare(_ view: TermView) -> [UInt8] { text(view, TermPrinter(width: 0)) }

    private static func text(_ view: TermView, _ printer: TermPrinter) -> [UInt8] {
        var text: [UInt8] = []
        printer.print(view, into: &text)
        return text
    }
}
