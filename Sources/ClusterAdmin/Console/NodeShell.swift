package import Diagnosis
package import ErlangNode
import ErlangTerm

/// The node's own shell, Erlang's or IEx, with us as its group leader. It is linked to us: when the session ends, in
/// whatever way, the shell and its evaluation on the node end too, and nothing else does.
package final class NodeShell {
    package enum Event {
        /// Text, UTF-8, as the node wrote it: not made harmless yet.
        case output([UInt8])
        /// Who wrote has done so: a control sequence that is open is not going to be continued.
        case paused
        /// What the node logged about a process of this shell, UTF-8: a crash, for one.
        case logged([UInt8])
        /// Input is wanted; `enter` gives it.
        case read(IORead)
        /// What was entered is not whole: all of it, continued, is wanted again.
        case readMore
        /// The input has been taken, or is not wanted any more.
        case readOver
        /// The shell is over; `reason` describes an end that was not in order.
        case ended(reason: String?)
        case lost(NodeFailure)
    }

    package let node: String
    package let language: EvaluationRequest.Language
    package var onEvent: ((Event) -> Void)?
    let session: any LeadingSession
    private var leader: PID
    private(set) var process: PID?
    private var server: IOServer
    private(set) var isOver = false
    private var loss: LossObservation?
    /// Of the administrator whose connection it is.
    var closing: NodeAdministrator.Closing?
    /// The program that looks for IEx, while it runs.
    private var search: RequestID?
    /// An interrupt went to Erlang's shell since it was last at its prompt.
    private var hasSignalled = false
    /// Reads that have begun or ended.
    private var readCount = 0
    /// What evaluates for IEx. Erlang's shell is linked to its evaluator and takes it along.
    private var evaluators: Set<PID> = []
    /// Log events that the node is formatting.
    var formattedCount = 0

    init(node: String, language: EvaluationRequest.Language, session: any LeadingSession) {
        self.node = node
        self.language = language
        self.session = session
        server = IOServer(
            endOfInput: language == .erlang ? .terminated : .endOfFile, givesBinaries: language == .elixir)
        leader = PID(node: Atom(""), id: 0, serial: 0, creation: 0)
    }

    /// Starts the shell; events follow.
    package func start() {
        leader = session.lead { [weak self] event in self?.received(event) }
        loss = session.observeLoss { [weak self] in self?.lose($0) }
        switch language {
        case .erlang:
            // `shell:start/0` spawns the shell and returns its pid: the link is ours to make. The answer finds this object
            // also where nobody wants the shell any more: then it ends the process.
            session.call("shell", "start", encoded: [106], leader: leader) { [self] in started($0) }
        case .elixir:
            var state: TermView?
            search = session.run(.iex, bindings: []) { [weak self] event in
                if case .ended = event { self?.search = nil }
                switch event {
                case .item(let item): state = item.elements(tagged: "iex", 2)?[1]
                case .ended(.finished): self?.startIEx(state)
                case .ended(.exited(let reason)): self?.exited(reason)
                // That comes by itself.
                case .ended(.lost): break
                }
            }
        }
    }

    /// What looks for IEx was ended.
    private func exited(_ reason: TermView) {
        let failure = NodeFailure.noEvaluation(on: node, endedWith: reason)
        end(failure.map { .lost($0) } ?? .ended(reason: TermPrinter.excerpt(reason)))
    }

    /// The connection is gone.
    func lose(_ failure: NodeFailure) { end(.lost(failure)) }

    /// - Parameter state: what the program `iex` emitted.
    private func startIEx(_ state: TermView?) {
        guard !isOver else { return }
        guard let state, !state.isAtom("unavailable") else {
            return end(.ended(reason: "IEx is not installed on \(node)"))
        }
        let keeper = state.pid
        session.spawn("Elixir.IEx.Server", "run", [.emptyList], leader: leader) { [self] result in
            switch result {
            case .success(let pid):
                process = pid
                if let keeper { awaitEnd(of: pid, by: keeper) }
                if isOver { kill() }
            case .failure(let failure): end(.lost(failure))
            }
        }
    }

    private func awaitEnd(of server: PID, by keeper: PID) {
        var encoder = TermEncoder()
        encoder.write(.tuple([.atom("server"), .pid(server)]))
        session.send(encoded: encoder.bytes, to: keeper)
    }

    private func started(_ result: Result<CallOutcome, NodeFailure>) {
        switch result {
        case .success(.returned(let value)):
            guard let pid = value.pid else { return end(.ended(reason: TermPrinter.excerpt(value))) }
            process = pid
            if isOver { return kill() }
            session.link(leader, to: pid)
        case .success(.raised(let kind, let reason, _)):
            let failure = NodeFailure.noEvaluation(on: node, calling: "shell", "start", raised: kind, reason)
            end(failure.map { .lost($0) } ?? .ended(reason: TermPrinter.excerpt(reason)))
        case .failure(let failure): end(.lost(failure))
        }
    }

    // MARK: what the person does

    /// The size of the terminal; nil where there is none.
    package func resize(columns: Int?, rows: Int?) {
        server.columns = columns
        server.rows = rows
    }

    var columns: Int { server.columns ?? 80 }

    /// Whole lines, line feeds included.
    package func enter(_ text: String) { perform(server.typed(text)) }

    package func endInput() { perform(server.inputEnded()) }

    /// Breaks off what runs, and the read that waits.
    /// - Returns: whether the bindings are lost with it.
    @discardableResult
    package func interrupt() -> Bool {
        // A shell at its prompt evaluates nothing. IEx would lose its bindings, and code that reads is ended by its read.
        let isEvaluating = language == .erlang ? !server.isShellReading : !server.isReading
        if let process, isEvaluating {
            session.signal("interrupt", to: process, from: leader)
            hasSignalled = language == .erlang
        }
        perform(server.interrupt())
        return language == .elixir && isEvaluating
    }

    /// The shell is at its prompt after an interrupt. It takes one only while it evaluates; one that came when it had
    /// just done so waits in its mailbox and would break off the next evaluation. A read that is broken off makes it
    /// look there.
    private func ask(afterInterrupt read: IORead) {
        hasSignalled = false
        guard let process else { return }
        let asked = readCount
        session.call("erlang", "process_info", [.pid(process), .atom("messages")]) { [weak self] result in
            guard let self, !isOver, readCount == asked else { return }
            guard case .success(.returned(let value)) = result, let messages = value.elements(2)?[1]?.list,
                messages.contains(where: { $0.elements(tagged: "EXIT", 3)?[2]?.isAtom("interrupt") == true })
            else {
                onEvent?(.read(read))
                return
            }
            perform(server.interrupt())
        }
    }

    /// IEx only monitors its evaluator, which would outlive it. There is another one after an interrupt.
    private func linkEvaluator() {
        guard let process else { return }
        session.call("erlang", "process_info", [.pid(process), .atom("monitors")]) { [weak self] result in
            guard let self, !isOver, case .success(.returned(let value)) = result,
                let monitored = value.elements(2)?[1]?.list
            else { return }
            // It may monitor us as well, of whom it reads.
            let found = Set(
                monitored.compactMap { $0.elements(tagged: "process", 2)?[1]?.pid }.filter { $0.node == process.node })
            for evaluator in found.subtracting(evaluators) { session.link(leader, to: evaluator) }
            evaluators = found
        }
    }

    /// Ends this shell, and its evaluation with it.
    package func kill() {
        if let process { session.signal("kill", to: process, from: leader) }
    }

    /// Ends the shell and its evaluation. The connection stays: others may use it, too.
    package func leave() {
        guard !isOver else { return }
        isOver = true
        if let search { session.cancel(search) }
        kill()
        close()
    }

    /// Ends what it has on this side; what is linked to the leader gets its exit signal, IEx's evaluator for one.
    private func close() {
        loss?.cancel()
        closing?.cancel()
        if session.isUp { session.dismiss(leader) }
    }

    // MARK: what the node does

    private func received(_ event: LeaderEvent) {
        switch event {
        case .message(let message): perform(server.received(message))
        case .logged(let level, let message, let meta): format(level, message, meta)
        case .exited(let pid, let reason):
            guard pid == process else { return }
            let isOrderly =
                reason.isAtom("normal") || reason.isAtom("shutdown") || reason.isAtom("terminated")
                || reason.isAtom("killed")
            end(.ended(reason: isOrderly ? nil : TermPrinter.excerpt(reason)))
        case .over(let reason): end(.ended(reason: reason.map { TermPrinter.excerpt($0) } ?? "its group leader ended"))
        }
    }

    private func perform(_ effects: [IOEffect]) {
        for effect in effects where !isOver {
            switch effect {
            case .reply(let pid, let message): session.send(encoded: message, to: pid)
            case .write(let text): onEvent?(.output(text))
            case .pause: onEvent?(.paused)
            case .read(let read):
                readCount += 1
                if language == .elixir, read.isShellPrompt { linkEvaluator() }
                if hasSignalled, read.isShellPrompt { ask(afterInterrupt: read) } else { onEvent?(.read(read)) }
            case .readMore: onEvent?(.readMore)
            case .readOver:
                readCount += 1
                onEvent?(.readOver)
            case .call(let ticket, let module, let function, let arguments):
                session.call(module, function, encoded: arguments, leader: nil) { [weak self] result in
                    guard let self else { return }
                    perform(server.answered(ticket, try? result.get()))
                }
            }
        }
    }

    func say(_ logged: [UInt8]) {
        if !isOver { onEvent?(.logged(logged)) }
    }

    private func end(_ event: Event) {
        guard !isOver else { return }
        isOver = true
        close()
        onEvent?(event)
    }
}
