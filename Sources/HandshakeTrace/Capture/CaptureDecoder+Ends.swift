import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import PacketCapture

/// How connections end, and what is reported of those that never came about.
extension CaptureDecoder {
    func reset(_ direction: FlowDirection, _ segment: TCPSegment, _ index: Int, _ time: Int) {
        let flow = flows[index]
        if flow.isUnanswered, direction == .fromAcceptor {
            emitUnanswered(index, .refused, at: time)
            ignore(index)
            return
        }
        skipGaps(direction, index, time)
        end(index, by: direction.sender, isReset: true, at: time)
    }

    /// A connection that did not come about, where something of Erlang is known to be expected.
    func emitUnanswered(_ index: Int, _ reason: EndReason, at time: Int, isGuess: Bool = false) {
        let acceptor = flows[index].acceptor
        guard isEPMD(index) || book.isNode(acceptor) else { return }
        open(index, isEPMD(index) ? .epmd : .distribution, at: time)
        guard let conversation = flows[index].conversation else { return }
        if let alive = book.name(of: acceptor) { conversation.suppose(alive: alive) }
        change(conversation) { $0.failed(reason, at: time, isGuess: isGuess) }
        if !isGuess { closedConnections.append(conversation.number) }
    }

    /// Nobody has answered for so long that it is taken for over. That is a guess: who asked may be more patient than
    /// nodes are, and the answer yet to come.
    func emitSilence(_ index: Int) {
        let flow = flows[index]
        emitUnanswered(
            index, .timeout(milliseconds: flow.waited / 1_000), at: flow.started + flow.waited, isGuess: true)
        guard let conversation = flows[index].conversation else { return ignore(index) }
        flows[index].emittedNumber = conversation.number
        flows[index].conversation = nil
        flows[index].phase = .new
    }

    /// It goes on: what was reported of its silence is taken back.
    func emitLateAnswer(_ index: Int, at time: Int) {
        let flow = flows[index]
        let conversation = Conversation(
            number: flow.emittedNumber, spoken: isEPMD(index) ? .epmd : .distribution, initiator: flow.initiator,
            acceptor: flow.acceptor)
        if let alive = book.name(of: flow.acceptor) { conversation.suppose(alive: alive) }
        // A capture's clock may go back.
        conversation.answered(at: time, after: max(0, time - flow.started))
        events += conversation.takeEvents()
    }

    /// A direction has come to its end. What the other one still lacks will not come any more; it may have ended before.
    func ended(_ direction: FlowDirection, _ index: Int, _ time: Int) {
        let other = direction.opposite
        if flows[index][other].isWaiting {
            skipGaps(other, index, time)
            if flows[index][other].isAtEnd { end(index, by: other.sender, isReset: false, at: time) }
        }
        end(index, by: direction.sender, isReset: false, at: time)
    }

    func end(_ index: Int, by role: Role?, isReset: Bool, at time: Int) {
        learnSecrets(index)
        guard let conversation = flows[index].conversation else {
            let flow = flows[index]
            if flow.phase == .new, flow.isAccepted, book.isNode(flow.acceptor) || flow.emittedNumber > 0 {
                // Who has given up has forgotten the connection, and its kernel resets it.
                let isTooLate = flow.emittedNumber > 0 && isReset && role == .initiator
                let waited = EndReason.timeout(milliseconds: max(0, flow.connected - flow.started) / 1_000)
                emitUnanswered(
                    index, isTooLate ? waited : isReset ? .reset(by: role) : .closed(by: role), at: time)
            }
            return ignore(index)
        }
        if let alive = book.name(of: flows[index].acceptor), conversation.isOfNodes {
            conversation.suppose(alive: alive)
        }
        change(conversation) { $0.closed(by: role, isReset: isReset, at: time, surroundings) }
        let isOver = flows[index][.fromInitiator].isAtEnd && flows[index][.fromAcceptor].isAtEnd
        if isReset || isOver { forget(index) }
    }

    /// Nothing more is reported of it.
    func forget(_ index: Int) {
        if let conversation = flows[index].conversation { close(conversation) }
        ignore(index)
    }

    private func close(_ conversation: Conversation) {
        buffered -= conversation.bufferedBytes
        if keeper.isKeeping, !conversation.clientRandoms.isEmpty {
            finishedRandoms[conversation.number] = conversation.clientRandoms
        }
        if unclaimed.contains(conversation.number) { return conversation.forget() }
        // What epmd answered goes with the connection that it leads to.
        if conversation.spoken == .epmd, book.awaits(conversation.number) { return }
        closedConnections.append(conversation.number)
    }

    /// It has turned out to be about something else.
    func drop(_ index: Int) {
        guard let conversation = flows[index].conversation else { return }
        unclaimed.remove(conversation.number)
        forget(index)
        if conversation.isTooLong { count(conversation) }
        abandon(conversation)
    }

    /// Nothing is reported of it.
    func abandon(_ conversation: Conversation) {
        finishedRandoms[conversation.number] = nil
        keeper.discard(conversation.number)
    }

    func ignore(_ index: Int) {
        if flows[index].emittedNumber > 0, flows[index].conversation == nil {
            closedConnections.append(flows[index].emittedNumber)
        }
        flows[index].emittedNumber = 0
        buffered -= flows[index].heldBytes
        keeper.release(flows[index].packets)
        flows[index].clear()
        flows[index].phase = .ignored
    }

    func makeRoom() {
        for flow in flows.makeRoom() {
            buffered -= flow.heldBytes
            keeper.release(flow.packets)
            guard let conversation = flow.conversation else {
                if flow.emittedNumber > 0 { closedConnections.append(flow.emittedNumber) }
                continue
            }
            connectionFigures.forgotten += 1
            change(conversation) { $0.captureEnded(at: lastTime, surroundings) }
            close(conversation)
        }
    }

    /// There is no more: what goes on is reported as it stands.
    package func finish() {
        for index in flows.indices {
            learnSecrets(index)
            for direction in [FlowDirection.fromInitiator, .fromAcceptor] where flows[index].phase == .followed {
                skipGaps(direction, index, lastTime)
                if flows[index][direction].isAtEnd { end(index, by: direction.sender, isReset: false, at: lastTime) }
            }
            if flows[index].isUnanswered, flows[index].emittedNumber == 0, lastTime - flows[index].started > 3_000_000 {
                let waited = (lastTime - flows[index].started) / 1_000
                emitUnanswered(index, .timeout(milliseconds: waited), at: lastTime)
            }
            guard let conversation = flows[index].conversation else {
                if flows[index].emittedNumber > 0 { ignore(index) }
                continue
            }
            change(conversation) { $0.captureEnded(at: lastTime, surroundings) }
            forget(index)
        }
        while let lookup = book.expired(at: nil) { emit(lookup) }
        for conversation in unclaimed.claim(where: { _ in true }) { giveUp(conversation) }
    }
}
