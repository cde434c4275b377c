import ClusterAdmin
package import Diagnosis
import LineEditor
import Presentation
package import TerminalCanvas

/// All that the dashboard knows and shows. Only `update` changes it, and views draw nothing else.
package struct DashboardModel: Sendable {
    /// How the connection to the entry node is.
    package enum Link: Sendable {
        /// Nothing has been heard yet.
        case connecting
        case live
        /// The entry gives no answer: the last good data stays, and is older from second to second.
        case lost(NodeFailure)
    }

    /// What covers the body, or the last line.
    enum Overlay: Hashable, Sendable {
        case help
        /// What a code means.
        case explanation(FailureCode)
        case prompt(Prompt)
    }

    /// What was recorded once is shown.
    package struct Replay: Hashable, Sendable {
        package var isPaused = false
        package var isOver = false
        /// Of `speeds`.
        package var speed: Int

        static let speeds = [1, 2, 5, 10, 60, 600]

        package init(speed: Int = 1) { self.speed = speed }
    }

    enum TraceState: Hashable, Sendable {
        case off
        case starting
        case running
    }

    package var size: ScreenSize
    var isASCII: Bool
    /// The context's name, or the entry node's.
    var title: String
    /// The context, where there is one.
    package var contextName: String?
    /// Nodes that a context names: they are to be there.
    package var expected: [String] = []
    /// "tls", "tcp" or "ssh": what was to be used.
    var transport: String
    /// Why SSH is used instead; nil: it is not.
    var detour: NodeFailure?
    var mode: NodeMode
    /// What an operator types for a means that a remedy names.
    let means: @Sendable (Remedy.Means) -> String
    package var entry: String

    var screen = Screen.members
    /// Where Escape leads from here.
    var previousScreen = Screen.members
    /// What there is to connect to; nil where a cluster was named, and nothing can be chosen.
    var choices: [DashboardChoice]?
    /// Contexts that can be gone to where nothing was offered to choose from.
    package var contexts: [String] = []
    /// Why the last choice could not be taken.
    var connectionProblem: [ConnectionProblem]?
    /// Whether a key has been pressed there: until then the first one is selected, whatever is found later.
    var isChoiceTouched = false
    /// What was chosen last; nil: nothing, what is shown was named before.
    var target: DashboardTarget?
    /// What is gone to once there is a list.
    var awaitedScreen: Screen?
    var overlay: Overlay?
    var link = Link.connecting
    var cluster = ClusterPicture()
    var lists: [Screen: ListState] = Dictionary(
        uniqueKeysWithValues: Screen.allCases.compactMap { screen in screen.list.map { (screen, $0.start) } })
    /// On the screen Mesh: the node whose column is looked at; nil: that of the row's first trouble.
    var meshPeer: String?
    /// Whether the keys that move act on the pane.
    var isPaneFocused = false
    /// Lines of the pane, or of the help, that are above the window.
    var paneScroll = 0
    /// Microseconds since the epoch.
    package var now: Int
    var interval = Self.usualInterval
    /// The picture at the moment when a person stopped it; it goes on behind.
    var frozen: ClusterPicture?
    /// Whom a look is waiting for, once it takes long.
    var awaited: [String] = []
    /// What a look costs the members, once that is known.
    var cost: RefreshCost?
    var trace = TraceState.off
    /// Nil where the cluster is live.
    package var replay: Replay?
    /// On the screen Handshakes.
    var showsFailuresOnly = false
    var examination: Examination?
    var inspection: Inspection?
    /// As they were seen last.
    var certificates: [NodeCertificate] = []
    /// When that was, microseconds since the epoch.
    var certificatesSeen: Int?
    /// Why they could not be seen since.
    var certificatesFailure: NodeFailure?
    /// Oldest first.
    var results: [EvaluationResult] = []
    /// Expressions so far.
    var evaluations = 0
    /// What was typed before, the last one last.
    var history = History()
    /// Oldest first.
    var log: [LogLine] = []
    /// How many there were before these.
    var logDropped = 0
    /// A sentence in the last line, until the next key.
    var notice: String?
    /// Whether the rest of what was typed at once is for nobody.
    var ignoresBurst = false
    /// Whether what an epmd knows is to come.
    var awaitsRegistrations = false
    /// What was shown before another cluster was chosen, until that one is there; at most one.
    var former: [DashboardModel] = []
    /// When it was last asked what there is to connect to, microseconds since the epoch.
    var choicesAsked = 0

    /// Seconds between two looks that a person may choose.
    static let intervals = [1, 2, 5, 10, 30, 60]
    package static let usualInterval = 2
    /// More than a person reads; the oldest are dropped.
    static let resultsLimit = 500
    static let logLimit = 1000

    /// What a context allows.
    package enum NodeMode: Sendable {
        case readWrite, protected, readOnly
        /// There are no nodes, only what was recorded of them.
        case recorded
        /// Nothing has been chosen yet.
        case unconnected

        /// In the status bar.
        var word: String {
            switch self {
            case .readWrite: ""
            case .protected: " PROT"
            case .readOnly: " read-only"
            case .recorded, .unconnected: ""
            }
        }

        /// Why a key or a command is not there that is there elsewhere; nil where all are.
        var refusal: String? {
            switch self {
            case .readWrite, .protected: nil
            case .readOnly: "the context is read-only"
            case .recorded: "a recording has no nodes"
            case .unconnected: "nothing is connected yet"
            }
        }
    }

    package init(
        title: String, entry: String, transport: String, mode: NodeMode, size: ScreenSize, isASCII: Bool, now: Int,
        means: @escaping @Sendable (Remedy.Means) -> String
    ) {
        self.title = title
        self.entry = entry
        self.transport = transport
        self.mode = mode
        self.size = size
        self.isASCII = isASCII
        self.now = now
        self.means = means
    }

    /// Whether a key or a command that needs nodes, or changes one, is there.
    package static func allows(_ mode: NodeMode, needsNode: Bool, changesNode: Bool) -> Bool {
        switch mode {
        case .readWrite, .protected: true
        case .readOnly: !changesNode
        case .recorded, .unconnected: !needsNode && !changesNode
        }
    }

    /// What is shown: what was known when the picture was stopped, or what is known now.
    var picture: ClusterPicture { frozen ?? cluster }

    /// The list of the screen.
    var list: ListState {
        get { lists[screen] ?? ListState(sortKey: "") }
        set { lists[screen] = newValue }
    }

    /// The list of a screen, whichever one is shown.
    func list<S: ListScreen>(of screen: S.Type) -> ListState {
        Screen.allCases.first { $0.list == screen }.flatMap { lists[$0] } ?? S.start
    }

    /// Members, and those that are lost, expected or only registered; in order.
    package var listedNodes: [String] { cluster.rows(at: now, expected: expected).map(\.name).sorted() }

    /// The nodes that a person has marked, so far as they are listed.
    var markedNodes: [String] {
        let marked = lists[.members]?.marked ?? []
        return marked.isEmpty ? [] : listedNodes.filter { marked.contains($0) }
    }

    var isTracing: Bool { trace != .off }

    /// The names of the rows of the screen, in order.
    var names: [String] {
        func listed<S: ListScreen>(_ screen: S.Type) -> [String] { S.listed(self).map(\.name) }
        return screen.list.map { listed($0) } ?? []
    }

    /// The keys of the columns of the screen.
    var columnKeys: [String] { columnNames.map(\.key) }

    /// The same with what stands above them.
    var columnNames: [RowFilter.Column] {
        func names<S: ListScreen>(_ screen: S.Type) -> [RowFilter.Column] {
            S.columns(self).map { RowFilter.Column(key: $0.key, heading: $0.heading) }
        }
        return screen.list.map { names($0) } ?? []
    }

    /// The code that the selected row is about.
    var selectedCode: FailureCode? {
        switch screen {
        case .members: MembersScreen.selected(self)?.member.silence?.code
        case .handshakes: HandshakesScreen.selected(self)?.failure?.code
        case .certificates: CertificatesScreen.selected(self)?.certificate.failure?.code
        case .node: inspection?.failure?.code
        case .results: ResultsScreen.selected(self)?.result.failure?.code
        case .doctor: DoctorScreen.selected(self)?.code
        case .mesh, .events, .log, .picker, .console: nil
        }
    }

    /// The selected row as text: its title, and its detail.
    var selectedText: String? {
        func text<S: ListScreen>(_ screen: S.Type) -> String? {
            S.selected(self).map { row in
                let lines = S.detail(row, self, columns: 200).map { line in
                    line.label.isEmpty ? line.text : "\(line.label) \(line.text)"
                }
                return ([Self.safe(row.title)] + lines).map { $0 + "\n" }.joined()
            }
        }
        return screen.list.flatMap { text($0) }
    }

    mutating func add(toLog text: String) {
        log.append(LogLine(time: now, text: text))
        guard log.count > Self.logLimit else { return }
        log.removeFirst(log.count - Self.logLimit)
        logDropped += 1
    }
}
