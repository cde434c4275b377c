import ClusterAdmin
import Diagnosis
import Presentation
package import TerminalCanvas

extension DashboardModel {
    /// Below this nothing can be read.
    package static let least = ScreenSize(columns: 40, rows: 10)

    package var isTooSmall: Bool { size.columns < Self.least.columns || size.rows < Self.least.rows }

    /// The screen as it is now.
    package func view() -> Canvas {
        var canvas = Canvas(size, isASCII: isASCII)
        if isTooSmall {
            canvas.put("too small: 40x10 is the least. Q quits", at: 0, 0)
            return canvas
        }
        let (head, rest) = canvas.area.split(top: 2)
        var (body, foot) = rest.split(bottom: 1)
        drawStatus(&canvas, head)
        if !isChoosing { drawScreens(&canvas, head) }
        body = drawBanner(&canvas, body)
        switch overlay {
        case .help: drawHelp(&canvas, body)
        case .explanation(let code): drawExplanation(of: code, &canvas, body)
        case .prompt, nil: if let list = screen.list { drawList(list, &canvas, body) }
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
        let (forms, more) = summary
        let time = ClockTime.second(now)
        let usual = "\(time) \(staleness ?? "\(interval)s")"
        let rights = ["\(usual)\(costWords)", usual, time, staleness ?? ""].map {
            $0.isEmpty ? liveness : "\($0)  \(liveness)"
        }
        // What is new and who is in trouble come before the time. A phrase stands there as a whole, or not at all.
        func fits(_ words: String, _ right: String) -> Bool {
            words.cellWidth + right.cellWidth + 3 <= size.columns
        }
        let first = forms.first { fits($0, liveness) } ?? forms.last ?? ""
        var left = first
        for phrase in more.urgent where fits("\(left)  \(phrase)", liveness) { left += "  \(phrase)" }
        let right = (rights + [liveness]).first { fits(left, $0) } ?? liveness
        let room = size.columns - right.cellWidth - 2
        for phrase in more.other where fits("\(left)  \(phrase)", right) { left += "  \(phrase)" }
        canvas.put(left, at: 1, area.row, width: room - 1)
        canvas.put(right, at: size.columns - right.cellWidth - 1, area.row)
        canvas.restyle(Area(column: 0, row: area.row, columns: size.columns, rows: 1)) { _ in
            Style(.plain, .reverse)
        }
    }

    /// What always stands there, from the longest form to the shortest; and what follows where there is room, the first
    /// before the others, what is urgent before the time.
    private var summary: (forms: [String], more: (urgent: [String], other: [String])) {
        if isChoosing { return (["erlclu-ctl"], ([], [])) }
        let rows = MembersScreen.rows(self)
        let words = rows.map(\.stateWord)
        let counts = ["UP", "HD", "PN", "DN", "UR", "GH", "RG", "??"].compactMap { word in
            let count = words.count { $0 == word }
            return count > 0 ? "\(count) \(word)" : nil
        }.joined(separator: " ")
        let few = rows.count { $0.member.certificateDays.map { $0 < 14 } ?? false }
        let usual = "\(title)\(mode.word) \(detour == nil ? transport : "ssh (\(transport) failed)")  \(counts)"
        let brief = "\(title)\(mode.word)\(detour == nil ? "" : " ssh!")  \(counts)"
        let strangers = picture.strangers(besides: expected)
        let alarms = [picture.lossAlarm.map { $0.forms(Self.minute($0.since)) }, StrangerAlarm.forms(strangers)]
            .compactMap { $0 }
        let losses = (0..<(alarms.map(\.count).max() ?? 1)).map { index in
            alarms.map { "  \($0[min(index, $0.count - 1)])" }.joined()
        }
        let forms = (losses.map { usual + $0 } + losses.map { brief + $0 }).sorted { $0.cellWidth > $1.cellWidth }
        // Where not even that has room, the counts are cut.
        let least = "\(title)\(mode.word)\(detour == nil ? "" : " ssh!")\(losses.last ?? "")  \(counts)"
        return (
            (forms + [least]).map { Self.safe($0) },
            (
                (picture.isMeshTroubled ? ["mesh !"] : []) + (isTracing ? ["TRACE"] : [])
                    + (StrangerAlarm.remark(strangers).map { [$0] } ?? []),
                (few > 0 ? ["cert \(few)<14d"] : []) + (awaited.isEmpty ? [] : ["waits for \(awaited.count)"])
            )
        )
    }

    /// A time to the minute, UTC.
    static func minute(_ time: Int) -> String { String(ClockTime.second(time).prefix(5)) }

    /// How old the picture is, where it is not new any more.
    private var staleness: String? {
        guard case .lost = link, let seen = cluster.seen, frozen == nil, replay == nil else { return nil }
        return "seen \(Cell.seconds(max(0, now - seen) / 1_000_000).shown) ago"
    }

    /// What a look costs the node that it costs most.
    private var costWords: String {
        guard let cost, frozen == nil else { return "" }
        let most = max(cost.entry, cost.dearestCost)
        return most < 10_000 ? " \(most)us" : " \(most / 1_000)ms"
    }

    private var liveness: String {
        if mode == .unconnected { return "NOT CONNECTED" }
        if let replay {
            let speed = replay.speed == 1 ? "" : " x\(replay.speed)"
            return replay.isOver ? "REPLAY END" : replay.isPaused ? "REPLAY PAUSED" : "REPLAY\(speed)"
        }
        if frozen != nil { return "PAUSED" }
        switch link {
        case .connecting: return "CONNECTING"
        case .live: return "LIVE"
        case .lost: return "STALE"
        }
    }

    /// Line 2: the screens; the one that is shown is bold.
    private func drawScreens(_ canvas: inout Canvas, _ area: Area) {
        let screens = Screen.allCases.filter {
            ($0.digit != nil || $0 == screen) && $0.isAvailable(in: mode)
        }
        func words(_ title: (Screen) -> String) -> [String] {
            screens.map { ($0.digit.map { String($0) } ?? "") + title($0) }
        }
        let forms = [
            words(\.title), words(\.shortTitle), words { $0 == self.screen ? $0.title : $0.letters },
            words { $0 == self.screen ? $0.title : "" },
        ]
        let fitting = forms.first { $0.reduce(1) { $0 + $1.count + 1 } <= size.columns } ?? forms[3]
        var column = 1
        for (screen, words) in zip(screens, fitting) {
            let style = screen == self.screen ? Style(.accent, [.bold, .underline]) : Style(.plain)
            column += canvas.put(words, at: column, area.row + 1, style) + 1
        }
    }

    /// The last line: what is typed, what went wrong, or the keys.
    private func drawKeys(_ canvas: inout Canvas, _ area: Area) {
        if case .prompt(let prompt) = overlay { return drawPrompt(prompt, &canvas, area) }
        if let (words, role) = urgent {
            return drawSentence(words, Style(role), &canvas, area.row)
        }
        if overlay != nil {
            canvas.put("Up/Down scroll  any other key: back", at: 1, area.row, Style(.muted))
            return
        }
        if isChoosing {
            let back = mode == .unconnected ? "q leave" : "Esc back  q leave"
            canvas.put("Enter connect  /filter  \(back)  ?help  r refresh", at: 1, area.row, Style(.muted))
            return
        }
        let hints = KeyBinding.available(in: mode).filter { $0.hintScreens.isEmpty || $0.hintScreens.contains(screen) }
            .compactMap(\.hint)
        var column = 1
        for hint in ["?help"] + hints.filter({ $0 != "?help" }) {
            guard column + hint.count < size.columns else { break }
            column += canvas.put(hint, at: column, area.row, Style(.muted)) + 2
        }
    }

    private static let more = " ... (0 Log)"

    /// What is too long stands in the log as a whole.
    private func drawSentence(_ words: String, _ style: Style, _ canvas: inout Canvas, _ row: Int) {
        let (words, room) = (Self.safe(words), size.columns - 2)
        let shown = words.cellWidth > room ? words.prefix(columns: room - Self.more.count) + Self.more : words[...]
        canvas.put(shown, at: 1, row, width: room, style)
    }

    /// What a person should know now, in a line.
    private var urgent: (String, Style.Role)? {
        if let notice { return (notice, .warning) }
        if let offeredName { return ("Enter connects to \(offeredName), as the node calls itself", .accent) }
        if isListed, !hasBanner, let stale { return (stale, .failure) }
        return nil
    }

    /// Why what is shown is old; where there is nothing to show, the body says it.
    private var stale: String? {
        guard case .lost(let failure) = link else { return nil }
        return "trying again; \(failure.code.rawValue): \(failure.message)"
    }

    /// Whether there is a line to spare for it.
    private var hasBanner: Bool { size.rows >= Self.bannerRows }
    private static let bannerRows = 18

    /// Why what is shown is old, in a line of its own above the keys.
    /// - Returns: what is left of the body.
    private func drawBanner(_ canvas: inout Canvas, _ body: Area) -> Area {
        switch overlay {
        case .help, .explanation: return body
        case .prompt, nil: break
        }
        guard hasBanner, isListed, !isChoosing, let stale else { return body }
        let (rest, line) = body.split(bottom: 1)
        drawSentence(stale, Style(.failure), &canvas, line.row)
        return rest
    }

    /// Whom a look is waiting for, once it takes long.
    var waiting: String? {
        guard !awaited.isEmpty, isListed else { return nil }
        let others = awaited.count > 2 ? " and \(awaited.count - 2) others" : ""
        return "waiting for \(awaited.prefix(2).joined(separator: ", "))\(others)"
    }
}
