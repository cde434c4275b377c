import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// The program `feed`: has this node, and those that it has links to, look at themselves at an interval, and relays what
/// is new.
final class FeedProgram: NativeProgram {
    /// What is known of a member's own program.
    private enum State {
        /// It has been asked, and has not answered.
        case asked
        case idle
        /// It could not be begun, or has ended, at the look of this number.
        case failed(Int)
    }

    private struct Feeding {
        var state: State
        var link: NodeConnection?
        var request: RequestID?
    }

    private let process: HostedProcess
    private let own: String
    private let links: NodeLinks
    private let loop: EventLoop
    private let bindings: [ProgramBinding]
    private var look: OwnLook
    private var members: [String: Feeding] = [:]
    private var names: [String]?
    private var interval: Int
    private let silence: Int
    private var heard = Instant.now
    private var due = Instant.now
    private var isThorough = false
    private var number = 0
    private var spent = Duration.zero
    private var timer: TimerHandle?

    /// - Returns: nil where the request is none.
    init?(
        _ request: ProgramRequest, for process: HostedProcess, _ view: OwnView, own: String, links: NodeLinks,
        on loop: EventLoop
    ) {
        guard let forms = request["Forms"], ProgramLabel(of: forms) == ProgramLabel(.feedMember),
            let snapshot = request["Snapshot"], ProgramLabel(of: snapshot) == ProgramLabel(.snapshot),
            let interval = request["Interval"]?.integer, let silence = request["Silence"]?.integer,
            let ownSnapshot = NodeProgram.snapshot.forms
        else { return nil }
        self.process = process
        self.own = own
        self.links = links
        self.loop = loop
        self.interval = Self.bounded(interval)
        self.silence = min(max(silence, 100), 3_600_000)
        bindings = [ProgramBinding("Snapshot", ownSnapshot)]
        look = OwnLook(view)
    }

    private static func bounded(_ interval: Int) -> Int { min(max(interval, 100), 3_600_000) }

    func begin() {
        process.emit(.tuple(.atom("feed"), .pid(process.pid)))
        (heard, due) = (.now, .now)
        wait()
    }

    func cancel() {
        timer?.cancel()
        for member in members.values { if let request = member.request { member.link?.cancel(request) } }
        members = [:]
    }

    /// `{erlclu, beat}`, `{erlclu, look}`, `{erlclu, interval, Milliseconds}`.
    func take(_ message: TermView) {
        measured {
            guard let parts = message.elements, parts[0]?.isAtom("erlclu") == true else { return }
            switch (parts[1]?.atom?.name, parts.count) {
            case ("beat", 2):
                heard = .now
                process.emit(.tuple(.atom("beat")))
            case ("look", 2): (due, isThorough) = (.now, true)
            case ("interval", 3):
                guard let wanted = parts[2]?.integer, wanted >= 100 else { return }
                interval = Self.bounded(wanted)
                due = min(due, .now + .milliseconds(interval))
            default: return
            }
        }
        wait()
    }

    /// What a look costs is what is done here, whenever it is done.
    private func measured(_ work: () -> Void) {
        let began = Instant.now
        work()
        spent += began.duration(to: .now)
    }

    private var silenceEnd: Instant { heard + .milliseconds(silence) }

    private func wait() {
        timer?.cancel()
        guard !process.isOver else { return }
        timer = loop.schedule(at: min(due, silenceEnd)) { [weak self] in self?.wake() }
    }

    private func wake() {
        guard silenceEnd > .now else {
            process.emit(.tuple(.atom("silence")))
            return process.end(.atom("shutdown"))
        }
        // The next one is due an interval after this one was, unless this process was late.
        due = max(due + .milliseconds(interval), .now + .milliseconds(interval / 2))
        number += 1
        let passed = spent
        spent = .zero
        measured { ask(passed) }
        wait()
    }

    private func ask(_ passed: Duration) {
        let linked = links.members
        let now =
            [own] + linked.filter { $0.peer.isPublished }.map(\.peer.name)
            + linked.filter { !$0.peer.isPublished }.map(\.peer.name)
        if now != names {
            names = now
            for (name, member) in members {
                if case .failed = member.state, !now.contains(name) { members[name] = nil }
            }
            process.emit(.tuple(.atom("members"), .list(now.map { .atom(Atom($0)) })))
        }
        let word = isThorough ? "check" : "look"
        isThorough = false
        process.emit(
            .tuple(.atom("look"), .integer(number), .integer(max(0, Int(passed / .microseconds(1))))))
        process.emit(.tuple(.atom("member"), .atom(Atom(own)), look.item()))
        for link in linked where !process.isOver { ask(link, Atom(word)) }
    }

    /// One that has not answered a look gets no other one.
    private func ask(_ link: NodeConnection, _ word: Atom) {
        let name = link.peer.name
        guard let member = members[name], member.link === link || member.link == nil else { return beginOn(link) }
        switch member.state {
        case .asked: return
        case .failed(let then): if number >= then + Self.looksUntilRetry { beginOn(link) }
        case .idle:
            guard let request = member.request, let pid = link.process(of: request) else { return }
            let question = Term.tuple(.atom("erlclu"), .atom(word), .integer(max(60_000, 3 * interval)))
            members[name]?.state = .asked
            link.send(encoded: Array(question.encoded.dropFirst()), to: pid)
        }
    }

    private static let looksUntilRetry = 10

    private func beginOn(_ link: NodeConnection) {
        guard link.takesMore else { return }
        let name = link.peer.name
        members[name] = Feeding(state: .asked, link: link)
        let request = link.run(.feedMember, bindings: bindings) { [weak self, weak link] event in
            guard let self, let link, members[name]?.link === link else { return }
            measured { self.took(event, from: name) }
        }
        if case .asked? = members[name]?.state { members[name]?.request = request }
    }

    private func took(_ event: ProgramEvent, from name: String) {
        switch event {
        case .item(let item):
            members[name]?.state = .idle
            process.emit { encoder in
                encoder.writeBytes([104, 3])  // SMALL_TUPLE_EXT
                encoder.write(.atom("member"))
                encoder.write(.atom(Atom(name)))
                encoder.write(item)
            }
        case .ended(let end):
            let reason = end.reason
            let isRetriedSoon = reason == .atom("normal") || reason == .atom("noconnection")
            members[name] = Feeding(state: .failed(isRetriedSoon ? number - Self.looksUntilRetry : number))
            // Whoever reads forgets it then: it is to be named again where the link is there again.
            if reason == .atom("noconnection") { names = nil }
            process.emit(.tuple(.atom("member_down"), .atom(Atom(name)), reason))
        }
    }
}
