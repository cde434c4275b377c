import ClusterAdmin
package import Diagnosis
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
        /// The filter as it is typed.
        case filter(String)
    }

    package var size: ScreenSize
    let isASCII: Bool
    /// The context's name, or the entry node's.
    let title: String
    /// "tls" or "tcp".
    let transport: String
    let mode: NodeMode
    /// What an operator types for a means that a remedy names.
    let means: @Sendable (Remedy.Means) -> String
    package var entry: String

    var screen = Screen.members
    var overlay: Overlay?
    var link = Link.connecting
    var cluster = ClusterPicture()
    var list = ListState(sortKey: "st")
    /// Rows of the help or of the events that are above the window.
    var scroll = 0
    /// Microseconds since the epoch.
    package var now: Int
    var interval = Self.intervals[1]
    /// The picture at the moment when a person stopped it; it goes on behind.
    var frozen: ClusterPicture?
    /// Whom a look is waiting for, once it takes long.
    var awaited: [String] = []
    /// A sentence in the last line, until the next key.
    var notice: String?

    /// Seconds between two looks that a person may choose.
    static let intervals = [1, 2, 5, 10, 30, 60]

    /// What a context allows.
    package enum NodeMode: Sendable {
        case readWrite, protected, readOnly

        /// In the status bar.
        var word: String {
            switch self {
            case .readWrite: ""
            case .protected: " PROT"
            case .readOnly: " read-only"
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

    /// What is shown: what was known when the picture was stopped, or what is known now.
    var picture: ClusterPicture { frozen ?? cluster }

    /// The rows of the list in order, without those that the filter leaves out.
    var rows: [MemberRow] {
        let rows = picture.rows(at: now).filter { list.filter.accepts($0.fields) }
        let key = list.sortKey
        let sorted = rows.sorted { MemberRow.isOrdered($0, $1, by: key) }
        return list.isReversed ? sorted.reversed() : sorted
    }

    var selectedRow: MemberRow? { rows.first { $0.member.node == list.selected } }
}
