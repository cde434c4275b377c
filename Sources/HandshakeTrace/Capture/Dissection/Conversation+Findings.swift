import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import PacketCapture

/// What epmd and the distribution said.
extension Conversation {
    func emit(_ findings: [EPMDDissector.Finding], at time: Int) {
        for finding in findings {
            switch finding {
            case .request(.portPlease(let alive)):
                emit(.epmd(EPMDFacts(.port, isAnswer: false, alive: alive)), at: time, from: .initiator)
            case .request(.names): emit(.epmd(EPMDFacts(.names, isAnswer: false)), at: time, from: .initiator)
            case .request(.alive(let node)):
                lookup?.registration = node
                initiator.name = nil
                let facts = EPMDFacts(.register, isAnswer: false, alive: node.alive, port: node.port)
                emit(.epmd(facts), at: time, from: .initiator)
            case .otherRequest(let request, let alive):
                emit(.epmd(EPMDFacts(request, isAnswer: false, alive: alive)), at: time, from: .initiator)
            case .response(let response): emit(response, at: time)
            case .unreadable(let text, let direction): emit(.note(text), at: time, from: direction.sender)
            }
        }
    }

    func emit(_ response: EPMDResponse, at time: Int) {
        lookup?.answer = response
        switch response {
        case .port(let node):
            let facts = EPMDFacts(.port, isAnswer: true, alive: node.alive, port: node.port)
            emit(.epmd(facts), at: time, from: .acceptor)
        case .notRegistered:
            var alive: String?
            if case .portPlease(let name) = lookup?.dissector.request { alive = name }
            emit(.epmd(EPMDFacts(.port, isAnswer: true, alive: alive)), at: time, from: .acceptor)
            if let alive { acceptor.name = alive + "@" + acceptorEnd.address.description }
            isOver = true
            emit(.ended(.notRegistered), at: time)
        case .names(let names):
            let facts = EPMDFacts(.names, isAnswer: true, names: names.nodes.map(\.alive))
            emit(.epmd(facts), at: time, from: .acceptor)
        case .alive:
            let facts = EPMDFacts(
                .register, isAnswer: true, alive: registration?.alive, port: registration?.port)
            emit(.epmd(facts), at: time, from: .acceptor)
        case .aliveRefused(let result):
            emit(.epmd(EPMDFacts(.register, isAnswer: true, alive: registration?.alive)), at: time, from: .acceptor)
            emit(.note("epmd refuses the name (result \(result)): it is taken"), at: time)
        }
    }

    func emit(_ findings: [DistributionDissector.Finding], at time: Int) {
        for finding in findings {
            switch finding {
            case .notDistribution(_, let direction) where !isOfNodes && direction == .fromInitiator:
                isForeign = true
            case .message(let event, let direction):
                isOfNodes = true
                learnName(event, direction)
                emit(.handshake(HandshakeDetail(event)), at: time, stage: event.message.stage, from: direction.sender)
            case .up:
                isUp = true
                emit(.up, at: time, stage: .up)
            case .speaksTLS(let alert, let firstBytes, let direction):
                if let alert {
                    emit(.alert(AlertFacts(level: 2, description: alert)), at: time, from: direction.sender)
                }
                end(.notDistribution(firstBytes), at: time, from: direction)
            case .notDistribution(let firstBytes, let direction):
                end(.notDistribution(firstBytes), at: time, from: direction)
            case .unreadable(let text, let direction): emit(.note(text), at: time, from: direction.sender)
            }
        }
    }

    func end(_ reason: EndReason, at time: Int, from direction: FlowDirection) {
        if isOver { return }
        isOver = true
        emit(.ended(reason), at: time, from: direction.sender)
    }

    func learnName(_ event: HandshakeEvent, _ direction: FlowDirection) {
        guard let name = event.name else { return }
        switch (event.message, direction) {
        // A dynamic name comes with the status; until then it is a host.
        case (.name, .fromInitiator) where name.contains("@"), (.status, .fromAcceptor):
            initiator.name = name
            nameSupposed()
        case (.challenge, .fromAcceptor): named(acceptor: name)
        default: break
        }
    }

    func emit(_ guesses: [EncryptedHandshake.Guess]) {
        guard let first = guesses.first else { return }
        if !hasReportedSealed {
            hasReportedSealed = true
            emit(.note("encrypted: what follows is deduced from the order and lengths of the records"), at: first.time)
        }
        for guess in guesses {
            let what = EventKind.handshake(HandshakeDetail(guess.message))
            emit(what, at: guess.time, stage: guess.message.stage, from: guess.direction.sender, isGuess: true)
            if guess.isProof { isOfNodes = true }
            if guess.message == .challengeAck {
                isUp = true
                emit(.up, at: guess.time, stage: .up, isGuess: true)
            }
        }
    }
}

extension HandshakeMessageKind {
    /// The stage of a connection that the message belongs to.
    var stage: NodeFailure.Stage {
        switch self {
        case .name: .name
        case .status: .status
        case .challenge, .complement: .challenge
        case .challengeReply: .reply
        case .challengeAck: .ack
        }
    }
}

extension Endpoint {
    init(_ end: TCPEnd) { self.init(host: end.address.description, port: end.port) }
}
