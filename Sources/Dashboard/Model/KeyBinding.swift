import TerminalCanvas

/// A key, what it does, and how the help says so. The table is the only place that knows keys.
package struct KeyBinding: Sendable {
    /// What a key asks for.
    enum Action: Hashable, Sendable {
        case move(Int)
        /// To the next row, or the one before it, that a person should look at.
        case nextTrouble(Int)
        case nextFailure
        /// To the column before or behind the one that is looked at.
        case across(Int)
        case pane
        case open
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
        case examine
        case handshakes
        case trace
        case failures
        case evaluate
        case palette
        case explain
        case forget
        case copy
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
    /// Whether it asks a node: it is not there in a replay.
    var needsNode = false
    /// A word of the last line, and the screens that it stands on; no screen: on all.
    var hint: String?
    var hintScreens: [Screen] = []

    static let all: [KeyBinding] = [
        KeyBinding(keys: [.up, .text("k")], name: "Up, k", words: "one row up", action: .move(-1)),
        KeyBinding(keys: [.down, .text("j")], name: "Down, j", words: "one row down", action: .move(1)),
        KeyBinding(
            keys: [.pageUp, .control("b")], name: "PgUp", words: "a page up", action: .move(-10)),
        KeyBinding(
            keys: [.pageDown, .control("f")], name: "PgDn", words: "a page down", action: .move(10)),
        KeyBinding(keys: [.home, .text("g")], name: "Home, g", words: "the first row", action: .move(.min)),
        KeyBinding(keys: [.end, .text("G")], name: "End, G", words: "the last row", action: .move(.max)),
        KeyBinding(
            keys: [.left], name: "Left", words: "on Mesh: the pair with the node before it", action: .across(-1),
            hint: "Left/Right pair", hintScreens: [.mesh]),
        KeyBinding(
            keys: [.right], name: "Right", words: "on Mesh: the pair with the node behind it", action: .across(1)),
        KeyBinding(
            keys: [.text("F")], name: "F", words: "in a replay: go on up to the next failure", action: .nextFailure),
        KeyBinding(keys: [.text("n")], name: "n", words: "the next row with !", action: .nextTrouble(1)),
        KeyBinding(keys: [.text("N")], name: "N", words: "the row with ! before it", action: .nextTrouble(-1)),
        KeyBinding(
            keys: [.tab], name: "Tab", words: "the pane below or beside the list, and back",
            action: .pane),
        KeyBinding(
            keys: [.enter], name: "Enter", words: "open the node; elsewhere the pane", action: .open, needsNode: true,
            hint: "Enter open",
            hintScreens: [.members]),
        KeyBinding(keys: [.text("1")], name: "1", words: "members of the cluster", action: .screen(.members)),
        KeyBinding(keys: [.text("2")], name: "2", words: "mesh: who lists whom", action: .screen(.mesh)),
        KeyBinding(
            keys: [.text("3")], name: "3", words: "handshakes as they happen, traced, and why they fail",
            action: .screen(.handshakes)),
        KeyBinding(
            keys: [.text("h")], name: "h", words: "the same, of the selected node", action: .handshakes,
            hint: "h handshakes", hintScreens: [.members, .doctor, .node]),
        KeyBinding(
            keys: [.text("t")], name: "t", words: "trace the marked nodes or all; again: end the trace",
            action: .trace, needsNode: true, hint: "t trace", hintScreens: [.handshakes]),
        KeyBinding(
            keys: [.text("f")], name: "f", words: "only handshakes that failed, or all", action: .failures,
            hint: "f failures", hintScreens: [.handshakes]),
        KeyBinding(
            keys: [.text("4")], name: "4", words: "certificates as the members serve them",
            action: .screen(.certificates), needsNode: true),
        KeyBinding(
            keys: [.text("5")], name: "5", words: "the selected node by itself", action: .screen(.node), needsNode: true
        ),
        KeyBinding(
            keys: [.text("c"), .text("6")], name: "c, 6",
            words: "a shell on the node of the selected row; comes back here",
            action: .console, changesNode: true, hint: "c console"),
        KeyBinding(
            keys: [.text("d")], name: "d", words: "doctor: the way to the selected node; on Mesh between two",
            action: .examine, needsNode: true,
            hint: "d doctor"),
        KeyBinding(
            keys: [.text("7")], name: "7", words: "what doctor found last; if nothing, it looks",
            action: .screen(.doctor), needsNode: true),
        KeyBinding(
            keys: [.text("8")], name: "8", words: "events: what came, went and changed", action: .screen(.events)),
        KeyBinding(keys: [.text("0")], name: "0", words: "what this program has to report", action: .screen(.log)),
        KeyBinding(
            keys: [.text("x")], name: "x", words: "what the code of the selected row means", action: .explain,
            hint: "x explain", hintScreens: [.handshakes, .doctor]),
        KeyBinding(
            keys: [.text("D"), .delete], name: "D, Del", words: "forget a node that is down: it is not listed any more",
            action: .forget),
        KeyBinding(
            keys: [.text("y")], name: "y", words: "copy the selected row, with its reason and remedy", action: .copy),
        KeyBinding(
            keys: [.text("e")], name: "e", words: "evaluate an expression on the marked nodes, or the selected one",
            action: .evaluate, changesNode: true, hint: "e eval"),
        KeyBinding(
            keys: [.text(":")], name: ":", words: "a command; Tab completes it", action: .palette, hint: ":command"),
        KeyBinding(
            keys: [.text("/")], name: "/", words: "show only some rows: /text, /!text, /st=DN", action: .filter,
            hint: "/filter"),
        KeyBinding(
            keys: [.text("s")], name: "s", words: "sort by the next column", action: .sort, hint: "s sort"),
        KeyBinding(keys: [.text("S")], name: "S", words: "the other way round", action: .reverse),
        KeyBinding(
            keys: [.text(" ")], name: "Space", words: "mark the node, and go one row down", action: .mark,
            hint: "Spc mark",
            hintScreens: [.members]),
        KeyBinding(keys: [.text("u")], name: "u", words: "no marks", action: .unmark),
        KeyBinding(keys: [.text("p")], name: "p", words: "stop the picture, or go on", action: .pause, hint: "p pause"),
        KeyBinding(keys: [.text("r")], name: "r", words: "look now", action: .refresh, needsNode: true),
        KeyBinding(
            keys: [.text("+")], name: "+", words: "a longer interval, down to a look a minute; replay: slower",
            action: .slower),
        KeyBinding(
            keys: [.text("-")], name: "-", words: "a shorter interval, up to a look a second; replay: faster",
            action: .faster),
        KeyBinding(keys: [.text("o")], name: "o", words: "save the screen into a file", action: .save),
        KeyBinding(keys: [.text("?")], name: "?", words: "this help", action: .help, hint: "?help"),
        KeyBinding(keys: [.control("l")], name: "Ctrl-L", words: "draw the screen anew", action: .redraw),
        KeyBinding(keys: [.control("z")], name: "Ctrl-Z", words: "suspend", action: .suspend),
        KeyBinding(keys: [.escape], name: "Esc", words: "back to where you came from", action: .back),
        KeyBinding(
            keys: [.text("q")], name: "q", words: "back; from Members to the choice of clusters, or leave",
            action: .backOrQuit),
        KeyBinding(
            keys: [.text("Q"), .control("c")], name: "Q, Ctrl-C", words: "leave; what is typed is left by Ctrl-C first",
            action: .quit, hint: "Q quit"),
    ]

    /// Those that work for a context.
    static func available(in mode: DashboardModel.NodeMode) -> [KeyBinding] {
        all.filter { DashboardModel.allows(mode, needsNode: $0.needsNode, changesNode: $0.changesNode) }
    }
}
