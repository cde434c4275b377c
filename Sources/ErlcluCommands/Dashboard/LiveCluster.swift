import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import ReleaseFiles

/// A cluster that is watched through one of its nodes.
@LoopActor
final class LiveCluster: DashboardSource {
    private let messages: EventQueue<DashboardMessage>
    private let errands: DashboardErrands
    private let entry: any Administration
    /// Whether it has been seen at all.
    private(set) var hasListed = false
    private var isOver = false
    /// Why its entry was asked over SSH when it was heard last.
    private var detour: NodeFailure?
    private var isResting = false
    private var watch: MemberWatch?
    private var registrations: RegistrationWatch?
    private let registrationPlace: RegistrationPlace?
    private let targets: any NodeAccess
    private var interval = Duration.seconds(DashboardModel.usualInterval)
    private let makeWatch: (any Administration, @escaping (MemberWatch.Event) -> Void) -> MemberWatch

    init(
        _ entry: any Administration, _ settings: NodeSettings, _ run: CommandRun,
        _ messages: EventQueue<DashboardMessage>
    ) {
        self.messages = messages
        self.entry = entry
        registrationPlace = RegistrationPlace(settings)
        targets = run.context.targets
        errands = DashboardErrands(entry, settings, run, messages)
        makeWatch = { (entry, onEvent) in
            MemberWatch(
                entry, ways: settings.nodes.value, triesMembers: true
            ) { (node, deadline) throws(VisitFailure) in
                try run.openForVisit(node, settings.holding(for: node), until: deadline)
            } onEvent: {
                onEvent($0)
            }
        }
    }

    /// Another cluster is to be shown.
    func end() {
        isOver = true
        errands.end()
        // Another node may have taken over.
        (watch?.entry ?? entry).close()
    }

    /// Another cluster is looked at, and a person may come back to this one: the connection is kept.
    func rest() {
        isResting = true
        errands.rest()
    }

    func feed() async {
        if isResting {
            isResting = false
            errands.goOn()
        }
        await withTaskGroup(of: Void.self) { group in
            if let registrations = makeRegistrationWatch() {
                self.registrations = registrations
                messages.push(.awaitsRegistrations, isVital: true)
                let asking: @LoopActor @Sendable () async -> Void = { await registrations.watch() }
                group.addTask(operation: asking)
            }
            await watchMembers()
            group.cancelAll()
        }
    }

    private func makeRegistrationWatch() -> RegistrationWatch? {
        guard let place = registrationPlace else { return nil }
        let entry = (watch?.entry ?? entry).node
        let rounds = RegistrationRounds(
            entry: entry, interval: place.interval, asksOthers: place.asksOthers, at: .now)
        return RegistrationWatch(rounds) { [targets, weak self] (host, deadline) throws(NodeFailure) in
            if let self, place.isAskedByEntry(host, of: entry) {
                return try await (watch?.entry ?? self.entry).ask(
                    RegisteredNamesQuestion(ofHost: host), until: deadline)
            }
            return try await targets.names(
                host: place.host ?? host, port: place.port, via: place.tunnel, deadline: deadline)
        } onAnswer: { [weak self] host, answer in
            guard let self, !isOver, !isResting else { return }
            messages.push(.registrations(host: host, answer), isVital: true)
        }
    }

    private func watchMembers() async {
        let watch = makeWatch(watch?.entry ?? entry) { [weak self] event in
            guard let self, !isOver, !isResting else { return }
            if case .members(let members) = event {
                hasListed = true
                // It is up: by which way?
                let way = (self.watch?.entry ?? self.entry).detour
                if way != detour { messages.push(.detour(way), isVital: true) }
                detour = way
                registrations?.take(members)
            }
            // Another node may have taken over.
            if case .resumed = event, let entry = self.watch?.entry { errands.entry = entry }
            messages.push(Self.message(of: event), isVital: event.isVital)
        }
        watch.interval = interval
        self.watch = watch
        do throws(VisitFailure) { try await watch.watch() } catch {
            guard !Task.isCancelled else { return }
            messages.push(.notice(error.message))
        }
    }

    private static func message(of event: MemberWatch.Event) -> DashboardMessage {
        switch event {
        case .members(let members): .members(members)
        case .changed(let changes): .changes(changes)
        case .cost(let cost): .cost(cost)
        case .waits(let nodes): .awaiting(nodes)
        case .looked: .awaiting([])
        case .interrupted(let failure): .interrupted(failure)
        case .resumed(let node): .resumed(entry: node)
        }
    }

    func errands(for effect: DashboardEffect) -> [Errand] {
        switch effect {
        case .look:
            watch?.lookNow()
            registrations?.lookNow()
        case .interval(let seconds):
            interval = .seconds(seconds)
            watch?.interval = interval
            errands.interval = .seconds(seconds)
        default: break
        }
        return errands.errands(for: effect)
    }
}

extension MemberWatch.Event {
    /// Whether nothing later makes up for it.
    fileprivate var isVital: Bool {
        switch self {
        case .changed, .interrupted, .resumed: true
        case .members, .waits, .cost, .looked: false
        }
    }
}
