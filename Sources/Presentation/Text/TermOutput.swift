package import ErlangTerm

/// Terms as text, for people (`~tp`) and for `file:consult/1` (`~0tp`: a line each, text as text).
package enum TermOutput {
    package static func line(_ term: Term) -> [UInt8] { Array(TermPrinter(width: 0).text(term).utf8) }

    package static func line(_ view: TermView) -> [UInt8] { text(view, TermPrinter(width: 0)) }

    /// All in numbers, in pieces.
    /// - Parameter goesOn: see `TermText`.
    package static func plain(_ view: TermView, goesOn: @escaping () -> Bool) -> TermText {
        TermText(of: view, TermPrinter(style: .plain), goesOn: goesOn)
    }

    /// In pieces.
    /// - Parameters:
    ///   - node: whose identifiers print as on its own shell.
    ///   - goesOn: see `TermText`.
    package static func pretty(
        _ view: TermView, width: Int, node: String, goesOn: @escaping () -> Bool = { true }
    ) -> TermText {
        TermText(of: view, TermPrinter(width: width, localNode: Atom(node)), goesOn: goesOn)
    }

    /// One line, with strings as strings, in pieces.
    package static func barePieces(_ view: TermView, goesOn: @escaping () -> Bool) -> TermText {
        TermText(of: view, TermPrinter(width: 0), goesOn: goesOn)
    }

    /// One line, with strings as strings.
    package static func bare(_ view: TermView) -> [UInt8] { text(view, TermPrinter(width: 0)) }

    private static func text(_ view: TermView, _ printer: TermPrinter) -> [UInt8] {
        var text: [UInt8] = []
        printer.print(view, into: &text)
        return text
    }
}
