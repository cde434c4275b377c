import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import NcursesTerminal
import Presentation
import ReleaseFiles
import TerminalCanvas

extension VerbSpec {
    static let ui = VerbSpec(
        name: "ui",
        aliases: ["dashboard"],
        summary: "the cluster on the whole terminal: members, handshakes, events, shells",
        operands: [.nodes],
        options: [
            OptionSpec(
                .screen, value: OptionValue("SCREEN", .choice(DashboardVerb.screens.keys.sorted())),
                help: "begin with this screen"),
            OptionSpec(.once, help: "write one screen to standard output, and end: for scripts"),
            OptionSpec(.plain, help: "print changes as sentences, for screen readers and logs"),
            OptionSpec(
                .for, value: OptionValue("DURATION", .duration),
                help: "with --once: look at the screen for so long first"),
            OptionSpec(
                .size, value: OptionValue("COLUMNSxROWS", .text), help: "with --once: how large the screen is (80x24)"),
            OptionSpec(
                .record, value: OptionValue("FILE", .file), help: "keep what is seen of the cluster in this file"),
            OptionSpec(.replay, value: OptionValue("FILE", .file), help: "show such a file again; asks no node"),
            OptionSpec(
                .speed, value: OptionValue("N", .text),
                help: "with --replay: so many times faster; 0 is without a pause"),
        ],
        details: [
            "Where nothing is named that could be connected to, a list is shown to choose from: contexts, releases of "
                + "RELEASE_ROOT and of the current folder, and the nodes that the epmd of this host knows. erlclu-ctl without a "
                + "verb begins so, too.",
            "One connection to one node is enough: that node asks the others, over links that are there. The list is looked "
                + "at every two seconds; + and - change that, p stops the picture, r looks at once. A member that is slow or "
                + "hangs holds back none of the others. Behind the interval stands what a look costs the node that it costs "
                + "most, where there is room.",
            "Keys are those of k9s, less and htop: arrows or j and k, / for a filter, s to sort, Space to mark and go down, c for a shell "
                + "on the selected node, ? for all of them, Q to leave. In a read-only context what changes a node is not there.",
            "ST is UP, or HD for a hidden node; PN where a link is being set up; DN where a node was there and is gone; UR where "
                + "others have a link to it and it gives no answer; GH where a context names it and nobody has a link to it; RG "
                + "where the epmd of its host has it registered and no member lists it. An exclamation mark means that a person "
                + "should look: at an RG, where the node that is asked knows its name, so that it is cut off, refused or was "
                + "never reached; one that it has not heard of since it began may belong to another cluster. RTT is from a look's question to the answer through the entry, the node's own work in it; for "
                + "the entry it is that of our link.",
            "A member that nobody lists any more is dead, or it and we are on two sides of a split: the status bar says so until "
                + "the epmd of its host, asked from here, knows which. That epmd is asked for its names when somebody is missed, "
                + "and every half minute, up to 64 hosts of members; over SSH and behind --via, those of other hosts by the node "
                + "that is asked; none behind --address or without epmd. No node connects to another for it.",
            "Handshakes (3) traces attempts to connect on the marked nodes or all, as trace dist does, with the ladder, the "
                + "reason and the remedy of the selected one; tools and probes that come from one place to one node, and go well, "
                + "are one row with their number; the trace runs until t ends it, or the dashboard ends. Doctor "
                + "(d) looks at the way to the selected node; e evaluates an expression on the marked nodes; : takes commands "
                + "such as :doctor NODE, :stop NODE and :disconnect NODE, and asks before it changes a node.",
            "When the node that is asked is lost, the last picture stays and the status bar says STALE; it, another node that is "
                + "named, or another member is tried then; not a member where --address says where to dial. A terminal that cannot place its cursor gets no dashboard: --plain and members -w are "
                + "for those.",
            "With --record the members and the traced handshakes are kept, a JSON line each; no cookie, key or result of an "
                + "expression is among them. --replay shows them again: p pauses, + and - change the speed, F goes on up to "
                + "the next failure. --once writes the screen as text, as -o json its rows, as -o svg a picture.",
        ],
        examples: [
            VerbExample("erlclu-ctl ui -n app@10.0.0.7", "the cluster of that node"),
            VerbExample("erlclu-ctl ui -c prod --record night.jsonl", "the cluster of a context, kept for later"),
            VerbExample("erlclu-ctl ui --replay night.jsonl", "what was seen then"),
            VerbExample("erlclu-ctl ui -c prod --once -o svg >members.svg", "a picture of the members"),
        ],
        statuses: [
            .done, .usage, .noInput, .noHost, .unavailable, .timeout, .protocolMismatch, .authentication,
            .configuration,
        ],
        defaultTimeout: .seconds(10),
        ownFormats: ["svg"],
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in try await DashboardVerb(run).show() })
}

/// `ui`, in all of its forms.
struct DashboardVerb {
    /// By the words of `--screen`.
    static let screens: [String: Screen] = Dictionary(
        uniqueKeysWithValues: Screen.allCases.filter { $0 != .console && $0 != .results && $0 != .picker }.map {
            ($0.title.lowercased(), $0)
        })

    private let run: CommandRun
    private var isOnce: Bool { run.options.contains(.once) }
    private var isPlain: Bool { run.options.contains(.plain) }

    init(_ run: CommandRun) { self.run = run }

    @LoopActor
    func show() async throws(CommandFailure) -> ExitStatus {
        try check()
        let messages = EventQueue<DashboardMessage>(limit: 4096)
        let recording = try run.options.value(.record).map { (path) throws(CommandFailure) in
            try DashboardRecording(path, run)
        }
        if let path = run.options.value(.replay) {
            let speed = try number(.speed, isOnce ? 0 : 1)
            let source = RecordedCluster(try RecordingReader(path, run), speed: speed, messages)
            var model = model(title: path == "-" ? "standard input" : path, entry: "", transport: "", .recorded)
            model.replay = DashboardModel.Replay(speed: speed)
            let status = try await present(model, source, messages, recording)
            if let fault = source.fault { throw fault }
            return status
        }
        let settings = try run.settings()
        guard let node = settings.nodes.value.first else {
            // A name that is wrong, and a script, get the error.
            guard !isOnce, !isPlain, recording == nil, settings.nameProblem == nil, settings.release == nil else {
                throw run.noNode(settings)
            }
            await run.context.targets.giveUpTerminal(via: nil)
            let model = model(title: "erlclu-ctl", entry: "", transport: "", .unconnected)
            return try await present(model, ChosenCluster(nil, run, messages), messages, nil)
        }
        if !isOnce, !isPlain { await run.context.targets.giveUpTerminal(via: settings.via?.value) }
        let (model, cluster) = try await cluster(through: node, settings, messages)
        return try await present(model, cluster, messages, recording)
    }

    /// A cluster that was named, and what is known of it beforehand. Nobody else keeps it: when another one is looked at, the
    /// tunnel to this one ends.
    @LoopActor
    private func cluster(
        through node: String, _ settings: NodeSettings, _ messages: EventQueue<DashboardMessage>
    ) async throws(CommandFailure) -> (DashboardModel, ChosenCluster) {
        // Each look has a time of its own: the command has none.
        let entry = try run.open(node, settings, until: nil)
        // What a person is asked on the way is asked before the screen is drawn. Why it leads nowhere is shown there.
        if settings.transport.value == .ssh, !isOnce, !isPlain, run.canAsk { try? await entry.connect() }
        let identity = settings.identity(entry: entry.node)
        var model = model(
            title: identity.title, entry: entry.node, transport: identity.transport, identity.mode)
        model.contextName = identity.context
        model.expected = identity.expected
        do throws(SettingsError) { model.contexts = try run.context.targets.contexts().names } catch {}
        let live = LiveCluster(entry, settings, run, messages)
        return (model, ChosenCluster(live, run, messages))
    }

    private func check() throws(CommandFailure) {
        if run.line.isVerbImplied, TextStyle.isDumb(run.context.environment) || !run.context.hasTerminal {
            throw .usage(
                .settings(
                    "no verb is given, and the dashboard, which is shown then, needs a terminal: ui --once writes one screen, "
                        + "ui --plain its changes as sentences"))
        }
        if isOnce, isPlain { throw .usage(.exclusive("--once", "--plain")) }
        if !isOnce {
            if run.format != .table || run.ownFormat != nil {
                let format = run.ownFormat ?? run.format.rawValue
                let reason =
                    isPlain
                    ? "--plain prints sentences; ui --once takes it"
                    : "a dashboard is for a terminal; ui --once takes it"
                throw .usage(.notSupported("-o \(format)", reason: reason))
            }
            for name in [OptionName.for, .size] where run.options.contains(name) {
                throw .usage(.settings("--\(name.rawValue) goes with --once"))
            }
        }
        if !run.options.contains(.replay), run.options.contains(.speed) {
            throw .usage(.settings("--speed goes with --replay"))
        }
        if run.options.contains(.replay) {
            for name in [OptionName.node, .context, .record] where run.options.contains(name) {
                throw .usage(.exclusive("--replay", "--\(name.rawValue)"))
            }
        }
    }

    private func number(_ option: OptionName, _ usual: Int) throws(CommandFailure) -> Int {
        guard let text = run.options.value(option) else { return usual }
        guard let number = Int(text), (0...100_000).contains(number) else {
            throw .usage(
                .invalidValue(
                    place: "--\(option.rawValue)", value: text, expected: "a number from 0 to 100000", suggestion: nil))
        }
        return number
    }

    @LoopActor
    private func model(
        title: String, entry: String, transport: String, _ mode: DashboardModel.NodeMode
    ) -> DashboardModel {
        DashboardModel(
            title: title, entry: entry, transport: transport, mode: mode, size: ScreenSize(columns: 80, rows: 24),
            isASCII: run.resultStyle.isASCII || !Self.isUTF8(run.context.environment), now: run.context.time(),
            means: Remedy.option)
    }

    /// The first of these that is set decides, as setlocale(3) has it.
    private static func isUTF8(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
    }

    // MARK: forms

    @LoopActor
    private func present(
        _ model: DashboardModel, _ source: any DashboardSource, _ messages: EventQueue<DashboardMessage>,
        _ recording: DashboardRecording?
    ) async throws(CommandFailure) -> ExitStatus {
        let screen = run.options.value(.screen).flatMap { Self.screens[$0] } ?? .members
        guard model.replay == nil || screen.isAvailable(in: .recorded) else {
            throw .usage(
                .notSupported("--screen \(screen.title.lowercased())", reason: "a recording has nothing for it"))
        }
        var model = model
        if isPlain {
            return try await DashboardPage(model, source, messages, run, recording: recording)
                .follow(tracing: screen == .handshakes)
        }
        if isOnce {
            model.size = try size()
            let time = run.options.value(.for).flatMap { DurationSyntax($0)?.duration } ?? nil
            return try await DashboardPage(model, source, messages, run, recording: recording)
                .show(
                    screen, for: time ?? (screen == .handshakes && model.replay == nil ? .seconds(3) : nil),
                    hasOneWay: run.knownSettings?.nodes.value.count == 1)
        }
        let (terminal, screenOfTerminal) = try terminal()
        let size = terminal.size
        model.size = ScreenSize(columns: size.columns, rows: size.rows)
        if screen != .members { messages.push(.show(screen)) }
        return try await DashboardSession(
            model, source, messages, run, recording: recording, terminal: terminal, screen: screenOfTerminal
        ).attend()
    }

    private func size() throws(CommandFailure) -> ScreenSize {
        guard let text = run.options.value(.size) else { return ScreenSize(columns: 80, rows: 24) }
        let parts = text.split(separator: "x").map { Int($0) }
        guard parts.count == 2, let columns = parts[0], let rows = parts[1], (1...500).contains(columns),
            (1...500).contains(rows)
        else {
            throw .usage(
                .invalidValue(place: "--size", value: text, expected: "such as 80x24, each up to 500", suggestion: nil))
        }
        let least = DashboardModel.least
        guard columns >= least.columns, rows >= least.rows else {
            throw .usage(
                .invalidValue(
                    place: "--size", value: text,
                    expected: "at least \(least.columns)x\(least.rows), as a smaller screen shows nothing",
                    suggestion: nil))
        }
        return ScreenSize(columns: columns, rows: rows)
    }

    @LoopActor
    private func terminal() throws(CommandFailure) -> (RawTerminal, NcursesScreen) {
        guard !TextStyle.isDumb(run.context.environment),
            let terminal = RawTerminal(run.context, for: .screen)
        else {
            throw .configuration(
                message: "the dashboard needs a terminal that can place its cursor, for input and output",
                remedy: "use ui --plain, ui --once, members, or members -w")
        }
        do throws(NcursesScreen.Failure) {
            let size = terminal.size
            let screen = try NcursesScreen(
                terminal: run.context.environment["TERM"] ?? "",
                size: ScreenSize(columns: size.columns, rows: size.rows), hasColor: run.resultStyle.hasColor)
            return (terminal, screen)
        } catch {
            terminal.restore()
            throw CommandFailure(error)
        }
    }
}

extension CommandContext {
    /// Whether a person sits before input and output.
    fileprivate var hasTerminal: Bool { inputIsTerminal && outputIsTerminal }
}

extension CommandFailure {
    fileprivate init(_ failure: NcursesScreen.Failure) {
        switch failure {
        case .libraryMissing(let problem, let remedy):
            self = .configuration(message: "ncurses cannot be used: \(problem)", remedy: remedy)
        case .unusable(let terminal):
            self = .configuration(
                message: terminal.isEmpty
                    ? "TERM is not set" : "the terminal type '\(terminal)' is not known, or cannot place its cursor",
                remedy: "set TERM to what the terminal is, such as xterm-256color")
        case .outOfMemory: self = .configuration(message: "there is no memory for a screen", remedy: nil)
        }
    }
}
