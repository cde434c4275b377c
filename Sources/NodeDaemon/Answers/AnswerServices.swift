import ByteTransport
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// What peers get from this node: `net_kernel` and `rex` as far as a node must have them, and the functions of the
/// registry, by whichever of OTP's ways they are called.
///
/// A function is answered at once, so a process that a peer spawns for it has ended when the peer learns of it, and nothing
/// of it is kept. A program of erlclu-ctl that this node knows may take longer (`HostedProcess`).
final class AnswerServices: PeerServices {
    private let name: Atom
    private let creation: UInt32
    private let registry: AnswerRegistry
    private let programs: NativePrograms
    private let processes = HostedProcesses()
    /// The numbers below are those of processes that are always there.
    private static let firstProcess: UInt32 = 16
    private var lastProcess = firstProcess

    /// The names that a peer may monitor. They never go down before the link does.
    private static let registered: Set<String> = ["net_kernel", "rex"]

    init(name: NodeName, creation: UInt32, registry: AnswerRegistry, programs: NativePrograms) {
        self.name = Atom(name.name)
        self.creation = creation
        self.registry = registry
        self.programs = programs
    }

    /// How many processes peers have here that are not over.
    var processCount: Int { processes.count }

    func replies(to message: DistributionMessage, on link: NodeConnection, isOurs: (PID) -> Bool) -> [[UInt8]] {
        if let frames = processes.take(message, on: link) { return frames }
        return switch message.control {
        case .spawnRequest(let id, let from, _, let function, let options, _):
            spawned(id, for: from, on: link, function, options, arguments: message.payload)
        case .regSend(_, let name, _):
            message.payload.map { delivered($0, to: name.name) } ?? []
        case .monitorP(_, .name(let name), _) where Self.registered.contains(name.name):
            []
        default:
            Refusal.replies(to: message.control, isOurs: isOurs)
        }
    }

    // MARK: processes

    /// A pid that no process here had before, as long as 2^28 have not come and gone.
    private func nextProcess() -> PID {
        lastProcess = lastProcess % 0x0FFF_FFFF + 1
        return PID(node: name, id: max(lastProcess, Self.firstProcess), serial: 0, creation: creation)
    }

    private func spawned(
        _ id: Reference, for caller: PID, on link: NodeConnection, _ function: FunctionName, _ options: [Term],
        arguments: TermView?
    ) -> [[UInt8]] {
        let process = nextProcess()
        let isLinked = options.contains(.atom("link"))
        let isMonitored = options.contains { option in
            if case .tuple(let pair) = option { pair.first == .atom("monitor") } else { option == .atom("monitor") }
        }
        var flags: SpawnReplyFlags = []
        if isLinked { flags.insert(.link) }
        if isMonitored { flags.insert(.monitor) }
        var frames = [
            DistributionMessage.frame(.spawnReply(id: id, to: caller, flags: flags, result: .spawned(process)))
        ]
        if function.module == "erl_eval", function.function == "exprs",
            let hosted = hosted(process, for: caller, on: link, arguments)
        {
            if isLinked { hosted.join(caller) }
            if isMonitored { hosted.watch(caller, id) }
            // The peer is to know the process before it hears of it.
            programs.loop.enqueue { hosted.program?.begin() }
            return frames
        }
        guard isLinked || isMonitored else {
            _ = reason(function, arguments)
            return frames
        }
        let reason = reason(function, arguments)
        if isMonitored {
            frames.append(
                DistributionMessage.frame(
                    .payloadMonitorPExit(from: .pid(process), to: caller, reference: id), payload: reason))
        }
        if isLinked {
            frames.append(DistributionMessage.frame(.payloadExit(from: process, to: caller), payload: reason))
        }
        return frames
    }

    /// - Returns: nil for what is no program that this node knows: nothing is evaluated.
    private func hosted(
        _ pid: PID, for caller: PID, on link: NodeConnection, _ arguments: TermView?
    ) -> HostedProcess? {
        // Whoever asks gets the answer, and nobody else.
        guard let request = ProgramRequest(arguments), request.client == caller,
            let process = processes.add(pid, on: link, for: request)
        else { return nil }
        process.program = programs.program(for: request, in: process)
        guard process.program != nil else {
            process.forget()
            return nil
        }
        return process
    }

    /// With which reason a process ends that runs this. What `erpc` calls comes back as a reason.
    private func reason(_ function: FunctionName, _ arguments: TermView?) -> Term {
        if function.module == "erl_eval" { return NoEvaluation.reason }
        let given = arguments?.list?.map(\.term) ?? []
        guard function.module == "erpc", function.function == "execute_call", given.count == 4,
            case .atom(let module) = given[1], case .atom(let name) = given[2], case .list(let values) = given[3]
        else {
            switch registry.call(function.module, function.function, given) {
            case .returned: return .atom("normal")
            case .badArgument: return .tuple(.atom("badarg"), stack(function.module, function.function, given))
            case nil: return .tuple(.atom("undef"), stack(function.module, function.function, given))
            }
        }
        switch registry.call(module, name, values) {
        case .returned(let value): return .tuple(given[0], .atom("return"), value)
        case .badArgument: return .tuple(given[0], .atom("error"), .atom("badarg"), stack(module, name, values))
        case nil: return .tuple(given[0], .atom("error"), .atom("undef"), stack(module, name, values))
        }
    }

    /// `[{M, F, Args, []}]`
    private func stack(_ module: Atom, _ function: Atom, _ arguments: [Term]) -> Term {
        [.tuple(.atom(module), .atom(function), .list(arguments), .emptyList)]
    }

    // MARK: registered names

    private func delivered(_ message: TermView, to name: String) -> [[UInt8]] {
        switch name {
        case "net_kernel": askedKernel(message)
        case "rex": askedServer(message)
        default: []
        }
    }

    /// `{is_auth, Node}`: `net_adm:ping/1`. Whatever else is asked gets an answer too, since the caller may wait for ever.
    private func askedKernel(_ message: TermView) -> [[UInt8]] {
        guard let call = GenericCall(message) else { return [] }
        let isPing = call.request.elements(tagged: "is_auth", 2) != nil
        return [call.reply(isPing ? .atom("yes") : .tuple(.atom("error"), .atom("undef")))]
    }

    private func askedServer(_ message: TermView) -> [[UInt8]] {
        // `net_kernel` of a peer asks each new node.
        if let pair = message.elements(2), let asker = pair[0]?.pid, pair[1]?.isAtom("features_request") == true {
            let reply = Term.tuple(.atom("features_reply"), .atom(name), [.atom("erpc")])
            return [DistributionMessage.frame(.send(to: asker), payload: reply)]
        }
        if let caller = message.elements(2)?[0]?.pid, let request = message.elements(2)?[1] {
            return askedByHand(request, by: caller)
        }
        guard let call = GenericCall(message) else { return [] }
        // `rpc:block_call/4` is the same here: nothing that is answered takes time.
        guard
            let request = call.request.elements(tagged: "call", 5) ?? call.request.elements(tagged: "block_call", 5),
            let module = request[1]?.atom, let function = request[2]?.atom, let arguments = request[3]?.list
        else { return [call.reply(.tuple(.atom("badrpc"), .tuple(.atom("EXIT"), .atom("undef"))))] }
        return [call.reply(registry.remoteCall(module, function, arguments.map(\.term)))]
    }

    /// `{Pid, {call, M, F, Args, Leader}}`, as C nodes call (erl_call), and what `rpc:sbcast/3` sends: both wait for an answer.
    private func askedByHand(_ request: TermView, by caller: PID) -> [[UInt8]] {
        let reply: Term
        if let call = request.elements(tagged: "call", 5), let module = call[1]?.atom, let function = call[2]?.atom {
            let arguments = call[3]?.list?.map(\.term) ?? []
            reply = .tuple(.atom("rex"), registry.remoteCall(module, function, arguments))
        } else if let name = request.elements(tagged: "sbcast", 3)?[1] ?? request.elements(tagged: "send", 3)?[1] {
            reply = .tuple(.atom("rex"), .atom(self.name), .tuple(.atom("nonexisting_name"), name.term))
        } else {
            return []
        }
        return [DistributionMessage.frame(.send(to: caller), payload: reply)]
    }
}

/// A call as `gen` makes it: `{'$gen_call', {Pid, Tag}, Request}`. Since OTP 24 the tag may be `[alias | Reference]`; the
/// reply may go to the pid all the same.
private struct GenericCall {
    let caller: PID
    let tag: Term
    let request: TermView

    init?(_ message: TermView) {
        guard let call = message.elements(tagged: "$gen_call", 3), let from = call[1]?.elements(2),
            let caller = from[0]?.pid, let tag = from[1], let request = call[2]
        else { return nil }
        self.caller = caller
        self.tag = tag.term
        self.request = request
    }

    func reply(_ value: Term) -> [UInt8] {
        DistributionMessage.frame(.send(to: caller), payload: .tuple(tag, value))
    }
}
