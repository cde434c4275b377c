import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangTerm

@testable import ErlangNode

/// What a node streams of a cluster that a test makes up: each member has its own pace, and some hang. They stand in a
/// ring, and have links to so many on either side.
///
/// All of it is used on the loop's thread alone.
final class ScriptedCluster {
    /// How a member answers.
    enum Pace {
        case prompt
        /// After so many looks: it is asked in none of them meanwhile, as the real program has it.
        case slow(Int)
        case hung
    }

    private struct State {
        var pace = Pace.prompt
        /// How many more looks it takes until it answers; nil: nobody waits for it.
        var owes: Int?
        /// It has answered with a whole snapshot.
        var isKnown = false
    }

    let names: [String]
    private(set) var looks = 0
    private var states: [String: State] = [:]
    /// Those that are gone.
    private var gone: Set<String> = []
    private var listed: [String] = []
    private var interval = Duration.milliseconds(100)
    private var timer: TimerHandle?
    private let loop: EventLoop
    private var receive: ((ProgramEvent) -> Void)?

    private let reach: Int

    init(_ count: Int, reach: Int, on loop: EventLoop) {
        self.loop = loop
        self.reach = reach
        names = (0..<count).map { "node\($0)@10.0.0.1" }
        for name in names { states[name] = State() }
    }

    /// The way to its first node.
    @LoopActor
    func administrator() -> NodeAdministrator {
        NodeAdministrator(node: names[0]) { [self] completion in
            completion(.opened(ScriptedSession(of: self)))
            return {}
        }
    }

    func set(_ pace: Pace, of names: some Sequence<String>) { for name in names { states[name]?.pace = pace } }

    /// Nobody has a link to them any more; or all have again.
    func take(_ names: some Sequence<String>, isGone: Bool) {
        for name in names {
            if isGone { gone.insert(name) } else { gone.remove(name) }
            states[name] = State()
        }
        // Each sees a link less, or one more.
        for name in self.names { states[name]?.isKnown = false }
    }

    // MARK: the program `feed`

    fileprivate func begin(_ receive: @escaping (ProgramEvent) -> Void) {
        self.receive = receive
        // Whoever begins it knows nothing.
        listed = []
        for name in names { states[name] = State(pace: states[name]?.pace ?? .prompt) }
        // The caller has to know the request first.
        loop.enqueue { [weak self] in self?.start() }
    }

    private func start() {
        emit(.tuple([.atom("feed"), .pid(PID(node: Atom(names[0]), id: 99, serial: 0, creation: 1))]))
        look()
    }

    fileprivate func end() {
        timer?.cancel()
        receive = nil
    }

    /// A message of the owner.
    fileprivate func take(_ message: TermView) {
        switch message.elements?[1]?.atom?.name {
        case "beat": emit(.tuple([.atom("beat")]))
        case "look": look()
        case "interval": interval = .milliseconds(message.elements?[2]?.integer ?? 100)
        default: break
        }
    }

    private func look() {
        timer?.cancel()
        timer = loop.schedule(at: .now + interval) { [weak self] in self?.look() }
        looks += 1
        let present = names.filter { !gone.contains($0) }
        if present != listed {
            for name in listed where gone.contains(name) {
                emit(.tuple([.atom("member_down"), .atom(Atom(name)), .atom("noconnection")]))
            }
            listed = present
            emit(.tuple([.atom("members"), .list(present.map { .atom(Atom($0)) })]))
        }
        emit(.tuple([.atom("look"), .integer(looks), .integer(50)]))
        for place in present.indices { answer(of: place, present) }
    }

    private func answer(of place: Int, _ present: [String]) {
        let name = present[place]
        guard var state = states[name] else { return }
        defer { states[name] = state }
        switch (state.pace, state.owes) {
        case (.hung, _): return
        case (.slow(let looks), nil): state.owes = looks
        case (.slow, let owed?) where owed > 1: state.owes = owed - 1
        default:
            state.owes = nil
            emit(.tuple([.atom("member"), .atom(Atom(name)), state.isKnown ? vitals() : facts(place, present)]))
            state.isKnown = true
        }
    }

    private func vitals() -> Term {
        .tuple([.atom("vitals")] + [20, 90 + looks, 50 + looks % 5, 0, 1 << 20].map { .integer($0) })
    }

    private func facts(_ place: Int, _ present: [String]) -> Term {
        let (name, count) = (present[place], present.count)
        let peers = Set((1...reach).flatMap { [place + $0, place + count - $0] }.map { present[$0 % count] })
        func fact(_ key: Atom, _ value: Term) -> MapPair { MapPair(.atom(key), value) }
        let links = peers.subtracting([name]).sorted().map { peer in
            Term.map([
                fact("node", .atom(Atom(peer))), fact("type", .atom("normal")), fact("state", .atom("up")),
                fact("port", .integer(4000)), fact("dialled", .bool(true)),
            ])
        }
        let facts = Term.map([
            fact("node", .atom(Atom(name))), fact("otp", .binary(Array("27".utf8))),
            fact("uptime_ms", .integer(90_000)), fact("processes", .integer(50)), fact("run_queue", .integer(0)),
            fact("memory", .integer(1 << 20)), fact("connections", .list(links)),
        ])
        return .tuple([.atom("facts"), .integer(900), .tuple([.atom("snapshot"), facts])])
    }

    private func emit(_ term: Term) {
        guard let item = try? DecodedTerm(packet: term.encoded).root else { return }
        receive?(.item(item))
    }
}

/// The connection to the first node: it runs no other program than the feed.
private final class ScriptedSession: LeadingSession {
    private let cluster: ScriptedCluster
    let nodeName: String
    let endpoint = Endpoint(host: "10.0.0.1", port: 4000)
    let servedCertificate: CertificateFacts? = nil
    let isUp = true
    private var losses = LossObservers()

    init(of cluster: ScriptedCluster) {
        self.cluster = cluster
        nodeName = cluster.names[0]
    }

    func observeLoss(_ action: @escaping (NodeFailure) -> Void) -> LossObservation { losses.add(action) }

    func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term],
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) -> RequestID { RequestID(number: 0) }

    func run(
        _ program: NodeProgram, bindings: [ProgramBinding], receive: @escaping (ProgramEvent) -> Void
    ) -> RequestID {
        cluster.begin(receive)
        return RequestID(number: 1)
    }

    func cancel(_ request: RequestID) { cluster.end() }
    func close() { cluster.end() }

    func lead(_ receive: @escaping (LeaderEvent) -> Void) -> PID {
        PID(node: Atom(nodeName), id: 1, serial: 0, creation: 1)
    }

    func dismiss(_ leader: PID) {}

    func call(
        _ module: Atom, _ function: Atom, encoded arguments: [UInt8], leader: PID?,
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) {}

    func spawn(
        _ module: Atom, _ function: Atom, _ arguments: [Term], leader: PID,
        completion: @escaping (Result<PID, NodeFailure>) -> Void
    ) {}

    func link(_ leader: PID, to process: PID) {}
    func signal(_ reason: Atom, to process: PID, from leader: PID) {}

    func send(encoded message: [UInt8], to process: PID) {
        // The version stands before a term elsewhere.
        guard let term = try? DecodedTerm(packet: [131] + message).root else { return }
        cluster.take(term)
    }
}
