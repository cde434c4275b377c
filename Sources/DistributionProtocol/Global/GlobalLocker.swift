import ErlangTerm

/// The state of the locker: which nodes wait to be joined, and how far the lock for one of them has come.
struct GlobalLocker: Sendable {
    /// A node that has sent init_connect (`#him{}`).
    struct Candidate: Hashable, Sendable {
        var node: Atom
        var locker: PID
        var version: Int
        var myTag: Int
        var hisTag: Term
    }

    /// A lock_set of another locker.
    struct Announcement: Sendable {
        var locker: PID
        var isSet: Bool
        /// nil from nodes of version 5.
        var tag: Int?
    }

    /// The way to the lock on all nodes of our partition (`lock_nodes_safely`): round by round, the node with the greatest
    /// name first, so that two lockers meet there and not half-way.
    struct Acquisition: Sendable {
        enum Round: Sendable {
            case boss
            /// This node, and the one that is joined.
            case ends
            /// All of our partition. Who that is may change until we have the locks before.
            case rest
        }

        var candidate: Candidate
        /// The other locker has its lock already, and wants to hear whether we have ours.
        var isAnswer: Bool
        var id: Term
        /// Of our partition when it began.
        var boss: Atom
        var round = Round.boss
        /// What the rounds before have locked.
        var held: [Atom] = []
        /// In the round that is under way.
        var awaited: [Reference: Atom] = [:]
        var granted: [Atom] = []
        var isRefused = false
        var isCancelled = false
    }

    enum Phase: Sendable {
        case idle
        case acquiring(Acquisition)
        /// We have the lock, and wait for the other locker to have its own.
        case awaitingHis(Candidate, id: Term, locked: [Atom])
        /// Both have it: names are exchanged.
        case awaitingCancel(Candidate, id: Term, locked: [Atom])
    }

    var candidates: [Candidate] = []
    var phase = Phase.idle
    /// What came while the locker was busy.
    var deferred: [Announcement] = []
    /// What was deferred is being looked at.
    var isDraining = false
    var hasJustJoined = false
    /// The next node is joined at once when the lock on this one is free.
    var awaitsRelease = false

    var isIdle: Bool { if case .idle = phase { true } else { false } }

    /// Whose word it waits for while it has the lock.
    var awaited: Candidate? {
        switch phase {
        case .idle, .acquiring: nil
        case .awaitingHis(let candidate, _, _), .awaitingCancel(let candidate, _, _): candidate
        }
    }
}

extension GlobalServer {
    // MARK: what the server says

    mutating func lockerAdds(_ candidate: GlobalLocker.Candidate) {
        locker.candidates.append(candidate)
        if locker.isIdle { wakeLater() }
    }

    /// A joining is over, or given up.
    mutating func lockerCancels(_ node: Atom, tag: Int?) {
        // A cancel of nothing could be that of a link before this one.
        guard let tag else { return }
        locker.candidates.removeAll { $0.node == node && $0.myTag == tag }
        switch locker.phase {
        case .acquiring(var acquisition) where acquisition.candidate.node == node && acquisition.candidate.myTag == tag:
            acquisition.isCancelled = true
            locker.phase = .acquiring(acquisition)
        case .awaitingHis(let candidate, let id, let locked) where candidate.node == node && candidate.myTag == tag:
            release(id, locked)
        case .awaitingCancel(let candidate, let id, let locked) where candidate.node == node && candidate.myTag == tag:
            locker.hasJustJoined = true
            release(id, locked)
        case .idle, .acquiring, .awaitingHis, .awaitingCancel: break
        }
    }

    /// A node has no link, and none is on the way: it answers nothing any more.
    mutating func lockerLost(_ node: Atom) {
        guard case .acquiring(var acquisition) = locker.phase else { return }
        acquisition.awaited = acquisition.awaited.filter { $0.value != node }
        locker.phase = .acquiring(acquisition)
        finishRound()
    }

    mutating func lockerTries(random: UInt32) {
        guard locker.isIdle else { return }
        let hasJustJoined = locker.hasJustJoined
        locker.hasJustJoined = false
        guard !locks.isSet(Self.resource) else {
            // The other locker of what was just joined gives its own lock back a round trip later.
            locker.awaitsRelease = hasJustJoined
            return wakeLater()
        }
        locker.awaitsRelease = false
        locker.candidates.removeAll { known[$0.node] != nil }
        guard !locker.candidates.isEmpty else { return }
        let candidate = locker.candidates[Int(random) % locker.candidates.count]
        acquire(for: candidate, isAnswer: false)
    }

    /// The lock on this node may be free now. Where many nodes come at once, each pause would hold up all of them.
    mutating func lockerLooks() {
        guard locker.awaitsRelease, locker.isIdle, !locks.isSet(Self.resource) else { return }
        locker.awaitsRelease = false
        locker.hasJustJoined = true
        wakeLater()
    }

    // MARK: what other lockers say

    /// `{lock_set, Locker, IsSet, Known}` or `{lock_set, Locker, IsSet, Known, Tag}`
    mutating func lockSet(_ message: Term) {
        guard let (tag, parts) = message.tagged, tag == "lock_set", parts.count == 4 || parts.count == 5,
            let pid = parts[1].asPID
        else { return }
        handle(
            GlobalLocker.Announcement(
                locker: pid, isSet: parts[2] == .true, tag: parts.count == 5 ? parts[4].asInteger : nil))
    }

    private mutating func handle(_ announcement: GlobalLocker.Announcement) {
        let node = announcement.locker.node
        switch locker.phase {
        case .idle: answer(announcement)
        case .awaitingHis(let candidate, let id, let locked) where candidate.node == node:
            // One that belongs to an attempt before this one.
            if let tag = announcement.tag, tag != candidate.myTag { return }
            guard announcement.isSet else { return release(id, locked) }
            locker.candidates.removeAll { $0 == candidate }
            locker.phase = .awaitingCancel(candidate, id: id, locked: locked)
            lockIsSet(with: node, tag: candidate.myTag, lock: id)
        case .acquiring, .awaitingHis, .awaitingCancel:
            // A node says it once an attempt, and what it said last holds; far more are no nodes.
            locker.deferred.removeAll { $0.locker.node == node && $0.tag == announcement.tag }
            if locker.deferred.count < 10_000 { locker.deferred.append(announcement) }
        }
    }

    private mutating func answer(_ announcement: GlobalLocker.Announcement) {
        guard announcement.isSet else { return }
        let pid = announcement.locker
        guard let candidate = locker.candidates.first(where: { $0.node == pid.node }),
            announcement.tag == nil || announcement.tag == candidate.myTag
        else {
            return emit(.tell(.tuple(.atom("lock_set"), .pid(lockerPID), .false, lockerKnown), to: pid))
        }
        acquire(for: candidate, isAnswer: true)
    }

    private var lockerKnown: Term { .list(knownInOrder.map { .atom($0.node) }) }

    private mutating func announce(_ isSet: Bool, to candidate: GlobalLocker.Candidate) {
        var parts = [Term.atom("lock_set"), .pid(lockerPID), .bool(isSet), lockerKnown]
        if candidate.version >= Self.verifyingVersion { parts.append(candidate.hisTag) }
        if candidate.version < 6 {
            emit(.tell(.tuple(parts), to: candidate.locker))
        } else {
            send(.tuple(.atom("$gen_cast"), .tuple(parts)), to: candidate.node)
        }
    }

    // MARK: the lock

    /// Its own resource.
    private static var resource: Term { .atom("global") }

    /// Both lockers use one requester, so that nodes which are in both partitions are locked for both.
    private func lockID(with other: PID) -> Term {
        let pids = [lockerPID, other].sorted { left, right in
            if left.id != right.id { return left.id < right.id }
            if left.serial != right.serial { return left.serial < right.serial }
            return left.node != right.node
                ? Atom.precedes(left.node, right.node) : left.creation < right.creation
        }
        return .tuple(Self.resource, .list(pids.map { .pid($0) }))
    }

    private func boss(of nodes: [Atom]) -> Atom { nodes.max(by: Atom.precedes) ?? own }

    private mutating func acquire(for candidate: GlobalLocker.Candidate, isAnswer: Bool) {
        let id = lockID(with: candidate.locker)
        let boss = boss(of: [own] + known.keys)
        let acquisition = GlobalLocker.Acquisition(candidate: candidate, isAnswer: isAnswer, id: id, boss: boss)
        locker.phase = .acquiring(acquisition)
        guard boss == own || locks.canSet(id) else { return acquired(acquisition, false) }
        startRound()
    }

    private func nodes(of acquisition: GlobalLocker.Acquisition) -> [Atom] {
        switch acquisition.round {
        case .boss: return [acquisition.boss]
        case .ends:
            // The node that we join is locked, too: two that lock each other's partition would never come together
            // else.
            return ([own] + (acquisition.isAnswer ? [] : [acquisition.candidate.node])).filter {
                $0 != acquisition.boss
            }
        case .rest: return knownInOrder.map(\.node).filter { $0 != acquisition.boss }
        }
    }

    private mutating func startRound() {
        guard case .acquiring(var acquisition) = locker.phase else { return }
        let nodes = nodes(of: acquisition)
        if nodes.count > 1, nodes.contains(own), !locks.canSet(acquisition.id) {
            acquisition.isRefused = true
        } else {
            for node in nodes {
                if node == own {
                    if setLock(acquisition.id, for: lockerPID) {
                        acquisition.granted.append(node)
                    } else {
                        acquisition.isRefused = true
                    }
                } else {
                    // Its link may be on the way. Without its consent another one could have this lock, too, and join the
                    // node that we join: each would wait for ever for an answer that the other no longer has for it.
                    let reference = nextReference()
                    let isPosted = post(
                        .tuple(
                            .atom("$gen_call"), .tuple(.pid(lockerPID), .reference(reference)),
                            .tuple(.atom("set_lock"), acquisition.id)), to: node)
                    if isPosted { acquisition.awaited[reference] = node }
                }
            }
        }
        locker.phase = .acquiring(acquisition)
        finishRound()
    }

    mutating func lockerAnswered(_ reference: Reference, _ isGranted: Bool) {
        guard case .acquiring(var acquisition) = locker.phase,
            let node = acquisition.awaited.removeValue(forKey: reference)
        else { return }
        if isGranted { acquisition.granted.append(node) } else { acquisition.isRefused = true }
        locker.phase = .acquiring(acquisition)
        finishRound()
    }

    /// Somebody has not answered for too long: what is held is given back, as where one refuses.
    mutating func lockerGivesUp() {
        guard case .acquiring(var acquisition) = locker.phase else { return }
        // Who answers later has set the lock until then.
        acquisition.granted += acquisition.awaited.values.sorted(by: Atom.precedes)
        acquisition.awaited = [:]
        acquisition.isRefused = true
        locker.phase = .acquiring(acquisition)
        finishRound()
        // Others are to register names meanwhile.
        if locker.isIdle, !locker.candidates.isEmpty { emit(.wakeLocker(afterMilliseconds: 60_000)) }
    }

    private mutating func finishRound() {
        guard case .acquiring(var acquisition) = locker.phase, acquisition.awaited.isEmpty else { return }
        guard !acquisition.isRefused else {
            for node in acquisition.granted + acquisition.held { unlock(acquisition.id, on: node) }
            return acquired(acquisition, false)
        }
        acquisition.held += acquisition.granted
        acquisition.granted = []
        switch acquisition.round {
        case .boss: acquisition.round = .ends
        case .ends: acquisition.round = .rest
        case .rest: return acquired(acquisition, true)
        }
        locker.phase = .acquiring(acquisition)
        startRound()
    }

    private mutating func acquired(_ acquisition: GlobalLocker.Acquisition, _ isSet: Bool) {
        let candidate = acquisition.candidate
        if acquisition.isAnswer || isSet { announce(isSet, to: candidate) }
        guard isSet else { return becomeIdle() }
        let locked = acquisition.held
        guard !acquisition.isCancelled else { return release(acquisition.id, locked) }
        guard acquisition.isAnswer else {
            locker.phase = .awaitingHis(candidate, id: acquisition.id, locked: locked)
            return takeDeferred(of: candidate.node)
        }
        locker.phase = .awaitingCancel(candidate, id: acquisition.id, locked: locked)
        lockIsSet(with: candidate.node, tag: candidate.myTag, lock: acquisition.id)
    }

    /// The other locker may have spoken while we were on the way to our lock.
    private mutating func takeDeferred(of node: Atom) {
        while case .awaitingHis = locker.phase,
            let index = locker.deferred.firstIndex(where: { $0.locker.node == node })
        {
            handle(locker.deferred.remove(at: index))
        }
    }

    private mutating func unlock(_ id: Term, on node: Atom) {
        guard node != own else { return deleteLock(id, for: lockerPID) }
        post(
            .tuple(
                .atom("$gen_call"), .tuple(.pid(lockerPID), .reference(nextReference())),
                .tuple(.atom("del_lock"), id)), to: node)
    }

    /// The node with the greatest name last, where others look first.
    private mutating func release(_ id: Term, _ nodes: [Atom]) {
        let boss = boss(of: nodes)
        var seen: Set<Atom> = []
        for node in nodes.filter({ $0 != boss }) + [boss] where seen.insert(node).inserted { unlock(id, on: node) }
        becomeIdle()
    }

    private mutating func becomeIdle() {
        locker.phase = .idle
        // An answer that is over at once comes back here: the loop goes on then. The stack would grow with each, and peers
        // say how many there are.
        guard !locker.isDraining else { return }
        locker.isDraining = true
        while locker.isIdle, !locker.deferred.isEmpty { handle(locker.deferred.removeFirst()) }
        locker.isDraining = false
        if locker.isIdle { wakeLater() }
    }

    /// Long enough for another node to get the lock first, and none after a success: as `loop_the_locker`.
    private mutating func wakeLater() {
        guard !locker.candidates.isEmpty else { return }
        let pause = locker.hasJustJoined ? 0 : known.isEmpty ? 200 : min(1000 + 100 * known.count, 3000)
        emit(.wakeLocker(afterMilliseconds: pause))
    }
}
