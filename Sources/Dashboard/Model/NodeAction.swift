import ClusterAdmin
import TerminalCanvas

/// Two nodes, of which the first is asked to do something about the second.
package struct NodePair: Hashable, Sendable {
    package var from: String
    package var to: String

    package init(from: String, to: String) {
        self.from = from
        self.to = to
    }
}

/// What is done to a node once a person has said yes.
enum NodeAction: Hashable, Sendable {
    case control(NodeControl, String)
    /// The first drops its link to the second.
    case disconnect(NodePair)
    /// The first connects to the second, which is looked at from both sides.
    case dial(NodePair)

    /// Names what it is about; long names are cut in the middle, so that nothing else is.
    func words(columns: Int) -> String {
        switch self {
        case .control(let control, let node): Self.words("\(control.rawValue) ", node, columns: columns)
        case .disconnect(let pair): Self.words("disconnect ", pair.to, " from ", pair.from, columns: columns)
        case .dial(let pair): Self.words("have ", pair.from, " connect to ", pair.to, columns: columns)
        }
    }

    /// - Parameter parts: words and names of nodes by turns. A short name leaves its room to the other one.
    private static func words(_ parts: String..., columns: Int) -> String {
        let parts = parts.map { DashboardModel.safe($0) }
        let names = parts.indices.filter { $0 % 2 == 1 }
        var room = columns - parts.indices.filter { $0 % 2 == 0 }.reduce(0) { $0 + parts[$1].cellWidth }
        var shown = parts
        for (place, index) in names.sorted(by: { parts[$0].cellWidth < parts[$1].cellWidth }).enumerated() {
            shown[index] = parts[index].cutInTheMiddle(columns: max(0, room) / (names.count - place))
            room -= shown[index].cellWidth
        }
        return shown.joined()
    }

    /// Who stays as it is where the answer is not yes.
    var node: String {
        switch self {
        case .control(_, let node): node
        case .disconnect(let pair), .dial(let pair): pair.to
        }
    }

    /// What a person should know before the answer.
    var warning: String {
        switch self {
        case .control: ""
        case .disconnect: "either may dial again; from OTP 25 on global may cut links to others as well"
        case .dial: "a link that comes up stays, and global may join what was apart"
        }
    }
}
