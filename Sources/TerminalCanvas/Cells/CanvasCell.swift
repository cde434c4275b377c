/// One character cell of a screen.
package struct CanvasCell: Hashable, Sendable {
    /// One character with at most `marksLimit` combining marks; empty in the right half of a wide character.
    package private(set) var text: String
    package var style: Style

    /// setcchar(3) takes one spacing character and four that combine with it.
    package static let marksLimit = 4

    package static let blank = CanvasCell(verified: " ", .plain)
    /// The right half of a wide character.
    package static func half(_ style: Style) -> CanvasCell { CanvasCell(verified: "", style) }

    private init(verified text: String, _ style: Style) {
        self.text = text
        self.style = style
    }

    /// What a cell can show of `character`: a control, format or private character becomes a question mark, since a
    /// terminal would act on it or draw it in a width of its own; marks beyond the limit are left out, and what is drawn
    /// as one picture of several code points is cut to its first.
    /// - Parameter isASCII: everything beyond ASCII becomes a question mark.
    package init(_ character: Character, _ style: Style, isASCII: Bool) {
        self.style = style
        if character.utf8.count == 1, let byte = character.utf8.first {
            text = (0x20..<0x7F).contains(byte) ? String(character) : "?"
            return
        }
        guard !isASCII, let base = character.unicodeScalars.first, Self.isShown(base), CellWidth.of(base) > 0 else {
            text = "?"
            return
        }
        var kept = String(base)
        for scalar in character.unicodeScalars.dropFirst().prefix(Self.marksLimit) {
            guard Self.isMark(scalar) else { break }
            kept.unicodeScalars.append(scalar)
        }
        text = kept
    }

    /// Columns: 2 for a wide character, 1 for others, 0 for the right half of a wide one.
    package var width: Int { text.utf8.count == 1 ? 1 : text.unicodeScalars.first.map { CellWidth.of($0) } ?? 0 }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: CellWidth.of(scalar) == 0
        default: false
        }
    }
}
