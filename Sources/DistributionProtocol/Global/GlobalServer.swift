package import ErlangTerm

/// The part that a visible node takes in `global` (`global.erl`, protocol version 8; 5 with OTP 23 and 24): it comes to
/// know all nodes of the cluster, holds their locks and their names, and joins partitions, which takes a lock on both.
///
/// It is fed what comes for `global_name_server` and for its locker, and gives back what to do. It registers no name and
/// takes no lock of its own but the one for joining. `global` waits for locks in a process, the locker; here that is a
/// machine of its own (`GlobalLocker`), and nothing waits.
package struct GlobalServer: Sendable {
    /// The version that we speak; `global` goes back to the peer's where that is older.
    static let version = 8
    /// From here on init_connect is acknowledged, and can be cancelled.
    static let verifyingVersion = 8
    /// From here on the list of known nodes has their versions, and overlapping partitions are prevented.
    static let partitionVersion = 7
    /// So many nodes may be known; more are not learned of.
    static let nodesLimit = 10_000

    /// A joining that is under way, with one node.
    struct Session: Sendable {
        enum Names: Hashable, Sendable {
            case none
            /// We have the lock, and wait for its names.
            case lockIsSet
            /// Its names, which came before we had the lock.
            case received([Term])
        }

        enum Operations: Hashable, Sendable {
            case none
            case ours([Term])
            /// What came from it before our own were known: operations, its known nodes, its external names.
            case theirs([Term], known: [Term], external: Term)
        }

        let myTag: Int
        var hisTag: Term?
        var version = GlobalServer.version
        var names = Names.none
        var operations = Operations.none
        var lock: Term?
        /// It has taken our init_connect for the one that belongs to its own; nodes before version 8 do not say so.
        var isAcknowledged = false
    }

    /// An init_connect.
    struct Greeting: Sendable {
        var version: Int
        var tag: Term
        var locker: PID
    }

    let own: Atom
    let creation: UInt32
    /// Makes `creation` another one than that of the nodes before us with this name.
    let creationExtension: Int
    let preventsOverlap: Bool

    /// Nodes with which names are shared, and their versions; 0 where it is not known.
    var known: [Atom: Int] = [:]
    /// Nodes with which a joining is under way, and their versions.
    var pending: [Atom: Int] = [:]
    /// What was last heard of the versions of nodes, be they known or not, until their link is over.
    private var versions: [Atom: Int] = [:]
    /// Nodes that we have given up, and whose link is about to end.
    var removing: Set<Atom> = []
    /// Nodes with a link.
    fileprivate(set) var connected: Set<Atom> = []
    var sessions: [Atom: Session] = [:]
    /// What came before we knew that the node is up.
    var greetings: [Atom: Greeting] = [:]
    /// Nodes to which a link is to come up, because others have them, and what waits for it. They are known from the moment
    /// on when others say so: a lock that they have not granted is none.
    private var syncing = GlobalWaiting()
    /// Nodes for which more was to wait than may.
    private var overflowing: Set<Atom> = []
    var locks = GlobalLocks()
    var names = GlobalNames()
    var locker = GlobalLocker()
    var resolutions = GlobalResolutions()
    var doubts = GlobalDoubts()
    var losses: [Loss: Incident] = [:]
    private var lastNumber = 0
    private var actions: [GlobalAction] = []

    /// - Parameters:
    ///   - creationExtension: random.
    ///   - preventsOverlap: `prevent_overlapping_partitions` of the nodes, by default that of OTP 25 and later.
    package init(name: NodeName, creation: UInt32, creationExtension: UInt32, preventsOverlap: Bool = true) {
        self.preventsOverlap = preventsOverlap
        own = Atom(name.name)
        self.creation = creation
        self.creationExtension = Int(creationExtension & 0x07FF_FFFF) << 32
    }

    /// Whom others know as `global_name_server` of this node.
    package var serverPID: PID { PID(node: own, id: 2, serial: 0, creation: creation) }
    /// Whom others know as the locker of this node. Its number is lower than that of any process that a node starts, and
    /// so it comes first in a list that both ends sort.
    package var lockerPID: PID { PID(node: own, id: 3, serial: 0, creation: creation) }

    /// The nodes with which names are shared, in their order.
    package var knownNodes: [String] { known.keys.sorted(by: Atom.precedes).map(\.name) }

    /// Whether it has the lock for joining, or is on the way to it.
    package var isJoining: Bool { !locker.isIdle }

    /// The names that others have registered and that are atoms, in their order.
    package var registeredNames: [String] {
        names.entries.keys.compactMap(\.asAtom).sorted(by: Atom.precedes).map(\.name)
    }

    /// Which process has which name.
    package var registrations: [Term: PID] { names.entries.mapValues(\.pid) }

    // MARK: what happens

    /// A link to a visible node is up.
    package mutating func nodeUp(_ node: Atom) -> [GlobalAction] {
        connected.insert(node)
        // It was given up while its link was on the way, and may know us.
        if removing.contains(node) { requestRemoval(by: node) }
        if let waiting = syncing.end(node) {
            for message in waiting { send(message, to: node) }
            inSync(with: node)
        }
        watchNames(on: node)
        begin(with: node)
        return take()
    }

    /// There is a link to a node, perhaps a hidden one: names of its processes, learned of before that, are watched from
    /// now on.
    package mutating func linkUp(_ node: Atom) -> [GlobalAction] {
        // Others see it.
        guard known[node] == nil else { return nodeUp(node) }
        watchNames(on: node)
        return take()
    }

    /// The link to a node is over. A hidden one may have had locks and names.
    package mutating func nodeDown(_ node: Atom) -> [GlobalAction] {
        locks.gone(node)
        names.gone(node)
        if connected.remove(node) != nil {
            resolutionsLost(node)
            lost(node, .disconnected)
            if doubts.forget(node) { emit(.connect(node)) }
        }
        versions[node] = nil
        return take()
    }

    /// A link has not come up, whether `connect` asked for it or not.
    package mutating func connectFailed(_ node: Atom) -> [GlobalAction] {
        guard !connected.contains(node) else { return [] }
        names.gone(node)
        if syncing.contains(node) {
            becameUnreachable(node)
        } else {
            removing.remove(node)
        }
        versions[node] = nil
        return take()
    }

    /// A message for `global_name_server`.
    package mutating func received(_ message: Term) -> [GlobalAction] {
        guard let (tag, elements) = message.tagged else { return [] }
        switch (tag, elements.count) {
        case ("$gen_cast", 2): cast(elements[1])
        case ("$gen_call", 3): called(elements[1], elements[2])
        default: informed(tag, elements)
        }
        return take()
    }

    /// A message for the locker: an answer, or what a node of version 5 says.
    package mutating func lockerReceived(_ message: Term) -> [GlobalAction] {
        if let pair = message.asTuple(2), case .reference(let reference) = pair[0] {
            lockerAnswered(reference, pair[1] == .true)
        } else {
            lockSet(message)
        }
        return take()
    }

    /// A process that was monitored is gone, or cannot be monitored since its node has no link.
    package mutating func gone(_ monitor: Reference) -> [GlobalAction] {
        locks.gone(monitor)
        names.gone(monitor)
        return take()
    }

    /// The time that `wakeLocker` asked for has passed.
    /// - Parameter random: which of the nodes that wait is tried.
    package mutating func lockerWoke(random: UInt32) -> [GlobalAction] {
        lockerTries(random: random)
        return take()
    }

    /// What a call that `resolve` asked for came to.
    /// - Parameter value: nil where it failed.
    package mutating func resolved(_ number: Int, _ value: Term?) -> [GlobalAction] {
        conflictSettled(number, value)
        return take()
    }

    // MARK: for its parts

    mutating func emit(_ action: GlobalAction) { actions.append(action) }
    mutating func send(_ message: Term, to node: Atom) { emit(.send(message, to: node)) }

    /// What has to come to a node that is known, be it that its link is still on the way.
    /// - Returns: false where it never comes there.
    @discardableResult
    mutating func post(_ message: Term, to node: Atom) -> Bool {
        post(message, to: [node])
        return connected.contains(node) || syncing.contains(node)
    }

    mutating func post(_ message: Term, to nodes: [Atom]) {
        for node in nodes where connected.contains(node) { send(message, to: node) }
        let waiting = nodes.filter { !connected.contains($0) && syncing.contains($0) }
        guard !waiting.isEmpty, !syncing.add(message, for: waiting) else { return }
        for node in waiting { syncing.end(node) }
        overflowing.formUnion(waiting)
    }

    mutating func take() -> [GlobalAction] {
        // Not in the middle of what has sent something there.
        while !overflowing.isEmpty {
            let nodes = overflowing.sorted(by: Atom.precedes)
            overflowing = []
            for node in nodes where !connected.contains(node) {
                becameUnreachable(node)
                // Its link may come up all the same, and it may know us.
                removing.insert(node)
            }
        }
        lockerLooks()
        defer { actions = [] }
        return actions
    }

    /// Numbers are never used twice.
    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    mutating func nextReference() -> Reference {
        let number = UInt64(nextNumber())
        return Reference(
            node: own, creation: creation,
            words: [UInt32(number & 0x3ffff), UInt32(truncatingIfNeeded: number >> 18), 0x676c_6f62])
    }

    /// - Returns: 0 where it is not known.
    func version(of node: Atom) -> Int {
        if node == own { return Self.version }
        if let version = known[node] ?? pending[node], version != 0 { return version }
        return versions[node] ?? 0
    }

    mutating func remember(_ version: Int, of node: Atom) {
        if version != 0, versions[node] != nil || versions.count < 2 * Self.nodesLimit { versions[node] = version }
    }

    /// The nodes that are known, in their order, so that what goes to all of them comes in the same order in each run.
    var knownInOrder: [(node: Atom, version: Int)] {
        known.sorted { Atom.precedes($0.key, $1.key) }.map { ($0.key, $0.value) }
    }

    /// `[{Node, Version}]`, or `[Node]` for nodes that do not know versions.
    func knownList(for version: Int) -> Term {
        .list(
            knownInOrder.map {
                version < Self.partitionVersion ? .atom($0.node) : .tuple(.atom($0.node), .integer($0.version))
            })
    }

    /// - Parameter nodes: `Node` or `{Node, Version}`.
    /// - Returns: those that are new.
    mutating func addToKnown(_ nodes: [Term]) -> [Atom] {
        var added: [Atom] = []
        for (node, version) in nodes.compactMap(Self.nodeAndVersion) where node != own {
            if let old = known[node] {
                guard old == 0 else { continue }
                known[node] = version
            } else {
                guard known.count < Self.nodesLimit else { continue }
                known[node] = version
                added.append(node)
            }
            remember(version, of: node)
        }
        return added
    }

    static func nodeAndVersion(_ term: Term) -> (Atom, Int)? {
        if case .atom(let node) = term { return (node, 0) }
        guard let pair = term.asTuple(2), let node = pair[0].asAtom else { return nil }
        return (node, pair[1].asInteger ?? 0)
    }

    /// Nodes that others have: we are to have a link to each, and to say so there.
    mutating func sync(with nodes: [Atom]) {
        for node in nodes where node != own {
            guard !connected.contains(node) else {
                inSync(with: node)
                continue
            }
            // What it was given up for is over.
            removing.remove(node)
            if !syncing.contains(node), syncing.count < Self.nodesLimit {
                syncing.begin(node)
                emit(.connect(node))
            }
        }
    }

    private mutating func inSync(with node: Atom) {
        send(.cast(.atom("in_sync"), .atom(own), .true), to: node)
    }

    // MARK: losing nodes

    enum LossKind {
        /// The link has ended by itself.
        case disconnected
        /// We give it up so that partitions do not overlap.
        case removed
    }

    /// `handle_nodedown`
    mutating func lost(_ node: Atom, _ kind: LossKind) {
        syncing.end(node)
        cancelLocker(node, tag: sessions[node]?.myTag)
        forget(node)
        switch kind {
        case .removed: removing.insert(node)
        case .disconnected:
            if removing.remove(node) == nil { announceLoss(of: node) }
        }
        pending[node] = nil
        known[node] = nil
        if !connected.contains(node) { lockerLost(node) }
    }

    /// No link to it comes up, or what waits for that is too much.
    private mutating func becameUnreachable(_ node: Atom) {
        emit(.report(.unreachable(node)))
        lost(node, .disconnected)
    }

    /// `reset_node_state`
    mutating func forget(_ node: Atom) {
        sessions[node] = nil
        greetings[node] = nil
    }
}
