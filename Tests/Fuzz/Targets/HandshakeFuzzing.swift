import DistributionProtocol
import ErlangTerm

/// Promises of both ends of the handshake. Names, cookie and challenges are fixed, so that the corpus can hold whole
/// handshakes with their digests.
enum HandshakeFuzzing {
    private static let cookie = Secret("distcookie")
    private static let challenge: UInt32 = 0x0102_0304

    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        guard let chunks = ChunkedInput(input), let name = try? NodeName("dist25@vm"), let other = try? NodeName("a@h")
        else { return }
        let prefix = chunks.variant & 1 == 0 ? HandshakeLengthPrefix.tcp : .tls
        let flag = chunks.variant & 4 != 0
        func makeMachine() -> any HandshakeMachine {
            if chunks.variant & 2 == 0 {
                var initiator = InitiatorHandshake(
                    .init(
                        identity: flag ? .fixed(other, creation: 5) : .dynamic(host: "localhost"), peer: name,
                        cookie: cookie, challenge: challenge, lengthPrefix: prefix, beginsWithOldName: flag))
                _ = initiator.start()
                return initiator
            }
            let acceptor = AcceptorHandshake(
                .init(
                    name: name, creation: 7, flags: DistributionFlags.hiddenInitiator.union(.published),
                    allowed: flag ? AllowList(["h"]) : nil, challenge: challenge, lengthPrefix: prefix))
            return DecidedAcceptor(acceptor: acceptor, given: other, asksWhetherAlive: flag, cookie: cookie)
        }

        var torn = makeMachine()
        let tornEnd = try end(of: &torn, chunks: chunks)
        var whole = makeMachine()
        let wholeEnd = chunks.bytes.withUnsafeBytes { HandshakeEnd(whole.received($0)) }
        // How much of a TLS record, or of what lies behind the end, has arrived depends on the chunks. So does whether
        // there is a flood behind the name before that is decided about.
        try FuzzFinding.check(
            wholeEnd.failure?.reason == .bytesOutOfTurn
                || tornEnd.isFinished == wholeEnd.isFinished && tornEnd.isDone == wholeEnd.isDone,
            "torn: \(tornEnd), at once: \(wholeEnd)")
        try FuzzFinding.check((torn.closed() == nil) == tornEnd.isFinished, "a close is not told, or told twice")
    }

    private static func end(
        of machine: inout any HandshakeMachine, chunks: ChunkedInput
    ) throws(FuzzFinding) -> HandshakeEnd {
        var end = HandshakeEnd([])
        var machineInUse = machine
        defer { machine = machineInUse }
        try chunks.forEachChunk { bytes throws(FuzzFinding) in
            let actions = machineInUse.received(bytes)
            try FuzzFinding.check(!end.isFinished || actions.isEmpty, "actions after the end")
            if !end.isFinished { end = HandshakeEnd(actions) }
            return true
        }
        return end
    }
}

/// How far a handshake came.
private struct HandshakeEnd {
    var isDone = false
    var failure: HandshakeFailure?

    var isFinished: Bool { isDone || failure != nil }

    init(_ actions: [HandshakeAction]) {
        for action in actions {
            switch action {
            case .done: isDone = true
            case .failed(let reason): failure = reason
            case .send, .observe, .decide: break
            }
        }
    }
}

private protocol HandshakeMachine {
    mutating func received(_ bytes: UnsafeRawBufferPointer) -> [HandshakeAction]
    mutating func closed() -> HandshakeFailure?
}

extension InitiatorHandshake: HandshakeMachine {}

/// An acceptor that lets everybody in.
private struct DecidedAcceptor: HandshakeMachine {
    var acceptor: AcceptorHandshake
    let given: NodeName
    let asksWhetherAlive: Bool
    let cookie: Secret

    mutating func received(_ bytes: UnsafeRawBufferPointer) -> [HandshakeAction] {
        var actions = acceptor.received(bytes)
        for case .decide(let peer) in actions {
            let decision: AcceptorDecision =
                peer.flags.contains(.nameMe)
                ? .assign(given, creation: 9) : asksWhetherAlive ? .askWhetherAlive : .accept
            actions += acceptor.decide(decision, cookie: cookie)
        }
        return actions
    }

    mutating func closed() -> HandshakeFailure? { acceptor.closed() }
}
