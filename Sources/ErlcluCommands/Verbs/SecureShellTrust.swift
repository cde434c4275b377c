import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation
import ReleaseFiles

extension VerbSpec {
    static let secureShell = VerbSpec(
        name: "ssh", summary: "host keys of the nodes' SSH daemons", subverbs: [.trust])

    private static let trust = VerbSpec(
        name: "trust",
        summary: "learn a node's SSH host keys through distribution",
        operands: [.nodes],
        options: [OptionSpec(.yes, help: "forget keys that were known before and are not the node's any more")],
        details: [
            "Asks the node, over distribution and never over SSH, for the public parts of the host keys of the SSH daemons "
                + "that run on it, and keeps them under the node's name, in $XDG_CONFIG_HOME/erlclu/known_hosts or the "
                + "file behind --known-hosts. With --ssh and the node's name that key is expected then, through whatever "
                + "forward the daemon is reached.",
            "What is learned is as good as the connection. TLS that verifies the node is better than to believe the first "
                + "key that is seen; over plain TCP, or with --insecure, whoever is in between can answer for the node, "
                + "and a warning says so.",
            "CHANGE is new, known, or forgotten for one that was known before and is not the node's any more. That is asked "
                + "first on a terminal, and needs --yes elsewhere; else it is E-SSH-HOSTKEY. Nodes with the same key are "
                + "named. The status is 1 where no daemon runs, or its keys cannot be read.",
        ],
        examples: [
            VerbExample("erlclu-ctl ssh trust app@10.0.0.7", "while distribution still works"),
            VerbExample(
                "erlclu-ctl ping -n app@10.0.0.7 --ssh localhost:10022",
                "later, through a forward, with that key checked"),
        ],
        statuses: [.done, .negative, .partial, .unavailable, .outputFailed, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let settings = try run.settings()
            if settings.transport.value == .ssh {
                throw .configuration(
                    message: "host keys are learned through distribution, and the connection is SSH "
                        + "(\(settings.transport.origin))",
                    remedy: "leave --ssh out, or say --transport tls or tcp")
            }
            let usual = SecureShellOptions.usualKnownHosts(environment: run.context.environment)
            guard let path = settings.sshOptions.knownHosts?.value ?? usual else {
                throw .configuration(
                    message: "no place for known host keys: there is no home directory",
                    remedy: "give --known-hosts FILE")
            }
            guard !settings.nodes.value.isEmpty else { throw run.noNode(settings) }
            // The daemon in question would say itself which key is right.
            run.leavesOutSSH = true
            run.warnOfUnverifiedLessons(settings)
            let revoking = settings.filesOfRevokedKeys(besides: path)
            return try await run.statusOfEachNode { (node, _) async throws(CommandFailure) in
                let deadline = run.deadline
                let daemons = try await run.asking { () async throws(NodeFailure) in
                    try await node.ask(HostKeysQuestion(), until: deadline)
                }
                let lesson = try HostKeyLesson(of: node.node, daemons, file: path, revoking: revoking)
                await run.order?.awaitTurn(of: node.node)
                try await run.learn(lesson)
                return .done
            }
        })
}

/// What a node says of its host keys, beside what is known of them.
struct HostKeyLesson {
    struct Row {
        var node: String
        /// Where the daemons with the key listen.
        var daemons: [String]
        var key: HostKey
        var change: Change
    }

    enum Change: String {
        case new
        case known
        case forgotten
    }

    let node: String
    let file: String
    /// In the order of daemons and keys; what is not the node's any more comes last.
    let rows: [Row]
    /// Other nodes that are known with one of the keys.
    let otherNodes: [String]

    /// - Parameter others: files in which a key may be revoked as well.
    /// - Throws: where there is nothing to learn, or what is said is revoked.
    init(
        of node: String, _ daemons: [SecureShellDaemon], file path: String, revoking others: [String] = []
    ) throws(CommandFailure) {
        self.node = node
        file = path
        guard !daemons.isEmpty else {
            throw .unavailable(node: node, message: "\(node) runs no SSH daemon (ssh:daemon)")
        }
        let known: KnownHostsFile
        var revoking: [KnownHostsFile] = []
        do throws(SettingsError) {
            known = try KnownHostsFile.read(path, SystemFiles())
            for other in others { revoking.append(try KnownHostsFile.read(other, SystemFiles())) }
        } catch {
            throw CommandFailure(error)
        }
        let hosts = KnownHosts([known], ofNodes: true)
        var rows: [Row] = []
        for daemon in daemons {
            for key in daemon.keys.compactMap({ HostKey($0) }) {
                if let index = rows.firstIndex(where: { $0.key == key }) {
                    rows[index].daemons.append(daemon.endpoint)
                    continue
                }
                if KnownHosts([known] + revoking).revocation(of: key, node) != nil {
                    let refusal = HostKeyPolicy(
                        node: node, place: daemon.endpoint, hostNames: [], own: known, revoking: revoking, canAsk: false
                    ).decision(on: key)
                    if case .refused(let refusal) = refusal { throw .node(refusal.failure(of: node)) }
                }
                var change = Change.new
                if case .known = hosts.verdict(on: key, of: node) { change = .known }
                rows.append(Row(node: node, daemons: [daemon.endpoint], key: key, change: change))
            }
        }
        guard !rows.isEmpty else {
            let places = daemons.map { daemon in
                daemon.callback.map { "\(daemon.endpoint) has them from its own module \($0)" }
                    ?? "\(daemon.endpoint) has none in \(daemon.systemDirectory) that can be read"
            }
            throw .unavailable(
                node: node, message: "no host key of \(node) can be learned: \(places.joined(separator: ", "))")
        }
        otherNodes = Array(
            Set(rows.flatMap { hosts.otherNames(of: $0.key, than: node) }.filter { $0.contains("@") })
        ).sorted()
        var old: [HostKey] = []
        for entry in hosts.entries(of: node) where entry.marker == .none {
            if !rows.contains(where: { $0.key == entry.key }), !old.contains(entry.key) { old.append(entry.key) }
        }
        self.rows = rows + old.map { Row(node: node, daemons: [], key: $0, change: .forgotten) }
    }

    /// Keys that were known before.
    var forgotten: [HostKey] { rows.filter { $0.change == .forgotten }.map(\.key) }

    /// What is to stand in the file.
    func lines(_ isMeant: (Change) -> Bool) -> [KnownHostsLine] {
        rows.filter { isMeant($0.change) }.map { KnownHostsLine(name: node, key: $0.key) }
    }

    /// A key that was known is another one now.
    var contradiction: NodeFailure {
        let now = rows.filter { $0.change != .forgotten }.map(Self.words)
        let before = rows.filter { $0.change == .forgotten }.map(Self.words)
        return NodeFailure(
            .sshHostKey, stage: .up, node: node,
            message:
                "\(node) has other SSH host keys than those that are known of it: now \(now.joined(separator: ", ")); "
                + "\(file) has \(before.joined(separator: ", "))",
            remedy: "find out why they are others, as after a new installation; if that is right, say so with --yes")
    }

    private static func words(_ row: Row) -> String { "\(row.key.kind) \(row.key.fingerprint)" }
}

extension NodeSettings {
    /// Where a key may be revoked, beside the file that names of nodes are in. OpenSSH's files are known where the
    /// settings name a daemon.
    fileprivate func filesOfRevokedKeys(besides path: String) -> [String] {
        let ofOpenSSH = secureShell.map { $0.userKnownHosts.value + $0.globalKnownHosts.value } ?? []
        return (ofOpenSSH + [sshOptions.usualKnownHosts].compactMap { $0 }).filter { $0 != path }
    }
}

extension CommandRun {
    /// Whoever is in between can say what the host keys are.
    fileprivate func warnOfUnverifiedLessons(_ settings: NodeSettings) {
        let isTLS = settings.transport.value == .tls
        guard !isTLS || !settings.tls.verifiesPeer.value else { return }
        let kind = isTLS ? "TLS that does not verify the node" : "plain TCP, not TLS"
        warn("the connection is \(kind): the host keys that are learned are as good as the network it goes over")
    }

    /// Keeps what was learned, and shows it.
    @LoopActor
    fileprivate func learn(_ lesson: HostKeyLesson) async throws(CommandFailure) {
        if !lesson.forgotten.isEmpty {
            var isMeant = options.contains(.yes)
            if !isMeant, canAsk {
                let question = """
                    \(lesson.contradiction.message).
                    Forget what is known and keep the new ones (yes or no)?\u{20}
                    """
                let answer: Bool? = await ask(question, again: "Please type yes or no: ") { answer in
                    switch answer.lowercased() {
                    case "yes": true
                    case "no": false
                    default: nil
                    }
                }
                isMeant = answer == true
            }
            guard isMeant else { throw .node(lesson.contradiction) }
            try await KnownHostsStore.replace(lesson.node, by: lesson.lines { $0 != .forgotten }, in: lesson.file)
        } else {
            try await KnownHostsStore.add(lesson.lines { $0 == .new }, to: lesson.file)
        }
        if !lesson.otherNodes.isEmpty { warn(HostKeyAcceptance.shared(lesson.node, lesson.otherNodes)) }
        results.add(
            rows: lesson.rows,
            columns: [
                Column("node", "NODE") { .atom($0.node) },
                Column("daemon", "DAEMON") { .text($0.daemons.joined(separator: " ")) },
                Column("algorithm", "ALGORITHM") { .text($0.key.algorithm) },
                Column("fingerprint", "FINGERPRINT") { .text($0.key.fingerprint.description) },
                Column("change", "CHANGE") { .text($0.change.rawValue) },
            ])
        let isUnchanged = lesson.rows.allSatisfy { $0.change == .known }
        if !isQuiet, format == .table {
            say("\(FailureReport.program): \(isUnchanged ? "nothing is new in" : "kept in") \(lesson.file)\n")
        }
    }
}
