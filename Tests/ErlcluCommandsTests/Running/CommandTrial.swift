import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import HandshakeTrace

@testable import ErlcluCommands
@testable import ReleaseFiles

/// Runs the whole tool in this process, against nodes that a test makes up.
final class CommandTrial {
    final class MemorySink: ByteSink {
        var bytes: [UInt8] = []
        var error: Int32 = 0
        func write(_ bytes: [UInt8]) -> Int32 {
            if error == 0 { self.bytes += bytes }
            return error
        }
    }

    let output = MemorySink()
    let errors = MemorySink()
    let targets = FakeTargets()
    var environment: [String: String] = [:]
    var input: [UInt8] = []
    var files: [String: [UInt8]] = [:]
    var inputIsTerminal = false
    var outputIsTerminal = false
    var errorIsTerminal = false
    /// The time that a command of `command` sees.
    var now = Instant(nanoseconds: 0)

    var standardOutput: String { String(decoding: output.bytes, as: UTF8.self) }
    var standardError: String { String(decoding: errors.bytes, as: UTF8.self) }

    func run(_ arguments: String..., as program: String = "/usr/bin/erlclu-ctl") -> Int32 {
        run(words: arguments, as: program)
    }

    func run(words arguments: [String], as program: String = "/usr/bin/erlclu-ctl") -> Int32 {
        CommandLineTool(context([program] + arguments, EventLoop())).run()
    }

    /// A command that has been typed and does nothing yet, for what commands are made of.
    func command(_ arguments: String..., on loop: EventLoop = EventLoop()) throws(UsageError) -> CommandRun {
        let context = context(["/usr/bin/erlclu-ctl"] + arguments, loop)
        return CommandRun(
            try CommandLineParser().parse(arguments), context: context,
            output: BufferedWriter(output, isTerminal: false), errors: BufferedWriter(errors, isTerminal: false),
            progress: ProgressLine(context))
    }

    private func context(_ arguments: [String], _ loop: EventLoop) -> CommandContext {
        CommandContext(
            arguments: arguments, environment: environment, standardOutput: output,
            standardError: errors, inputIsTerminal: inputIsTerminal, outputIsTerminal: outputIsTerminal,
            errorIsTerminal: errorIsTerminal,
            terminalWidth: 80, hostName: "here", now: { [self] in now },
            readFile: { [files, input] (path, _) async throws(FileFault) in
                if path == "-" { return input }
                guard let bytes = files[path] else { throw FileFault(reason: "No such file or directory") }
                return bytes
            },
            openFile: { [typed = TypedInput(input)] (path) throws(FileFault) in
                if path == "-" { return typed }
                return try DescriptorSource(path)
            }, targets: targets, loop: loop)
    }
}

/// What a person has typed already.
private final class TypedInput: ByteSource {
    private var rest: ArraySlice<UInt8>
    let isLive = true
    let size: Int? = nil

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    @LoopActor func awaitBytes(until deadline: Instant) async {}

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int? {
        let count = min(buffer.count, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}

/// Nodes by their names; any other name is refused with E-EPMD-NOTREG.
final class FakeTargets: NodeAccess {
    var nodes: [String: FakeNode] = ["a@here": FakeNode("a@here")]
    var registered: [RegisteredNode] = []
    var mode = AccessMode.readWrite
    var nodesOrigin = Origin.flag("--node")
    var address: HostAndPort?
    var via: Sourced<TunnelChoice>?
    var ssh: Sourced<SecureShellChoice>?
    var transport = Transport.tcp
    var warnings: [String] = []
    var timeoutMilliseconds = Sourced(10_000, Origin.fallback)
    private(set) var opened: [DialPlan] = []
    /// Ways that are open, and how many were at most.
    private var openCount = 0
    private(set) var mostOpen = 0

    func settings(_ flags: SettingsFlags) throws(SettingsError) -> NodeSettings {
        var settings = NodeSettings(
            nodes: Sourced(flags.nodes.isEmpty ? ["a@here"] : flags.nodes, nodesOrigin),
            nameType: Sourced(.short, .fallback), cookie: Sourced(Secret("monster"), .environment("COOKIE")),
            transport: Sourced(transport, .fallback), address: address.map { Sourced($0, .flag("--address")) },
            epmd: Sourced(.lookup(host: nil, port: 4369), .fallback), distributionPort: nil,
            tls: TLSSettings(verifiesPeer: Sourced(true, .fallback)), timeoutMilliseconds: timeoutMilliseconds,
            mode: Sourced(mode, .fallback), context: nil, release: nil, optfile: nil, warnings: warnings)
        settings.via = via
        settings.ssh = ssh
        return settings
    }

    func contexts() throws(SettingsError) -> (names: [String], usual: String?) { (["prod", "here"], "prod") }

    @LoopActor
    func speaksTLS(at endpoint: Endpoint, via tunnel: TunnelChoice?, deadline: Instant?) async -> Bool { false }

    @LoopActor
    func open(_ target: DialPlan) throws(CommandFailure) -> any Administration {
        opened.append(target)
        let node = nodes[target.node] ?? FakeNode(target.node, failure: .notRegistered(target.node))
        openCount += 1
        mostOpen = max(mostOpen, openCount)
        node.onClose = { [weak self] in self?.openCount -= 1 }
        return node
    }

    @LoopActor
    func names(
        host: String, port: Int, via tunnel: TunnelChoice?, deadline: Instant?
    ) async throws(NodeFailure) -> [RegisteredNode] { registered }
}

extension NodeFailure {
    static func notRegistered(_ node: String) -> NodeFailure {
        NodeFailure(
            .epmdNotRegistered, stage: .epmd, node: node, message: "epmd on here knows [a], not \(node)",
            remedy: "start it")
    }
}

/// Gives the answers that a test has put there.
///
/// `@unchecked Sendable`: a command asks it on the thread of the test that made it, which waits meanwhile.
final class FakeNode: @unchecked Sendable {
    let node: String
    var failure: NodeFailure?
    var detour: NodeFailure?
    /// How long its answers take.
    var answersAfter: Duration?
    var outcome = EvaluationOutcome.value(TermView.of("ok"))
    var outputs: [[UInt8]] = []
    var memberRows: [Member] = []
    var links: [NodeLinks] = []
    var certificates: [NodeCertificate] = []
    var daemons: [SecureShellDaemon] = []
    var registrations: [RegisteredNode] = []
    /// What the members say of their ways to each other.
    var reached: [ReachMethod: [ReachReport]] = [:]
    /// What the members answer to `evaluateOnMembers`, in this order; nil: this node's outcome, and no `b@here`.
    var memberOutcomes: [(String, Result<EvaluationOutcome, NodeFailure>)]?
    /// Is called when an output has been handed over.
    var afterOutput: () -> Void = {}
    fileprivate var onClose: () -> Void = {}
    var product: NodeStatus.Product? = NodeStatus.Product(name: "app", version: "1.2")
    private(set) var evaluated: [EvaluationRequest] = []
    private(set) var called: [(Atom, Atom, [Term])] = []
    private(set) var controls: [NodeControl] = []
    private(set) var disconnected: [String] = []

    init(_ node: String, failure: NodeFailure? = nil) {
        self.node = node
        self.failure = failure
    }

    /// What a trace tells; it is over then.
    var traced: [DistributionTrace.Event] = []

    var checkupFacts: (facts: NodeCheckup, timing: CheckupTiming)?

    var state: NodeStatus?

    /// What the members say of themselves, in this order.
    var memberStatuses: [(String, Result<NodeStatus, NodeFailure>)] = []
}

extension FakeNode: Administration {
    private func check() throws(NodeFailure) {
        if let failure { throw failure }
    }

    func traceDistribution(
        _ request: TraceRequest, readCertificate: @escaping NodeTraceReader.CertificateReading,
        onEvent: @escaping (DistributionTrace.Event) -> Void
    ) -> any HandshakeTracing { FakeTrace(traced, failure, onEvent) }

    func connect() async throws(NodeFailure) { try check() }
    func close() { onClose() }

    func ask<Question: NodeQuestion>(
        _ question: Question, until deadline: Instant?
    ) async throws(NodeFailure) -> Question.Answer {
        if let answersAfter { await sleep(for: answersAfter) }
        try check()
        guard let answer = answer(question) as? Question.Answer else {
            throw NodeFailure(.rpc, stage: .up, node: node, message: Self.noAnswer, remedy: "")
        }
        return answer
    }

    /// What a question that is missing below fails with.
    static let noAnswer = "FakeNode has no answer to this question"

    /// Only what the tests need; anything else is a failure.
    private func answer(_ question: any NodeQuestion) -> Any? {
        switch question {
        case is PingQuestion: return Duration.microseconds(250)
        case let question as EvaluationQuestion:
            evaluated.append(question.request)
            return outcome(after: question.onOutput)
        case let question as CallQuestion:
            called.append((question.module, question.function, question.arguments))
            return outcome(after: question.onOutput)
        case let question as MemberEvaluationQuestion: return answer(of: question)
        case is MembersQuestion: return memberRows
        case is LinksQuestion: return links
        case is CertificatesQuestion: return certificates
        case is HostKeysQuestion: return daemons
        case is RegisteredNamesQuestion: return registrations
        case is ReachQuestion: return [ReachReport]()
        case let question as MeshReachQuestion:
            for report in reached[question.way] ?? [] { question.onReport(report) }
            return ()
        case is CheckupQuestion: return checkupFacts
        case is StatusQuestion: return state ?? usualState
        case let question as MemberStatusQuestion:
            question.onMembers(memberStatuses.map(\.0))
            for (node, status) in memberStatuses { question.onStatus(node, status) }
            return ()
        case is ProcessIDQuestion: return state?.processID ?? "42"
        case let question as ControlQuestion:
            controls.append(question.control)
            return ()
        case let question as DisconnectQuestion:
            disconnected.append(question.peer)
            return question.peer != node
        default: return nil
        }
    }

    private func outcome(after onOutput: ([UInt8]) -> Void) -> EvaluationOutcome {
        for output in outputs {
            onOutput(output)
            afterOutput()
        }
        return outcome
    }

    private func answer(of question: MemberEvaluationQuestion) {
        question.onMembers(memberOutcomes?.map(\.0) ?? [node, "b@here"])
        for output in outputs { question.onOutput(node, output) }
        let usual: [(String, Result<EvaluationOutcome, NodeFailure>)] = [
            (node, .success(outcome)), ("b@here", .failure(.notRegistered("b@here"))),
        ]
        for (node, outcome) in memberOutcomes ?? usual { question.onOutcome(node, outcome) }
    }

    private var usualState: NodeStatus {
        NodeStatus(
            node: node, product: product, progress: "started", processID: "42", otpRelease: "25", ertsVersion: "13.1",
            uptimeSeconds: 90, processes: 7, processLimit: 262_144, runQueue: 0, memoryBytes: 3_000_000,
            applications: [NodeStatus.Application(name: "kernel", version: "8.5")])
    }
}

/// Reports what it was given, and is over then.
@LoopActor
private final class FakeTrace: HandshakeTracing {
    private let events: [DistributionTrace.Event]
    private let failure: NodeFailure?
    private let onEvent: (DistributionTrace.Event) -> Void

    init(
        _ events: [DistributionTrace.Event], _ failure: NodeFailure?,
        _ onEvent: @escaping (DistributionTrace.Event) -> Void
    ) {
        self.events = events
        self.failure = failure
        self.onEvent = onEvent
    }

    func run() async throws(NodeFailure) -> DistributionTrace.End {
        for event in events { onEvent(event) }
        if let failure { throw failure }
        return .limit
    }

    func askForEnd() {}
}
