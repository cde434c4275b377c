import Diagnosis
import TerminalCanvas

/// Choosing a cluster, and another one.
extension DashboardModel {
    /// Whether nothing has been chosen yet.
    var isChoosing: Bool { screen == .picker }

    mutating func pick() -> [DashboardEffect] {
        guard let row = PickerScreen.selected(self) else { return [] }
        guard let choice = row.choice else {
            overlay = .prompt(Prompt(.node))
            return []
        }
        return connect(to: choice.target)
    }

    /// What can be no name is dialled by nobody.
    mutating func connect(toNode name: String) -> [DashboardEffect] {
        guard DashboardTarget.isNodeName(name) else {
            notice = "'\(name)' is no node name: NAME or NAME@HOST, the name of letters, digits, - and _"
            return []
        }
        return connect(to: .node(name))
    }

    /// What the node that was chosen calls itself, where it does not answer by the name that it was called.
    /// It is offered where Enter takes it: on other screens it does something else.
    var offeredName: String? {
        guard screen == .members, !isListed, case .node(let dialled)? = target, case .lost(let failure) = link,
            [.name, .nameType].contains(failure.code)
        else { return nil }
        for case .means(.dial(let name, _)) in failure.remedy.parts where DashboardTarget.isNodeName(name) {
            // epmd knows it by what stands before the @.
            if name != dialled, name.prefix(while: { $0 != "@" }) == dialled.prefix(while: { $0 != "@" }) {
                return name
            }
        }
        return nil
    }

    mutating func connect(to target: DashboardTarget) -> [DashboardEffect] {
        let before = self
        self.target = target
        connectionProblem = nil
        notice = nil
        // What is there is kept until the new one is.
        if isListed {
            former = [before]
            former[0].overlay = nil
        }
        return [.connect(target)]
    }

    /// Back to the cluster before the one that does not answer, as it was left.
    mutating func goBackToFormer() -> [DashboardEffect] {
        guard var old = former.first else { return [] }
        old.former = []
        (old.size, old.now, old.choices, old.choicesAsked) = (size, now, choices, choicesAsked)
        (old.history, old.log, old.logDropped) = (history, log, logDropped)
        (old.lists[.log], old.lists[.picker]) = (lists[.log], lists[.picker])
        // A trace has not been kept.
        (old.trace, old.link, old.awaited) = (.off, .connecting, [])
        if old.screen == .picker { old.screen = .members }
        let left = entry
        self = old
        notice = "back to \(title); \(left) was not reached"
        return [.goBack]
    }

    /// A new cluster: nothing that is known of the old one holds.
    mutating func take(_ identity: DashboardIdentity) {
        title = identity.title
        entry = identity.entry
        (transport, detour) = (identity.transport, nil)
        mode = identity.mode
        contextName = identity.context
        expected = identity.expected
        cluster = ClusterPicture()
        (frozen, awaitsRegistrations) = (nil, false)
        // A prompt was for the old one.
        (overlay, isPaneFocused, paneScroll, awaited, cost) = (nil, false, 0, [], nil)
        (meshPeer, certificatesSeen) = (nil, nil)
        (interval, results) = (Self.usualInterval, [])
        link = .connecting
        trace = .off
        (examination, inspection, certificates, certificatesFailure) = (nil, nil, [], nil)
        for screen in Screen.allCases where screen != .log && screen != .picker {
            lists[screen] = screen.list.map { $0.start }
        }
        screen = .members
        previousScreen = .members
    }

    /// Back to the choice, where there is one, as it is now.
    mutating func choose() -> [DashboardEffect] {
        screen = .picker
        overlay = nil
        isPaneFocused = false
        choicesAsked = now
        return [.offerChoices]
    }

    /// Contexts are written, and nodes started, while somebody looks at the choice.
    mutating func offerChoicesAnew() -> [DashboardEffect] {
        guard choices != nil, now - choicesAsked >= Self.choicesAge else { return [] }
        choicesAsked = now
        return [.offerChoices]
    }

    /// Microseconds.
    private static let choicesAge = 5_000_000
}
