import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// The distribution handshake, and the life of the link behind it.
extension TraceStep {
    /// `{hs, Other, This, ThisFlags, OtherFlags, Own, Peer, Creation, OtherCreation}`
    mutating func handshake(_ function: String, _ parts: TermViews?) {
        guard let parts else { return }
        if function == "send_challenge" {
            acceptedUnseen(by: process, initiator: Self.initiator(parts[1], parts[4]?.flags, parts[6]?.endpoint))
        }
        with { step, connection in
            connection.learn(connection.side, address: parts[5]?.endpoint)
            connection.learn(connection.side.other, address: parts[6]?.endpoint)
            let flags = parts[3]?.flags
            let creation = parts[7]?.integer.flatMap { UInt32(exactly: $0) }
            let isName = function == "send_name"
            // Who came with its host alone has a name by now.
            let isGiven = connection.side == .acceptor && (parts[4]?.flags?.contains(.nameMe) ?? false)
            step.nameCame(
                &connection, parts[1], flags: parts[4], creation: isGiven ? nil : parts[8], isGiven: isGiven)
            if !isName, connection.sentStatus == nil {
                var detail = HandshakeDetail(.status, status: .ok)
                if isGiven, let name = parts[1]?.name {
                    detail.status = .named(name, creation: 0)
                    detail.name = name
                    connection.learn(.initiator, name: name)
                }
                step.emit(connection, .handshake(detail), from: connection.side, at: .status)
            }
            connection.stage = isName ? .name : .challenge
            let detail = HandshakeDetail(
                isName ? .name : .challenge, name: parts[2]?.atom?.name, flags: flags, creation: creation, version: 6)
            step.emit(connection, .handshake(detail), from: connection.side)
            connection.stage = isName ? .status : .reply
        }
    }

    /// Who has come, as the acceptor calls it: who wants a dynamic name had only its host when it came.
    private static func initiator(_ name: TermView?, _ flags: DistributionFlags?, _ address: Endpoint?) -> Party {
        guard let name = name?.name, let host = name.split(separator: "@").last.map(String.init) else {
            return Party(address: address)
        }
        let isWhole = name.utf8.contains(UInt8(ascii: "@")) && !(flags?.contains(.nameMe) ?? false)
        return Party(name: isWhole ? name : nil, address: address, host: isWhole ? nil : host)
    }

    mutating func sentReply() {
        with { step, connection in
            step.emit(connection, .handshake(HandshakeDetail(.challengeReply)), from: connection.side, at: .reply)
            connection.stage = .ack
        }
    }

    /// The initiator's answer to `alive`.
    mutating func statusReplyCame(_ isGoodRiddance: Bool) {
        with { step, connection in
            connection.stage = .status
            let detail = HandshakeDetail(.status, status: isGoodRiddance ? .true : .false)
            step.emit(connection, .handshake(detail), from: connection.side.other)
            if !isGoodRiddance { connection.isGivenUp = true }
        }
    }

    /// `{status, Word, Other, OtherFlags, OtherCreation}`
    mutating func sentStatus(_ parts: TermViews?) {
        guard let word = parts?[1]?.atom?.name else { return }
        // The initiator's words.
        if word != "true", word != "false" {
            acceptedUnseen(by: process, initiator: Self.initiator(parts?[2], parts?[3]?.flags, nil))
        }
        with { step, connection in
            step.nameCame(&connection, parts?[2], flags: parts?[3], creation: parts?[4])
            connection.stage = .status
            connection.sentStatus = word
            connection.isGivenUp = word == "false"
            let detail = HandshakeDetail(.status, status: HandshakeStatus(recorded: word))
            step.emit(connection, .handshake(detail), from: connection.side)
            connection.stage = connection.side == .acceptor && word.hasPrefix("ok") ? .challenge : .status
        }
    }

    /// The name that came is deduced from what the acceptor says to it.
    /// - Parameter isGiven: the acceptor has given the name; of the initiator's it had only the host.
    private mutating func nameCame(
        _ connection: inout TracedConnection, _ name: TermView?, flags: TermView?, creation: TermView?,
        isGiven: Bool = false
    ) {
        guard connection.side == .acceptor, connection.stage <= .name else { return }
        connection.stage = .name
        var name = name?.name
        if isGiven { name = name.flatMap { $0.split(separator: "@").last.map(String.init) } }
        // Who wants a dynamic name sends its host alone.
        if let name {
            let isWhole = name.utf8.contains(UInt8(ascii: "@"))
            connection.learn(.initiator, name: isWhole ? name : nil, host: isWhole ? nil : name)
        }
        let detail = HandshakeDetail(
            .name, name: name, flags: flags?.flags, creation: creation?.integer.flatMap { UInt32(exactly: $0) })
        emit(connection, .handshake(detail), from: .initiator)
        connection.stage = .status
    }

    /// The initiator looks whether its old connection may be given up only where the acceptor said that it lives.
    mutating func wasAlive() {
        with { step, connection in
            connection.wasAlive = true
            step.emit(connection, .handshake(HandshakeDetail(.status, status: .alive)), from: .acceptor, at: .status)
        }
    }

    /// From OTP 25 on the status itself is not to be seen, only that it was a good one.
    mutating func statusCame(_ parts: TermViews?) {
        with { step, connection in
            let isAlive = connection.wasAlive
            if !isAlive {
                step.emit(connection, .handshake(HandshakeDetail(.status, status: .ok)), from: .acceptor, at: .status)
            }
            connection.stage = .challenge
        }
    }

    /// `{Flags, Creation}`
    mutating func challengeCame(_ parts: TermViews?) {
        with { step, connection in
            let flags = parts?[0]?.flags
            let detail = HandshakeDetail(
                .challenge, name: connection.acceptor.name, flags: flags,
                creation: parts?[1]?.integer.flatMap { UInt32(exactly: $0) })
            step.emit(connection, .handshake(detail), from: .acceptor, at: .challenge)
            connection.stage = .reply
        }
    }

    mutating func up() {
        with { step, connection in
            guard !connection.isUp else { return }
            step.events += step.reader.comeUp(&connection, step.time)
        }
    }

    // MARK: ends

    /// `dist_util:shutdown/4`: the most informative of all.
    mutating func shutDown(_ node: TermView?, _ reason: TermView?) {
        guard let reason else { return }
        let hasName = node?.atom?.name.utf8.contains(UInt8(ascii: "@")) == true
        // Only acceptors end so, before they have answered the name; `other` is a name that is none.
        switch reason.atom?.name ?? reason.elements?[0]?.atom?.name {
        case "shutdown" where node?.isAtom("no_node") == true || node?.isAtom("other") == true:
            acceptedUnseen(by: process)
        case "first_bytes", "recv_name_failed": acceptedUnseen(by: process)
        default: break
        }
        with { step, connection in
            // nodedown reports it.
            guard !connection.isUp, !connection.wasUp else { return }
            // Who has given no name is `no_node` here; this one's had come, and was not answered.
            if hasName {
                step.nameCame(&connection, node, flags: nil, creation: nil)
            }
            step.end(&connection, EndReason(ofShutdown: reason, connection))
        }
    }

    /// `net_kernel` learns that a process of a connection is gone. Most have said why before; one that dies of its link
    /// to the process of TLS says nothing.
    mutating func died(_ owner: PID?, _ reason: TermView?) {
        guard let owner, let id = reader.owner(owner), let reason else { return }
        with(id) { step, connection in
            // nodedown reports it.
            if connection.wasUp {
                step.events += step.reader.comeUp(&connection, min(connection.nodeWasUp ?? step.time, step.time))
                return
            }
            let word = reason.atom?.name ?? reason.elements?[0]?.atom?.name
            // Its timer has ended it.
            if word == "setup_timer_timeout" { return step.end(&connection, EndReason(ofShutdown: reason, connection)) }
            let isOfItsLink = connection.isSecure && connection.stage > .tls
            step.end(
                &connection,
                isOfItsLink && word == "shutdown"
                    ? .closed(by: connection.side.other) : .other(TermPrinter.excerpt(reason)))
        }
    }

    /// An erlclud closes a connection that it had beside the link to that node.
    mutating func closed(_ reason: TermView?) {
        with { step, connection in
            guard connection.isUp else { return }
            step.emit(connection, .down(reason: reason.map { TermPrinter.excerpt($0) } ?? ""), at: .down)
            connection.isOver = true
            step.reader.unlink(connection)
        }
    }

    /// `global` cuts a link.
    mutating func cut(_ node: String?) {
        guard let node else { return }
        let text =
            "\(FailureCode.overlap.rawValue): global cuts the link to \(node), to keep partitions from overlapping"
        events.append(
            TraceEvent(
                time: time, vantage: .node(reader.node), connection: reader.links[node],
                initiator: Party(name: reader.node), acceptor: Party(name: node), stage: .up, what: .note(text)))
    }

    /// `{ok, Ticks}` or `{ok, Ticks, Node}`: how often in a row a tick found that nothing had come, and from whom.
    mutating func ticked(_ parts: TermViews?) {
        guard parts?[0]?.isAtom("ok") == true, let silent = parts?[1]?.integer else { return }
        let count = silent < 0 ? silent + 4 : silent
        guard count >= 2 else { return }
        let node = reader.node
        let named = parts?[2]?.atom?.name
        func words(_ peer: String?) -> String {
            "nothing came from \(peer ?? "the other node") to \(node) for \(count) ticks; at 4 the link is given up"
        }
        guard reader.owner(process) != nil else {
            // It was there before the trace; who dialled is not known any more.
            let peer = named == "undefined" ? nil : named
            return events.append(
                TraceEvent(
                    time: time, vantage: .node(node), connection: nil, initiator: Party(name: node),
                    acceptor: Party(name: peer), stage: .tick, what: .note(words(peer))))
        }
        with { step, connection in
            step.emit(
                connection, .note(words(connection.peerName ?? connection.acceptor.name)), at: .tick)
        }
    }
}

extension EndReason {
    fileprivate init(ofShutdown reason: TermView, _ connection: TracedConnection) {
        if let stated = EndReason(stated: reason) {
            self = stated
            return
        }
        let parts = reason.elements
        let detail = parts?.count == 2 ? parts?[1] : nil
        switch (reason.atom?.name ?? parts?[0]?.atom?.name, detail?.atom?.name) {
        case ("recv_challenge_reply_failed", "bad_cookie"), ("recv_challenge_ack_failed", "bad_cookie"):
            self = .wrongCookie
        case ("recv_status_failed", "not_allowed"): self = .refusedBy(.notAllowed)
        case ("is_allowed", _): self = .notAllowed
        case ("check_dflags_failed", _): self = .missingFlags(detail?.list?.compactMap(\.text) ?? [])
        case ("first_bytes", _): self = .notDistribution(detail?.binary.map { Array($0) } ?? [])
        case ("other_name", _):
            self = .nameMismatch(dialled: connection.acceptor.name ?? "", actual: detail?.text ?? "")
        // What came was waited with until the old connection would be gone.
        case ("setup_timer_timeout", _) where connection.waitsForOldLink: self = .refusedBy(.alive)
        case ("setup_timer_timeout", _): self = .timeout(milliseconds: nil)
        case ("shutdown", _): self.init(withoutReason: connection)
        default:
            guard let inner = detail?.elements(tagged: "error", 2)?[1] else {
                self = .other(TermPrinter.excerpt(reason))
                return
            }
            self.init(of: inner, to: connection)
        }
    }

    /// `dist_util` gives no reason for some of its ends.
    private init(withoutReason connection: TracedConnection) {
        switch (connection.side, connection.stage) {
        case (.acceptor, .status) where connection.sentStatus == "nok": self = .refusedBy(.nok)
        case (_, .status) where connection.isGivenUp: self = .refusedBy(.false)
        case (_, .status) where connection.waitsForOldLink: self = .refusedBy(.alive)
        case (.acceptor, .name): self = .other("no name")
        // The name could not be sent any more.
        case (.initiator, .name): self = .closed(by: .acceptor)
        default: self = .other("shutdown")
        }
    }
}
