import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import PacketCapture

/// What is reported, and which packets are kept for it.
extension CaptureDecoder {
    /// Lets something happen to a conversation, and takes what it reports.
    func change(_ conversation: Conversation, _ happen: (Conversation) -> Void) {
        let before = conversation.bufferedBytes
        happen(conversation)
        buffered += conversation.bufferedBytes - before
        if conversation.events.isEmpty || !conversation.isOfNodes { return }
        if conversation.spoken == .epmd { return collectEPMD(conversation) }
        unclaimed.remove(conversation.number)
        if !conversation.isProof, conversation.lastStage >= .name, !conversation.wasUpBefore {
            conversation.isProof = true
            if book.recognise(conversation.acceptorEnd) { claim { $0 == conversation.acceptorEnd } }
        }
        events += conversation.takeEvents()
    }

    /// What epmd says of a node belongs to the connection that follows, if one does; what fails stands for itself.
    func collectEPMD(_ conversation: Conversation) {
        if conversation.isOver,
            conversation.events.contains(where: { if case .ended = $0.what { true } else { false } })
        {
            events += conversation.takeEvents()
            return
        }
        guard let answer = conversation.answer else {
            // It waits for no answer, or for none any more.
            if conversation.isAside, conversation.isOver || conversation.lookup?.dissector.isOther == true {
                emitAlone(conversation.takeEvents())
            }
            return
        }
        let taken = conversation.takeEvents()
        switch answer {
        case .port(let node):
            let end = TCPEnd(address: conversation.acceptorEnd.address, port: node.port)
            if book.register(node.alive, at: end) { claim { book.isOne($0, end) } }
            book.add(
                EPMDRegistrations.Lookup(
                    connection: conversation.number, time: taken.last?.time ?? lastTime,
                    asker: conversation.initiatorEnd.address, node: end, events: taken))
            return
        case .alive:
            if let node = conversation.registration {
                let end = TCPEnd(address: conversation.initiatorEnd.address, port: node.port)
                if book.register(node.alive, at: end) { claim { book.isOne($0, end) } }
            }
        case .notRegistered, .names, .aliveRefused: break
        }
        emitAlone(taken)
    }

    /// Events that belong to no connection of nodes.
    func emitAlone(_ taken: [TraceEvent]) {
        for var event in taken {
            switch event.what {
            case .epmd, .note: break
            default: continue
            }
            event.connection = nil
            events.append(event)
        }
    }

    /// A question to epmd that nothing followed.
    func emit(_ lookup: EPMDRegistrations.Lookup) {
        emitAlone(lookup.events)
        keeper.discard(lookup.connection)
    }

    func keep(_ segment: TCPSegment, _ origin: SegmentOrigin, _ index: Int) {
        guard keeper.isKeeping, flows[index].phase != .ignored else { return }
        let conversation = flows[index].conversation
        if let conversation {
            let isClosing = segment.isFinal || segment.isReset
            let isMuch = conversation.isUp && conversation.kept.packetsSinceUp >= PacketKeeper.limitSinceUp
            if isMuch && !isClosing { return }
            let limit = conversation.isOfNodes ? PacketKeeper.limitOfConnection : PacketKeeper.limitOfUnclaimed
            if conversation.kept.bytes >= limit { return }
        }
        let packets = origin.packets
        guard keeper.reserve(packets) else { return }
        if let conversation {
            if conversation.isUp { conversation.kept.packetsSinceUp += 1 }
            for packet in packets { conversation.kept.bytes += packet.bytes.count }
            keeper.add(packets, of: conversation.number)
        } else {
            flows[index].packets += packets
        }
    }
}
