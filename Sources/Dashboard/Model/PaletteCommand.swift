import ClusterAdmin

/// A command of the palette. The table is the only place that knows them.
struct PaletteCommand: Sendable {
    enum Argument: Hashable, Sendable {
        case none
        /// A node that may be left out: the selected one is meant then.
        case node
        case context
        case expression
        /// A failure code that may be left out: that of the selected row is meant then.
        case code
        case words(String)
    }

    enum Action: Hashable, Sendable {
        case key(KeyBinding.Action)
        case examine
        case inspect
        case console
        case evaluate
        case trace
        case endTrace
        case filter
        case context
        case connect
        case control(NodeControl)
        case disconnect
        case explain

        /// Whether it may be about a node that is not listed: it looks, and no more.
        var takesAnyNode: Bool { [.examine, .inspect, .console].contains(self) }
    }

    var name: String
    var argument: Argument
    var words: String
    var action: Action
    var changesNode = false

    static let all: [PaletteCommand] = [
        PaletteCommand(
            name: "members", argument: .none, words: "members of the cluster", action: .key(.screen(.members))),
        PaletteCommand(name: "mesh", argument: .none, words: "who lists whom", action: .key(.screen(.mesh))),
        PaletteCommand(
            name: "certificates", argument: .none, words: "as the members serve them",
            action: .key(.screen(.certificates))),
        PaletteCommand(
            name: "handshakes", argument: .none, words: "attempts to connect, traced",
            action: .key(.screen(.handshakes))),
        PaletteCommand(name: "node", argument: .node, words: "what the node says of itself", action: .inspect),
        PaletteCommand(
            name: "console", argument: .node, words: "a shell on the node", action: .console, changesNode: true),
        PaletteCommand(name: "doctor", argument: .node, words: "the way to the node, rung by rung", action: .examine),
        PaletteCommand(
            name: "events", argument: .none, words: "what came, went and changed", action: .key(.screen(.events))),
        PaletteCommand(
            name: "log", argument: .none, words: "what this program has to report", action: .key(.screen(.log))),
        PaletteCommand(
            name: "results", argument: .none, words: "what expressions came to", action: .key(.screen(.results)),
            changesNode: true),
        PaletteCommand(
            name: "eval", argument: .expression, words: "evaluate it on the marked nodes", action: .evaluate,
            changesNode: true),
        PaletteCommand(
            name: "trace", argument: .none, words: "trace handshakes on the marked nodes, or all", action: .trace),
        PaletteCommand(name: "trace end", argument: .none, words: "end the trace", action: .endTrace),
        PaletteCommand(name: "explain", argument: .code, words: "what a code means", action: .explain),
        PaletteCommand(name: "filter", argument: .words("TEXT"), words: "show only some rows", action: .filter),
        PaletteCommand(name: "context", argument: .context, words: "another context", action: .context),
        PaletteCommand(name: "connect", argument: .words("NODE"), words: "another node's cluster", action: .connect),
        PaletteCommand(name: "pause", argument: .none, words: "stop the picture, or go on", action: .key(.pause)),
        PaletteCommand(name: "refresh", argument: .none, words: "look now", action: .key(.refresh)),
        PaletteCommand(name: "save", argument: .none, words: "save the screen into a file", action: .key(.save)),
        PaletteCommand(name: "help", argument: .none, words: "the keys", action: .key(.help)),
        PaletteCommand(
            name: "stop", argument: .node, words: "stop the node (init:stop/0)", action: .control(.stop),
            changesNode: true),
        PaletteCommand(
            name: "restart", argument: .node, words: "restart its applications (init:restart/0)",
            action: .control(.restart), changesNode: true),
        PaletteCommand(
            name: "reboot", argument: .node, words: "end its process, for heart to start it again (init:reboot/0)",
            action: .control(.reboot), changesNode: true),
        PaletteCommand(
            name: "disconnect", argument: .node, words: "the entry drops its link to it; on Mesh: between the two",
            action: .disconnect, changesNode: true),
        PaletteCommand(name: "quit", argument: .none, words: "leave", action: .key(.quit)),
    ]

    static func available(in mode: DashboardModel.NodeMode) -> [PaletteCommand] {
        all.filter { command in
            DashboardModel.allows(mode, needsNode: command.needsNode, changesNode: command.changesNode)
        }
    }

    private var needsNode: Bool {
        switch action {
        case .examine, .inspect, .console, .trace, .endTrace, .evaluate, .control, .disconnect, .key(.refresh),
            .key(.screen(.certificates)):
            true
        case .context, .connect: true
        case .key, .filter, .explain: false
        }
    }

    /// What is typed in the palette, with its argument.
    var usage: String {
        switch argument {
        case .none: name
        case .node: "\(name) [NODE]"
        case .context: "\(name) NAME"
        case .expression: "\(name) EXPRESSION"
        case .code: "\(name) [CODE]"
        case .words(let words): "\(name) \(words)"
        }
    }
}

/// What has been typed in the palette, read against the table.
struct PaletteLine {
    /// Those that it may become, the exact one first.
    var candidates: [PaletteCommand]
    /// What stands behind the name.
    var argument: String
    /// Whether a name is there as a whole.
    var isExact: Bool

    init(_ text: String, in mode: DashboardModel.NodeMode) {
        let text = text.drop { $0 == " " }
        let all = PaletteCommand.available(in: mode)
        // The longest name counts: "trace end" is not trace with an argument.
        let exact = all.filter { text == $0.name || text.hasPrefix("\($0.name) ") }
            .max { $0.name.count < $1.name.count }
        let longer = all.filter { $0.name.hasPrefix(text) && $0.name != exact?.name }
        candidates = (exact.map { [$0] } ?? []) + longer
        argument = exact.map { String(text.dropFirst($0.name.count).drop { $0 == " " }) } ?? ""
        isExact = exact != nil
        // A beginning that only one has stands for it.
        if exact == nil, candidates.count == 1 { isExact = true }
    }

    /// The line after Tab: as far as all candidates agree.
    /// - Parameter nodes: that an argument may name, as may contexts.
    static func completed(
        _ text: String, in mode: DashboardModel.NodeMode, nodes: [String], contexts: [String]
    ) -> String {
        let line = PaletteLine(text, in: mode)
        if let command = line.candidates.first, line.isExact, [.node, .context].contains(command.argument),
            text.drop(while: { $0 == " " }).hasPrefix("\(command.name) ")
        {
            let matching = (command.argument == .node ? nodes : contexts).filter { $0.hasPrefix(line.argument) }
            return matching.isEmpty ? text : "\(command.name) \(common(matching))"
        }
        guard !line.candidates.isEmpty else { return text }
        let completed = common(line.candidates.map(\.name))
        let needsMore = line.candidates.count == 1 && line.candidates[0].argument != .none
        return completed.count < text.count ? text : needsMore ? "\(completed) " : completed
    }

    private static func common(_ texts: [String]) -> String {
        guard var common = texts.first else { return "" }
        for text in texts.dropFirst() { common = common.commonPrefix(with: text) }
        return common
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
