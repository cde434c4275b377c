import DistributionProtocol
import ErlangNode
import ErlangTerm

/// The traces that this node has running on others, for one who traces all of them through it.
final class TracedMembers {
    private struct Traced {
        var link: NodeConnection
        var request: RequestID?
        /// Wants the beats and the stop.
        var tracer: PID?
        /// It has ended because it heard nothing of this node, and can say so: it is begun again.
        var isAgain = false
        /// How often it was begun again: one that says so each time is not well.
        var repetitions: Int
    }

    private let bindings: [ProgramBinding]
    private let emit: (_ item: (inout TermEncoder) -> Void) -> Void
    private var members: [String: Traced] = [:]
    private var isOver = false

    private static let limit = 4_096
    private static let repetitionsLimit = 1_000

    /// - Parameters:
    ///   - bindings: of the program on each of them.
    ///   - emit: takes what writes an item.
    init(_ bindings: [ProgramBinding], emit: @escaping (_ item: (inout TermEncoder) -> Void) -> Void) {
        self.bindings = bindings
        self.emit = emit
    }

    var isEmpty: Bool { members.isEmpty }

    func begin(on link: NodeConnection) { begin(on: link, repetitions: 0) }

    private func begin(on link: NodeConnection, repetitions: Int) {
        let name = link.peer.name
        guard !isOver, members[name]?.link !== link, members.count < Self.limit else { return }
        guard link.takesMore else { return down(name, .atom("busy")) }
        members[name] = Traced(link: link, repetitions: repetitions)
        let request = link.run(.traceDist, bindings: bindings) { [weak self, weak link] event in
            guard let self, let link, members[name]?.link === link else { return }
            took(event, from: name)
        }
        members[name]?.request = request
    }

    /// `{erlclu, Word}` to each of them.
    func send(_ word: Atom) {
        let message = Array(Term.tuple(.atom("erlclu"), .atom(word)).encoded.dropFirst())
        for member in members.values {
            if let tracer = member.tracer, member.link.takesMore { member.link.send(encoded: message, to: tracer) }
        }
    }

    func cancel() {
        isOver = true
        let all = members.values
        members = [:]
        for member in all { if let request = member.request { member.link.cancel(request) } }
    }

    private func took(_ event: ProgramEvent, from name: String) {
        switch event {
        case .item(let item):
            let parts = item.elements
            switch (parts?[0]?.atom?.name, parts?.count) {
            case ("tracing", 3): members[name]?.tracer = parts?[1]?.pid
            case ("stopped", 2): members[name]?.isAgain = parts?[1]?.isAtom("silence") == true
            default: break
            }
            emit { encoder in
                encoder.writeBytes([104, 3])  // SMALL_TUPLE_EXT
                encoder.write(.atom("member"))
                encoder.write(.atom(Atom(name)))
                encoder.write(item)
            }
        case .ended(let end):
            let member = members.removeValue(forKey: name)
            down(name, end.reason)
            if let member, member.isAgain, member.link.isUp, member.repetitions < Self.repetitionsLimit {
                begin(on: member.link, repetitions: member.repetitions + 1)
            }
        }
    }

    private func down(_ name: String, _ reason: Term) {
        emit { encoder in
            encoder.write(.tuple(.atom("member_down"), .atom(Atom(name)), reason))
        }
    }
}
