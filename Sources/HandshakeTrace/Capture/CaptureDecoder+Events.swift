import ByteTransport
import DistributionProtocol
import ErlangNode

/// What is told, and which packets are kept for it.
extension CaptureDecoder {
    /// Lets something happen to a conversation, and takes what it tells.
    func change(_ conversation: Conversation, _ happen: (Conversation) -> Void) {
        let before = conversation.bufferedBytes
        happen(conversation)
        buffered += conversation.bufferedBytes - before
        if conversation.events.isEmpty { return }
        if conversation.spoken == .epmd { collectEPMD(conversation) } else { events += conversation.takeEvents() }
    }

    /// What epmd says of a node belongs to the connection that follows, if one does; what fails stands for itself.
    func collectEPMD(_ conversation: Conversation) {
        while let lookup = book.expired(at: lastTime) { tell(lookup) }
        if conversation.isOver,
            conversation.events.contains(where: { if case .ended = $0.what { true } else { false } })
        {
            events += conversation.takeEvents()
            return
        }
        guard let answer = conversation.answer else { return }
        let told = conversation.takeEvents()
        switch answer {
        case .port(let node):
            let end = TCPEnd(address: conversation.acceptorEnd.address, port: node.port)
            book.register(node.alive, at: end)
            book.add(
                EPMDBook.Lookup(
                    connection: conversation.number, time: told.last?.time ?? lastTime,
                    asker: conversation.initiatorEnd.address, node: end, events: told))
            return
        case .alive:
            if let node = conversation.registration {
                book.register(node.alive, at: TCPEnd(address: conversation.initiatorEnd.address, port: node.port))
            }
        case .notRegistered, .names, .aliveRefused: break
        }
        tellAlone(told)
    }

    /// Events that belong to no connection of nodes.
    func tellAlone(_ told: [TraceEvent]) {
        for var event in told {
            switch event.what {
            case .epmd, .note: break
            default: continue
            }
            event.connection = nil
            events.append(event)
        }
    }

    /// A question to epmd that nothing followed.
    func tell(_ lookup: EPMDBook.Lookup) {
        tellAlone(lookup.events)
        discardPackets(of: lookup.connection)
    }

    func discardPackets(of connection: Int) {
        for packet in keptPackets.removeValue(forKey: connection) ?? [] { kept -= packet.bytes.count }
    }

    func keep(_ frame: CapturedFrame, _ segment: TCPSegment, _ index: Int) {
        guard keepsPackets, flows[index].phase != .ignored else { return }
        let conversation = flows[index].conversation
        if let conversation {
            let isClosing = segment.isFinal || segment.isReset
            if conversation.isUp, !isClosing, conversation.kept.packetsSinceUp >= Self.maximumKeptSinceUp { return }
            if conversation.kept.bytes >= Self.maximumKeptOfConnection { return }
        }
        guard kept + frame.bytes.count <= Self.maximumKept else {
            figures.unkept += 1
            return
        }
        kept += frame.bytes.count
        if let conversation {
            if conversation.isUp { conversation.kept.packetsSinceUp += 1 }
            conversation.kept.bytes += frame.bytes.count
            keptPackets[conversation.number, default: []].append(KeptPacket(frame))
        } else {
            flows[index].packets.append(KeptPacket(frame))
        }
    }
}
