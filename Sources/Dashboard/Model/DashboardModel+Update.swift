import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

extension DashboardModel {
    /// Takes what has happened.
    /// - Returns: what is to be done because of it.
    package mutating func update(_ message: DashboardMessage) -> [DashboardEffect] {
        if case .burst(let keys, let continues) = message { return take(keys, continues: continues) }
        let effects = take(message)
        if case .clock = message, screen != .handshakes { return effects }
        let shown = names
        lists[screen]?.take(shown)
        return effects
    }

    /// Takes what has happened while a shell has the terminal. A key that was typed ahead of it is for no screen that its
    /// person could see, and does nothing.
    package mutating func updateUnseen(_ message: DashboardMessage) -> [DashboardEffect] {
        switch message {
        case .key, .burst: return []
        default: return update(message)
        }
    }

    private mutating func take(_ message: DashboardMessage) -> [DashboardEffect] {
        switch message {
        case .key(let key):
            ignoresBurst = false
            notice = nil
            return take(key)
        case .burst: break
        case .choices(let choices):
            (self.choices, choicesAsked) = (choices, now)
            if !isChoiceTouched { lists[.picker]?.selected = nil }
            if mode == .unconnected { screen = .picker }
        case .connected(let identity): take(identity)
        case .notConnected(let problem):
            connectionProblem = problem
            add(toLog: problem.map(\.text).joined(separator: "; "))
            if mode != .unconnected { notice = problem.first?.text }
        case .resized(let size):
            self.size = size
            return [.repaint]
        case .suspended: return [.suspend]
        case .clock(let now):
            self.now = now
            cluster.handshakes.settle(at: now)
            return isChoosing ? offerChoicesAnew() : []
        case .members(let members):
            awaited = []
            link = .live
            let isFirst = !isListed
            cluster.take(members, at: now)
            var effects: [DashboardEffect] = []
            // There is nothing to go back for any more.
            if !former.isEmpty {
                former = []
                effects.append(.leaveFormer)
            }
            // An SSH daemon was named: whose it is is known now.
            if !entry.contains("@"), let own = members.first(where: \.isEntry)?.node {
                if title == entry { title = own }
                entry = own
            }
            // Who named a node means that one.
            if isFirst { effects += askWhoIsKnown() }
            if isFirst, lists[.members]?.selected == nil, members.contains(where: { $0.node == entry }) {
                lists[.members]?.selected = entry
            }
            if let screen = awaitedScreen {
                awaitedScreen = nil
                // The node that is listed first is meant.
                let listed = names
                lists[self.screen]?.take(listed)
                effects += show(screen)
            }
            return effects
        case .changes(let changes): cluster.take(changes, at: now)
        case .awaitsRegistrations: awaitsRegistrations = true
        case .registrations(let host, let answer):
            cluster.take(registrationsOf: host, answer, at: now)
            return askWhoIsKnown(of: host)
        case .familiar(let nodes, let known): cluster.take(known: known, of: nodes)
        case .cost(let cost): self.cost = cost
        case .awaiting(let nodes): awaited = nodes
        case .detour(let failure): take(detour: failure)
        case .interrupted(let failure): interrupt(failure)
        case .resumed(let node):
            if node != entry { notice = "\(node) is asked instead of \(entry)" }
            cluster.note(
                node == entry ? "answers" : "is asked instead of \(entry)", of: node, at: now, isTrouble: false)
            if title == entry { title = node }
            entry = node
            link = .live
        case .traceBegan(let node):
            if trace == .starting { trace = .running }
            cluster.handshakes.begin(on: node)
        case .traced(let event): cluster.handshakes.take(event, at: now)
        case .untraced(let node, let reason):
            cluster.handshakes.end(on: node, reason)
            add(toLog: "\(node) is not traced: \(reason)")
        case .traceEnded(let why):
            trace = .off
            cluster.handshakes.end(why)
            if let why { note(why) }
        case .examined(let node, let from, let ladder, let checks, let isOver):
            guard examination?.node == node, examination?.from == from else { return [] }
            examination = Examination(
                node: node, from: from, ladder: ladder, checks: checks, isOver: isOver, seen: now)
            // Where a person has gone to another rung meanwhile, that one stays.
            let selected = lists[.doctor]?.selected
            if isOver, selected == nil || selected == lists[.doctor]?.names.first { selectBrokenRung() }
        case .notExamined(let node, let from, let problem):
            guard examination?.node == node, examination?.from == from else { return [] }
            examination?.isOver = true
            examination?.problem = problem
            note(problem)
        case .status(let node, let result):
            guard inspection?.node == node else { return [] }
            switch result {
            case .success(let status): inspection = Inspection(node: node, status: status, seen: now)
            case .failure(let failure): inspection?.failure = failure
            }
        case .certificates(.success(let certificates)): take(certificates)
        case .certificates(.failure(let failure)): certificatesFailure = failure
        case .evaluated(let result): take(result)
        case .show(let screen):
            guard screen.isAvailable(in: mode) else { return [] }
            guard replay != nil || isListed else {
                awaitedScreen = screen
                return []
            }
            return show(screen)
        case .replayPaused: replay?.isPaused = true
        case .replayEnded(let problem):
            replay?.isOver = true
            if let problem { note(problem) }
        case .notice(let sentence): note(sentence)
        case .logged(let text): add(toLog: text)
        }
        return []
    }

    /// Whether those that no member lists are meant to be members.
    private mutating func askWhoIsKnown(of host: String? = nil) -> [DashboardEffect] {
        guard replay == nil, isListed else { return [] }
        let names = cluster.namesToAskFor(of: host)
        return names.isEmpty ? [] : [.askWhoIsKnown(names)]
    }

    /// In the last line until the next key, and in the log for good.
    private mutating func note(_ sentence: String) {
        notice = sentence
        add(toLog: sentence)
    }

    private mutating func interrupt(_ failure: NodeFailure) {
        awaited = []
        if case .lost = link {
        } else {
            let words = "\(failure.code.rawValue): \(failure.message)"
            cluster.note(words, of: entry, at: now, isTrouble: true)
            add(toLog: words)
        }
        link = .lost(failure)
    }

    private mutating func take(detour failure: NodeFailure?) {
        guard detour != failure else { return }
        detour = failure
        let words =
            failure.map { DetourWords.sentence(insteadOf: transport, $0) }
            ?? "asked over \(transport) again"
        cluster.note(words, of: entry, at: now, isTrouble: failure != nil)
        notice = words
    }

    /// A certificate that has been replaced is an event.
    private mutating func take(_ certificates: [NodeCertificate]) {
        let known = Dictionary(self.certificates.map { ($0.node, $0.facts) }) { first, _ in first }
        for certificate in certificates {
            guard let old = known[certificate.node] ?? nil, let new = certificate.facts,
                old.fingerprint != new.fingerprint
            else { continue }
            let days = certificate.daysLeft.map { ", \($0)d left" } ?? ""
            cluster.note("certificate renewed\(days)", of: certificate.node, at: now, isTrouble: false)
        }
        self.certificates = certificates
        certificatesSeen = now
        certificatesFailure = nil
    }

    private mutating func take(_ result: EvaluationResult) {
        if let index = results.lastIndex(where: { $0.number == result.number && $0.node == result.node }) {
            results[index] = result
        } else {
            results.append(result)
        }
        if results.count > Self.resultsLimit { results.removeFirst(results.count - Self.resultsLimit) }
    }

    /// What a person looks for first.
    private mutating func selectBrokenRung() {
        guard let broken = DoctorScreen.rows(self).first(where: \.needsAttention) else { return }
        lists[.doctor]?.selected = broken.name
    }
}
