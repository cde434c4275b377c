/// What an editor wants of whoever runs it.
package enum EditorAction: Hashable, Sendable {
    /// The text is to be taken as input.
    case submit(String)
    /// Ctrl-C with nothing typed.
    case interrupt
    /// Ctrl-D with nothing typed, or Ctrl-].
    case leave
    /// Tab: what could follow this text.
    case complete(before: String)
    /// Ctrl-G.
    case menu
    /// Ctrl-L.
    case clearScreen
    /// Ctrl-Z.
    case suspend
    case bell
    /// Ctrl-C threw away what was typed.
    case discarded
}
