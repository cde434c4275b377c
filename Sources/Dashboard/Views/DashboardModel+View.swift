import ClusterAdmin
import Diagnosis
import Presentation
package import TerminalCanvas

extension DashboardModel {
    /// Below this nothing can be read.
    private static let least = ScreenSize(columns: 40, rows: 10)

    var isTooSmall: Bool { size.columns < Self.least.columns || size.rows < Self.least.rows }

    /// The screen as it is now.
    package func view() -> Canvas {
        var canvas = Canvas(size, isASCII: isASCII)
        if isTooSmall {
            canvas.put("too small: 40x10 is the least. Q quits", at: 0, 0)
            return canvas
        }
        let (head, rest) = canvas.area.split(top: 2)
        let (body, foot) = rest.split(bottom: 1)
        drawStatus(&canvas, head)
        drawScreens(&canvas, head)
        switch overlay {
        case .help: drawHelp(&canvas, body)
        case .filter, nil:
            switch screen {
            case .members, .console: drawMembers(&canvas, body)
            case .events: drawEvents(&canvas, body)
            }
        }
        drawKeys(&canvas, foot)
        return canvas
    }

    /// Text from a node, as it may stand in a cell.
    static func safe(_ text: String) -> String { TerminalText.escaped(text, keepingLines: false) }

    // MARK: the frame

    /// Line 1: which cluster, how it is, and how fresh the picture is.
    private func drawStatus(_ canvas: inout Canvas, _ area: Area) {
        canvas.put(String(repeating: " ", count: size.columns), at: 0, area.row)
        let right = "\(ClockTime.second(now)) \(interval)s  \(liveness)"
        let room = size.columns - right.cellWidth - 2
        canvas.put(" \(Self.safe(summary))", at: 0, area.row, width: room)
        canvas.put(right, at: size.columns - right.cellWidth - 1, area.row)
        canvas.restyle(Area(column: 0, row: area.row, columns: size.columns, rows: 1)) { _ in
            Style(.plain, .reverse)
        }
    }

    private var summary: String {
        let rows = picture.rows(at: now)
        var counts: [String] = []
        for word in ["UP", "HD", "PN", "DN", "UR", "??"] {
            let count = rows.count { $0.stateWord == word }
            if count > 0 { counts.append("\(count) \(word)") }
        }
        let few = rows.count { $0.member.certificateDays.map { $0 < 14 } ?? false }
        return "\(title)\(mode.word) \(transport)  \(counts.joined(separator: " "))"
            + (few > 0 ? "  cert \(few)<14d" : "")
    }

    private var liveness: String {
        if frozen != nil { return "PAUSED" }
        switch link {
        case .connecting: return "CONNECTING"
        case .live: return "LIVE"
        case .lost: return "STALE"
        }
    }

    /// Line 2: the screens; the one that is shown is bold.
    private func drawScreens(_ canvas: inout Canvas, _ area: Area) {
        var column = 1
        for screen in Screen.allCases where mode != .readOnly || screen != .console {
            let style = screen == self.screen ? Style(.accent, [.bold, .underline]) : Style(.plain)
            column += canvas.put("\(screen.rawValue)\(screen.title)", at: column, area.row + 1, style) + 1
        }
    }

    /// The last line: what is typed, what went wrong, or the keys.
    private func drawKeys(_ canvas: inout Canvas, _ area: Area) {
        if case .filter(let text) = overlay {
            let end = canvas.put("/\(Self.safe(text))", at: 1, area.row, Style(.plain, .bold))
            canvas.put(" ", at: 1 + end, area.row, Style(.plain, .reverse))
            canvas.put("Enter keep, Esc all rows", at: max(4 + end, size.columns - 25), area.row, Style(.muted))
            return
        }
        if let (words, role) = urgent {
            canvas.put(Self.safe(words), at: 1, area.row, width: size.columns - 2, Style(role))
            return
        }
        let hints = KeyBinding.available(in: mode).compactMap(\.hint)
        var column = 1
        for hint in ["?help"] + hints.filter({ $0 != "?help" }) {
            guard column + hint.count < size.columns else { break }
            column += canvas.put(hint, at: column, area.row, Style(.muted)) + 2
        }
    }

    /// What a person should know now, in a line.
    private var urgent: (String, Style.Role)? {
        if let notice { return (notice, .warning) }
        if case .lost(let failure) = link {
            return ("\(failure.code.rawValue): \(failure.message); trying again", .failure)
        }
        guard !awaited.isEmpty else { return nil }
        let others = awaited.count > 3 ? " and \(awaited.count - 3) others" : ""
        return ("waiting for \(awaited.prefix(3).joined(separator: ", "))\(others)", .muted)
    }
}
