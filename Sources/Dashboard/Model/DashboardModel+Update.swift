import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

extension DashboardModel {
    /// Takes what has happened.
    /// - Returns: what is to be done because of it.
    package mutating func update(_ message: DashboardMessage) -> [DashboardEffect] {
        let before = rows.map(\.member.node)
        defer { list.keepSelection(rows.map(\.member.node), previous: before) }
        switch message {
        case .key(let key):
            notice = nil
            return press(key)
        case .resized(let size):
            self.size = size
            return [.repaint]
        case .clock(let now): self.now = now
        case .members(let members):
            awaited = []
            link = .live
            cluster.take(members, at: now)
        case .changes(let changes): cluster.take(changes, at: now)
        case .awaiting(let nodes): awaited = nodes
        case .interrupted(let failure):
            awaited = []
            if case .lost = link {
            } else {
                cluster.note(
                    "\(failure.code.rawValue): \(failure.message)", of: entry, at: now, isTrouble: true)
            }
            link = .lost(failure)
        case .resumed(let node):
            entry = node
            link = .live
            cluster.note("answers", of: node, at: now, isTrouble: false)
        case .notice(let sentence): notice = sentence
        }
        return []
    }

    // MARK: keys

    private mutating func press(_ key: Key) -> [DashboardEffect] {
        if isTooSmall, ![.text("q"), .text("Q"), .control("c"), .control("z")].contains(key) { return [] }
        switch overlay {
        case .filter(let typed): return edit(typed, key)
        case .help:
            if case .move(let step)? = action(of: key) {
                scroll = Self.scrolled(scroll, by: step)
                return []
            }
            if action(of: key) == .quit { return [.quit] }
            overlay = nil
            scroll = 0
            return []
        case nil: break
        }
        guard let action = action(of: key) else {
            if case .unknown = key { return [] }
            notice = "\(key.name) does nothing here; ? shows the keys"
            return []
        }
        return perform(action)
    }

    private func action(of key: Key) -> KeyBinding.Action? {
        KeyBinding.available(in: mode).first { $0.keys.contains(key) }?.action
    }

    private mutating func perform(_ action: KeyBinding.Action) -> [DashboardEffect] {
        switch action {
        case .move(let step):
            if screen == .events {
                scroll = Self.scrolled(scroll, by: step)
            } else {
                list.move(by: step, among: rows.map(\.member.node))
            }
        case .screen(let screen):
            self.screen = screen
            scroll = screen == .events ? .max : 0
        case .help:
            overlay = .help
            scroll = 0
        case .filter: overlay = .filter(list.filter.text)
        case .sort:
            let keys = MemberRow.columns.map(\.key)
            let index = keys.firstIndex(of: list.sortKey) ?? 0
            list.sortKey = keys[(index + 1) % keys.count]
            list.isReversed = false
        case .reverse: list.isReversed.toggle()
        case .mark:
            list.toggleMark()
            list.move(by: 1, among: rows.map(\.member.node))
        case .unmark: list.marked = []
        case .pause: frozen = frozen == nil ? cluster : nil
        case .refresh: return [.look]
        case .slower, .faster: return changeInterval(by: action == .slower ? 1 : -1)
        case .console:
            guard let row = selectedRow else { return [] }
            return [.console(row.member.node)]
        case .save: return [.save(view())]
        case .redraw: return [.repaint]
        case .suspend: return [.suspend]
        case .back, .backOrQuit:
            if action == .backOrQuit, screen == .members, list.filter.isEmpty { return [.quit] }
            if screen == .members { list.filter = RowFilter("", keys: []) }
            screen = .members
            scroll = 0
        case .quit: return [.quit]
        }
        return []
    }

    private mutating func changeInterval(by step: Int) -> [DashboardEffect] {
        let index = (Self.intervals.firstIndex(of: interval) ?? 0) + step
        guard Self.intervals.indices.contains(index) else { return [] }
        interval = Self.intervals[index]
        return [.interval(interval)]
    }

    private static func scrolled(_ scroll: Int, by step: Int) -> Int {
        let (sum, isTooFar) = scroll.addingReportingOverflow(step)
        return isTooFar ? (step > 0 ? .max : 0) : max(0, sum)
    }

    /// The filter counts while it is typed; Escape gives the old one up, too.
    private mutating func edit(_ typed: String, _ key: Key) -> [DashboardEffect] {
        var text = typed
        switch key {
        case .enter:
            overlay = nil
            return []
        case .escape, .control("c"):
            overlay = nil
            list.filter = RowFilter("", keys: [])
            return []
        case .backspace: text = String(text.dropLast())
        case .control("u"): text = ""
        case .text(let more), .paste(let more):
            if text.count < 100 { text += more.filter { !$0.isNewline }.prefix(100) }
        case .up: list.move(by: -1, among: rows.map(\.member.node))
        case .down: list.move(by: 1, among: rows.map(\.member.node))
        default: return []
        }
        overlay = .filter(text)
        list.filter = RowFilter(text, keys: MemberRow.columns.map(\.key))
        return []
    }
}

extension Key {
    /// For a sentence about it.
    fileprivate var name: String {
        switch self {
        case .text(let text): text
        case .control(let letter): "Ctrl-\(letter.uppercased())"
        case .meta(let letter): "Alt-\(letter)"
        default: "this key"
        }
    }
}
