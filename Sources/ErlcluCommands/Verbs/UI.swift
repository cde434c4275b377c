import ByteTransport
import ClusterAdmin
import ErlangNode
import NcursesTerminal
import Presentation
import ReleaseFiles
import TerminalCanvas

extension VerbSpec {
    static let ui = VerbSpec(
        name: "ui",
        aliases: ["dashboard"],
        summary: "the cluster on the whole terminal: members, events, a shell on each",
        operands: [.nodes],
        details: [
            "One connection to one node is enough: that node asks the others, over links that are there. The list is looked "
                + "at every two seconds; + and - change that, p stops the picture, r looks at once.",
            "Keys are those of k9s, less and htop: arrows or j and k, / for a filter, s to sort, Space to mark, c for a shell "
                + "on the selected node, ? for all of them, Q to leave. In a read-only context what changes a node is not there.",
            "ST is UP, or HD for a hidden node; PN where a link is being set up; DN where a node was there and is gone; UR where "
                + "others have a link to it and it gives no answer. An exclamation mark means that a person should look.",
            "When the node that is asked is lost, the last picture stays and the status bar says STALE; it, or another node that is "
                + "named, is tried again. A terminal that cannot place its cursor gets no dashboard: members -w is for those.",
        ],
        examples: [
            VerbExample("erlclu-ctl ui -n app@10.0.0.7", "the cluster of that node"),
            VerbExample("erlclu-ctl ui -c prod", "the cluster of a context"),
        ],
        statuses: [.done, .noHost, .configuration],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            if run.format != .table {
                throw .usage(.notSupported("-o \(run.format.rawValue)", reason: "a dashboard is for a terminal"))
            }
            let settings = try run.settings()
            guard let node = settings.nodes.value.first else { throw run.noNode(settings) }
            let type = run.context.environment["TERM"] ?? ""
            guard !TextStyle.isDumb(run.context.environment),
                let terminal = RawTerminal(run.context, isDumb: false, isWhole: true)
            else {
                throw .configuration(
                    message: "the dashboard needs a terminal that can place its cursor, for input and output",
                    remedy: "use members, or members -w")
            }
            let screen: NcursesScreen
            do throws(NcursesScreen.Failure) {
                let size = terminal.size
                screen = try NcursesScreen(
                    terminal: type, size: ScreenSize(columns: size.columns, rows: size.rows),
                    hasColor: run.resultStyle.hasColor)
            } catch {
                terminal.restore()
                throw CommandFailure(error)
            }
            // Each look has a time of its own: the command has none.
            let entry = try run.open(node, settings, until: nil)
            defer { entry.close() }
            return try await DashboardSession(entry, settings, run, terminal: terminal, screen: screen).attend()
        })
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
