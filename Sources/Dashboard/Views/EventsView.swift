import Presentation
import TerminalCanvas

/// What happened, newest last.
extension DashboardModel {
    func drawEvents(_ canvas: inout Canvas, _ area: Area) {
        let happenings = picture.happenings
        if happenings.isEmpty {
            canvas.put("nothing has changed since \(entry) is watched", at: 2, area.row + 1, Style(.muted))
            return
        }
        let (heading, body) = area.split(top: 1)
        canvas.put("  TIME          NODE AND EVENT", at: 0, heading.row, Style(.plain, .bold))
        let top = min(scroll, max(0, happenings.count - body.rows))
        for (offset, happening) in happenings[top...].prefix(body.rows).enumerated() {
            let row = body.row + offset
            if happening.isTrouble { canvas.put("!", at: 0, row, Style(.failure)) }
            canvas.put(ClockTime.text(happening.time), at: 2, row, Style(.muted))
            let node = canvas.put(Self.safe(happening.node), at: 16, row, width: 40)
            canvas.put(Self.safe(happening.words), at: 17 + node, row, Style(happening.isTrouble ? .failure : .plain))
        }
    }
}
