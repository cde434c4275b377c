import ByteTransport
import DistributionProtocol
import ErlangNode

/// How connections end, and what is told of those that never came about.
extension CaptureDecoder {
    func reset(_ direction: FlowDirection, _ segment: TCPSegment, _ index: Int, _ time: Int) {
        let flow = flows[index]
        if flow.phase == .new, flow.hasOpening, !flow.isAccepted, direction == .fromAcceptor {
            tellUnanswered(index, .refused, at: time)
            ignore(index)
            return
        }
        skipGaps(direction, index, time)
        end(index, by: direction.sender, isReset: true, at: time)
    }

    /// A connection that did not come about, where something of Erlang is known to be expected.
    func tellUnanswered(_ index: Int, _ reason: EndReason, at time: Int) {
        let flow = flows[index]
        let isEPMD = isEPMD(index)
        let alive = book.name(of: flow.acceptor)
        guard isEPMD || book.isNode(flow.acceptor) else { return }
        open(index, isEPMD ? .epmd : .distribution, at: time)
        guard let conversation = flows[index].conversation else { return }
        if let alive { conversation.suppose(alive: alive) }
        change(conversation) { $0.tell(.ended(reason), at: time, stage: isEPMD ? .epmd : .tcp) }
        closedConnections.append(conversation.number)
    }

    /// A direction has come to its end. What the other one still lacks will not come any more; it may have ended before.
    func ended(_ direction: FlowDirection, _ index: Int, _ time: Int) {
        let other = direction.opposite
        let isWaiting =
            other == .fromInitiator ? flows[index].toAcceptor.isWaiting : flows[index].toInitiator.isWaiting
        if isWaiting {
            skipGaps(other, index, time)
            if isAtEnd(other, index) { end(index, by: other.sender, isReset: false, at: time) }
        }
        end(index, by: direction.sender, isReset: false, at: time)
    }

    func end(_ index: Int, by role: Role?, isReset: Bool, at time: Int) {
        learnSecrets(index)
        guard let conversation = flows[index].conversation else {
            if flows[index].phase == .new, flows[index].isAccepted, book.isNode(flows[index].acceptor) {
                tellUnanswered(index, isReset ? .reset(by: role) : .closed(by: role), at: time)
            }
            return ignore(index)
        }
        if let alive = book.name(of: flows[index].acceptor), conversation.isOfNodes {
            conversation.suppose(alive: alive)
        }
        change(conversation) { $0.closed(by: role, isReset: isReset, at: time, surroundings) }
        if isReset || flows[index].toAcceptor.isAtEnd && flows[index].toInitiator.isAtEnd { forget(index) }
    }

    /// Nothing more is told of it.
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
        abandon(conversation)
    }

    /// Nothing is told of it.
    func abandon(_ conversation: Conversation) {
        finishedRandoms[conversation.number] = nil
        keeper.discard(conversation.number)
    }

    func ignore(_ index: Int) {
        buffered -= flows[index].toAcceptor.heldBytes + flows[index].toInitiator.heldBytes
        keeper.release(flows[index].packets)
        flows[index].packets = []
        flows[index].toAcceptor.clear()
        flows[index].toInitiator.clear()
        flows[index].firstBytes = []
        flows[index].conversation = nil
        flows[index].phase = .ignored
    }

    func makeRoom() {
        for flow in flows.makeRoom() {
            buffered -= flow.toAcceptor.heldBytes + flow.toInitiator.heldBytes
            keeper.release(flow.packets)
            guard let conversation = flow.conversation else { continue }
            figures.forgotten += 1
            change(conversation) { $0.captureEnded(at: lastTime, surroundings) }
            close(conversation)
        }
    }

    /// There is no more: what goes on is told as it stands.
    package func finish() {
        for index in flows.indices {
            learnSecrets(index)
            for direction in [FlowDirection.fromInitiator, .fromAcceptor] where flows[index].phase == .followed {
                skipGaps(direction, index, lastTime)
                if isAtEnd(direction, index) { end(index, by: direction.sender, isReset: false, at: lastTime) }
            }
            if flows[index].phase == .new, flows[index].hasOpening, !flows[index].isAccepted,
                lastTime - flows[index].started > 3_000_000
            {
                let waited = (lastTime - flows[index].started) / 1_000
                tellUnanswered(index, .timeout(milliseconds: waited), at: lastTime)
            }
            guard let conversation = flows[index].conversation else { continue }
            change(conversation) { $0.captureEnded(at: lastTime, surroundings) }
            forget(index)
        }
        while let lookup = book.expired(at: nil) { tell(lookup) }
        for conversation in unclaimed.claim(where: { _ in true }) { giveUp(conversation) }
        figures.unkept = keeper.unkept
    }
}
