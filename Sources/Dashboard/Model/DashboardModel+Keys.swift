import ClusterAdmin
import TerminalCanvas

/// What keys do.
extension DashboardModel {
    mutating func take(_ key: Key) -> [DashboardEffect] {
        // Nothing is seen of a prompt or a list: no key is for these.
        if isTooSmall {
            switch key {
            case .text("q"), .text("Q"), .control("c"): return [.quit]
            case .control("z"): return [.suspend]
            default: return []
            }
        }
        switch overlay {
        case .prompt(let prompt): return edit(prompt, key)
        case .help, .explanation:
            if case .move(let step)? = action(of: key) {
                paneScroll = Self.scrolled(paneScroll, by: step)
                return []
            }
            if action(of: key) == .quit { return [.quit] }
            overlay = nil
            paneScroll = 0
            return []
        case nil: break
        }
        if isChoosing { isChoiceTouched = true }
        if isChoosing, key == .enter { return pick() }
        if isChoosing, key == .text("r") { return [.offerChoices] }
        guard let action = action(of: key) else {
            if case .unknown = key { return [] }
            let isElsewhere = KeyBinding.available(in: .readWrite).contains { $0.keys.contains(key) }
            if isElsewhere, let reason = mode.refusal {
                notice = "\(key.name) is not there: \(reason)"
            } else {
                notice = "\(key.name) does nothing here; ? shows the keys"
            }
            return []
        }
        guard !isChoosing || Self.isForChoosing(action) else {
            notice = "nothing is connected yet: Enter connects"
            return []
        }
        return perform(action)
    }

    /// What is there before a cluster has been chosen.
    private static func isForChoosing(_ action: KeyBinding.Action) -> Bool {
        switch action {
        case .move, .help, .filter, .sort, .reverse, .save, .redraw, .suspend, .back, .backOrQuit, .quit: true
        default: false
        }
    }

    private func action(of key: Key) -> KeyBinding.Action? {
        KeyBinding.available(in: mode).first { $0.keys.contains(key) }?.action
    }

    mutating func perform(_ action: KeyBinding.Action) -> [DashboardEffect] {
        switch action {
        case .move(let step):
            if isPaneFocused {
                paneScroll = Self.scrolled(paneScroll, by: step)
            } else {
                list.move(by: step)
                paneScroll = 0
            }
        case .nextTrouble(let direction): moveToTrouble(direction)
        case .nextFailure:
            guard replay != nil else { return [] }
            replay?.isPaused = false
            return [.nextFailure]
        case .pane: isPaneFocused.toggle()
        case .across(let step): moveAcross(by: step)
        case .open:
            if let offeredName { return connect(to: .node(offeredName)) }
            if screen == .members { return open(.node) }
            isPaneFocused.toggle()
        case .screen(.doctor) where examination == nil:
            // Nothing has been found yet: the selected node is looked at.
            guard let node = subject else { return open(.doctor) }
            return examine(node)
        case .screen(let screen): return open(screen)
        case .help:
            overlay = .help
            paneScroll = 0
        case .filter: overlay = .prompt(Prompt(.filter, text: list.filter.text))
        case .sort:
            let keys = columnKeys
            let index = keys.firstIndex(of: list.sortKey) ?? 0
            guard !keys.isEmpty else { return [] }
            list.sortKey = keys[(index + 1) % keys.count]
            list.isReversed = false
        case .reverse: list.isReversed.toggle()
        case .mark:
            guard screen == .members else { return [] }
            list.toggleMark()
            list.move(by: 1)
        case .unmark: lists[.members]?.marked = []
        case .pause: return pause()
        case .refresh: return refresh()
        case .slower, .faster: return changeInterval(by: action == .slower ? 1 : -1)
        case .console: return withSubject { [.console($1)] }
        case .examine: return examineSelected()
        case .handshakes: return openHandshakes(of: subject)
        case .trace: return isTracing ? [.endTrace] : startTrace(aim)
        case .failures: showsFailuresOnly.toggle()
        case .evaluate:
            let aim = aim
            guard !aim.evaluated.isEmpty else { return missNodes(aim) }
            overlay = .prompt(Prompt(.expression(aim.evaluated), history: expressions))
        case .explain:
            guard let code = selectedCode else {
                notice = "the selected row has no code"
                return []
            }
            overlay = .explanation(code)
            paneScroll = 0
        case .forget:
            if screen != .members || !(list.selected.map { cluster.forget($0) } ?? false) {
                notice = "only a member that is down can be forgotten"
            }
        case .copy: return selectedText.map { [.copy($0)] } ?? []
        case .palette: overlay = .prompt(Prompt(.command(aim), history: history))
        case .save: return [.save(view())]
        case .redraw: return [.repaint]
        case .suspend: return [.suspend]
        case .back, .backOrQuit: return goBack(leaves: action == .backOrQuit)
        case .quit: return [.quit]
        }
        return []
    }

    // MARK: screens

    package mutating func open(_ screen: Screen) -> [DashboardEffect] { open(screen, aim) }

    mutating func open(_ screen: Screen, _ aim: CommandAim) -> [DashboardEffect] {
        if screen == .console { return withSubject { [.console($1)] } }
        let (node, left) = (subject, self.screen)
        if left != screen { previousScreen = left == .node && screen != .members ? previousScreen : left }
        self.screen = screen
        isPaneFocused = false
        paneScroll = 0
        var effects: [DashboardEffect] = []
        // A node is asked only while it is shown.
        if left == .node, screen != .node { effects.append(.inspect(nil)) }
        if left == .certificates, screen != .certificates { effects.append(.certificates(false)) }
        switch screen {
        case .node:
            guard let node, left != .node else { return effects }
            return effects + inspect(node)
        case .certificates where left != .certificates: return effects + [.certificates(true)]
        case .handshakes where trace == .off && replay == nil && cluster.handshakes.entries.isEmpty:
            return effects + startTrace(aim)
        default: return effects
        }
    }

    mutating func inspect(_ node: String) -> [DashboardEffect] {
        if inspection?.node != node { inspection = Inspection(node: node) }
        guard screen != .node else { return [.inspect(node)] }
        let effects = screen == .certificates ? [DashboardEffect.certificates(false)] : []
        (previousScreen, screen, isPaneFocused, paneScroll) = (screen, .node, false, 0)
        return effects + [.inspect(node)]
    }

    mutating func examine(_ node: String) -> [DashboardEffect] {
        examination = Examination(node: node)
        lists[.doctor] = DoctorScreen.start
        return open(.doctor) + [.examine(node)]
    }

    mutating func examine(_ pair: NodePair) -> [DashboardEffect] {
        examination = Examination(node: pair.to, from: pair.from)
        lists[.doctor] = DoctorScreen.start
        return open(.doctor) + [.examinePair(pair)]
    }

    mutating func startTrace(_ aim: CommandAim) -> [DashboardEffect] {
        guard !aim.isLost else { return missNodes(aim) }
        trace = .starting
        return [.trace(aim.marked.isEmpty ? nil : aim.marked)]
    }

    /// Only those of a node: by its host, as one that fails early has sent no name yet; by its name where the host has
    /// several.
    private mutating func openHandshakes(of node: String?) -> [DashboardEffect] {
        let effects = open(.handshakes)
        guard let node else {
            notice = "the selected row is about no single node: all handshakes are shown"
            return effects
        }
        let host = String(node.drop { $0 != "@" }.dropFirst())
        let isAlone = listedNodes.count { $0.hasSuffix("@\(host)") } <= 1
        list.filter = RowFilter(isAlone && !host.isEmpty ? host : node, columns: columnNames)
        return effects
    }

    private mutating func goBack(leaves: Bool) -> [DashboardEffect] {
        if isPaneFocused {
            isPaneFocused = false
            return []
        }
        if !list.filter.isEmpty {
            list.filter = RowFilter("")
            return []
        }
        if screen == .members, !isListed, !former.isEmpty { return goBackToFormer() }
        // Escape does not go to and fro between the choice and what is connected: it leads away from the choice alone.
        if screen == .members, choices != nil, mode != .recorded, leaves || !isListed { return choose() }
        if screen == .picker, mode != .unconnected, !leaves, isListed { return open(.members) }
        if screen == .members || screen == .picker {
            if !leaves, screen == .members, choices != nil, mode != .recorded {
                notice = "q goes to the choice of clusters, Q leaves"
            }
            return leaves ? [.quit] : []
        }
        let back = previousScreen == screen ? .members : previousScreen
        defer { previousScreen = .members }
        return open(back)
    }

    private mutating func refresh() -> [DashboardEffect] {
        switch screen {
        case .doctor:
            examination.map { seen in
                seen.from.map { askToExamine(NodePair(from: $0, to: seen.node)) } ?? examine(seen.node)
            } ?? []
        case .certificates: [.certificates(true)]
        case .node: inspection.map { [.inspect($0.node)] } ?? []
        default: [.look]
        }
    }

    private mutating func moveToTrouble(_ direction: Int) {
        func troubled<S: ListScreen>(_ screen: S.Type) -> Set<String> {
            Set(S.rows(self).filter(\.needsAttention).map(\.name))
        }
        guard let troubled = screen.list.map({ troubled($0) }), !troubled.isEmpty else {
            notice = "no row has a !"
            return
        }
        // Once around, and back to where it began.
        for _ in list.names {
            let before = list.selected
            list.move(by: direction)
            if list.selected == before { list.move(by: direction > 0 ? .min : .max) }
            if let selected = list.selected, troubled.contains(selected) { return }
        }
    }

    /// Chooses the column of the mesh that is looked at: that of another node than the row's.
    private mutating func moveAcross(by step: Int) {
        guard screen == .mesh, let row = MeshScreen.selected(self), case .member = row.what,
            let nodes = picture.mesh?.nodes, nodes.count > 1
        else {
            notice = "only on Mesh there are columns to choose"
            return
        }
        let here = nodes.firstIndex(of: row.peer ?? row.name) ?? 0
        let others = nodes.indices.filter { nodes[$0] != row.name }
        let next = step > 0 ? others.first { $0 > here } : others.last { $0 < here }
        if let next { meshPeer = nodes[next] } else { meshPeer = row.peer }
    }

    private mutating func pause() -> [DashboardEffect] {
        if let replay {
            self.replay?.isPaused = !replay.isPaused
            return [.pauseReplay(!replay.isPaused)]
        }
        frozen = frozen == nil ? cluster : nil
        return []
    }

    private mutating func changeInterval(by step: Int) -> [DashboardEffect] {
        if let replay {
            // What is less often there is slower here.
            let index = (Replay.speeds.firstIndex { $0 >= replay.speed } ?? 0) - step
            guard Replay.speeds.indices.contains(index) else { return [] }
            self.replay?.speed = Replay.speeds[index]
            return [.replaySpeed(Replay.speeds[index])]
        }
        let index = (Self.intervals.firstIndex(of: interval) ?? 0) + step
        guard Self.intervals.indices.contains(index) else { return [] }
        interval = Self.intervals[index]
        return [.interval(interval)]
    }

    private static func scrolled(_ scroll: Int, by step: Int) -> Int {
        let (sum, isTooFar) = scroll.addingReportingOverflow(step)
        return isTooFar ? (step > 0 ? .max : 0) : max(0, sum)
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
