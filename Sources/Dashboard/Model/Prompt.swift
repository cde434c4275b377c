import LineEditor

/// A line that is typed below the screen. It is edited as the line of a console is.
struct Prompt: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Which rows are shown; it counts while it is typed.
        case filter
        /// An expression for these nodes.
        case expression([String])
        /// The name of a node to connect to.
        case node
        /// A command of the palette, and whom it is about where it names nobody.
        case command(CommandAim)
        /// Whether something is to be done to a node.
        case confirmation(NodeAction)
    }

    let kind: Kind
    /// Whether what was entered is an answer, whatever it was.
    var isAnswered: Bool { if case .confirmation = kind { true } else { false } }
    var isCommand: Bool { if case .command = kind { true } else { false } }
    var editor: LineEditor
    var text: String { editor.text }

    /// More is not taken.
    static let limit = 4000

    /// - Parameter history: lines that were typed before.
    init(_ kind: Kind, text: String = "", history: History = History()) {
        self.kind = kind
        editor = LineEditor(
            prompt: Self.sign(kind), text: text, history: history, isOneLine: true,
            limit: Self.limit)
    }

    /// Stands before what is typed. Whom it is about stands above, where a long name hides nothing of it.
    private static func sign(_ kind: Kind) -> String {
        switch kind {
        case .filter: "/"
        case .node: "node> "
        case .expression: "eval> "
        case .command: ":"
        case .confirmation: "yes (the whole word) or no: "
        }
    }
}
