import TerminalCanvas

/// A key, what it does, and how the help says so. The table is the only place that knows keys.
package struct KeyBinding: Sendable {
    /// What a key asks for.
    enum Action: Hashable, Sendable {
        case move(Int)
        case screen(Screen)
        case help
        case filter
        case sort
        case reverse
        case mark
        case unmark
        case pause
        case refresh
        case slower
        case faster
        case console
        case save
        case redraw
        case suspend
        case back
        case backOrQuit
        case quit
    }

    var keys: [Key]
    /// As people call them.
    var name: String
    var words: String
    var action: Action
    /// Whether it may change a node: it is not there in a read-only context.
    var changesNode = false
    /// A word of the last line; nil: it is in the help only.
    var hint: String?

    static let all: [KeyBinding] = [
        KeyBinding(keys: [.up, .text("k")], name: "Up, k", words: "one row up", action: .move(-1)),
        KeyBinding(keys: [.down, .text("j")], name: "Down, j", words: "one row down", action: .move(1)),
        KeyBinding(
            keys: [.pageUp, .control("b")], name: "PgUp", words: "a page up", action: .move(-10)),
        KeyBinding(
            keys: [.pageDown, .control("f")], name: "PgDn", words: "a page down", action: .move(10)),
        KeyBinding(keys: [.home, .text("g")], name: "Home, g", words: "the first row", action: .move(.min)),
        KeyBinding(keys: [.end, .text("G")], name: "End, G", words: "the last row", action: .move(.max)),
        KeyBinding(keys: [.text("1")], name: "1", words: "members of the cluster", action: .screen(.members)),
        KeyBinding(
            keys: [.text("c"), .text("6")], name: "c, 6", words: "a shell on the selected node; it comes back here",
            action: .console, changesNode: true, hint: "c console"),
        KeyBinding(
            keys: [.text("8")], name: "8", words: "events: what came, went and changed", action: .screen(.events)),
        KeyBinding(
            keys: [.text("/")], name: "/", words: "show only some rows: /text, /!text, /st=DN", action: .filter,
            hint: "/filter"),
        KeyBinding(
            keys: [.text("s")], name: "s", words: "sort by the next column", action: .sort, hint: "s sort"),
        KeyBinding(keys: [.text("S")], name: "S", words: "the other way round", action: .reverse),
        KeyBinding(keys: [.text(" ")], name: "Space", words: "mark the node", action: .mark, hint: "Spc mark"),
        KeyBinding(keys: [.text("u")], name: "u", words: "no marks", action: .unmark),
        KeyBinding(keys: [.text("p")], name: "p", words: "stop the picture, or go on", action: .pause, hint: "p pause"),
        KeyBinding(keys: [.text("r")], name: "r", words: "look now", action: .refresh),
        KeyBinding(keys: [.text("+")], name: "+", words: "look less often", action: .slower),
        KeyBinding(keys: [.text("-")], name: "-", words: "look more often", action: .faster),
        KeyBinding(keys: [.text("o")], name: "o", words: "save the screen into a file", action: .save),
        KeyBinding(keys: [.text("?")], name: "?", words: "this help", action: .help, hint: "?help"),
        KeyBinding(keys: [.control("l")], name: "Ctrl-L", words: "draw the screen anew", action: .redraw),
        KeyBinding(keys: [.control("z")], name: "Ctrl-Z", words: "suspend", action: .suspend),
        KeyBinding(keys: [.escape], name: "Esc", words: "back to all members", action: .back),
        KeyBinding(keys: [.text("q")], name: "q", words: "back; from Members: leave", action: .backOrQuit),
        KeyBinding(
            keys: [.text("Q"), .control("c")], name: "Q, Ctrl-C", words: "leave", action: .quit, hint: "Q quit"),
    ]

    /// Those that work for a context.
    static func available(in mode: DashboardModel.NodeMode) -> [KeyBinding] {
        all.filter { mode != .readOnly || !$0.changesNode }
    }
}
