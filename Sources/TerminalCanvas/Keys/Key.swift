/// One key press, or one paste.
package enum Key: Hashable, Sendable {
    case text(String)
    /// With the letter in lower case: `control("a")`; also `]`, `_`, `\` and space.
    case control(Character)
    /// Alt, or Escape before it.
    case meta(Character)
    case enter
    case metaEnter
    case tab
    /// Shift and Tab.
    case backTab
    /// Escape alone.
    case escape
    case backspace
    case metaBackspace
    case delete
    case up
    case down
    case left
    case right
    case wordLeft
    case wordRight
    case home
    case end
    case pageUp
    case pageDown
    /// What came between the marks of a bracketed paste.
    case paste(String)
    case unknown
}
