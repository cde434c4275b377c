import ByteTransport
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// The program `each_member`: asks this node and those that it has links to, all at once, and relays what they emit.
final class MemberRelayProgram: NativeProgram {
    private let relay: RelayedProgram.Relay
    private let process: HostedProcess
    private let view: OwnView
    private let own: String
    private let links: NodeLinks
    private let loop: EventLoop
    private var open: [String: (link: NodeConnection, request: RequestID?)] = [:]
    private var hasAsked = false
    private var timer: TimerHandle?

    init(
        _ relay: RelayedProgram.Relay, for process: HostedProcess, _ view: OwnView, own: String, links: NodeLinks,
        on loop: EventLoop
    ) {
        self.relay = relay
        self.process = process
        self.view = view
        self.own = own
        self.links = links
        self.loop = loop
    }

    func begin() {
        let members = links.members
        let reachable = Dictionary(members.map { ($0.peer.name, $0) }) { first, _ in first }
        let all = [own] + members.filter { relay.includesHidden || $0.peer.isPublished }.map(\.peer.name)
        var seen: Set<String> = []
        let wanted = (relay.nodes ?? all).filter { seen.insert($0).inserted }
        process.emit(.tuple(.atom("members"), .list(wanted.map { .atom(Atom($0)) })))
        if let limit = relay.limit {
            timer = loop.schedule(at: .now + .milliseconds(limit)) { [weak self] in self?.giveUp() }
        }
        for name in wanted {
            if name == own {
                answer()
            } else if let link = reachable[name] {
                if link.takesMore { ask(link) } else { down(name, .atom("busy")) }
            } else {
                down(name, .atom("noconnection"))
            }
        }
        hasAsked = true
        endIfDone()
    }

    func take(_ message: TermView) {}

    func cancel() {
        timer?.cancel()
        for (link, request) in open.values { if let request { link.cancel(request) } }
        open = [:]
    }

    /// This node's own part.
    private func answer() {
        switch relay.program {
        case .snapshot(let certificates, _): item(own, view.snapshot(certificates: certificates, view.vitals))
        case .status: item(own, view.status)
        case .relay: break
        }
        down(own, .atom("normal"))
    }

    private func ask(_ link: NodeConnection) {
        let name = link.peer.name
        open[name] = (link, nil)
        let request = link.run(relay.program.program, bindings: relay.program.bindings) { [weak self] event in
            guard let self, open[name] != nil else { return }
            switch event {
            case .item(let item):
                process.emit { encoder in
                    encoder.writeBytes([104, 3])  // SMALL_TUPLE_EXT
                    encoder.write(.atom("member"))
                    encoder.write(.atom(Atom(name)))
                    encoder.write(item)
                }
            case .ended(let end):
                open[name] = nil
                down(name, end.reason)
                endIfDone()
            }
        }
        if open[name] != nil { open[name]?.request = request }
    }

    private func item(_ name: String, _ item: Term) { process.emit(.tuple(.atom("member"), .atom(Atom(name)), item)) }

    private func down(_ name: String, _ reason: Term) {
        process.emit(.tuple(.atom("member_down"), .atom(Atom(name)), reason))
    }

    private func giveUp() {
        for name in open.keys.sorted() { process.emit(.tuple(.atom("member_timeout"), .atom(Atom(name)))) }
        cancel()
        endIfDone()
    }

    private func endIfDone() {
        guard hasAsked, open.isEmpty, !process.isOver else { return }
        process.emit(.tuple(.atom("done")))
        process.end()
    }
}

extension ProgramEnd {
    /// Why its process ended, as a monitor of it would say.
    var reason: Term {
        switch self {
        case .finished: .atom("normal")
        case .exited(let reason): reason.term
        case .lost: .atom("noconnection")
        }
    }
}
