import Diagnosis
package import HandshakeTrace
import TerminalCanvas

extension EventWords {
    /// Who did what in an attempt, by time: a line an event.
    /// - Parameter nodes: the two, so that what they do stands below each other.
    package static func story(of attempt: ConnectionAttempt, between nodes: [String]) -> [String] {
        let names = nodes.map(\.cellWidth).max() ?? 0
        return attempt.story.map { event in
            let tenths = (event.time &- attempt.start) / 100
            let time = "\(tenths / 10).\(tenths % 10) ms"
            var who = ""
            if case .node(let name) = event.vantage { who = name }
            let arrow = event.sender.map { $0 == .initiator ? "->" : "<-" } ?? "  "
            return String(repeating: " ", count: max(0, 10 - time.count)) + time + "  "
                + who + String(repeating: " ", count: max(0, names - who.cellWidth)) + "  "
                + event.stage.rawValue + String(repeating: " ", count: max(1, 10 - event.stage.rawValue.count))
                + arrow + " " + EventWords.of(event)
        }
    }
}
