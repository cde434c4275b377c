import Diagnosis
import ErlangNode
import ErlangTerm

/// Before anything is spoken: name, epmd, TCP.
extension TraceStep {
    mutating func dialled(_ node: String?, own: String?) {
        guard let node else { return }
        // A node that wants a dynamic name has only a host so far.
        let name = own.flatMap { $0.utf8.contains(UInt8(ascii: "@")) ? $0 : nil }
        let id = reader.open(
            process, side: .initiator, initiator: Party(name: name ?? reader.node), acceptor: Party(name: node),
            stage: .dns)
        with(id) { step, connection in
            connection.isBesideLink = name == nil && step.reader.isOfErlclud
            step.emit(connection, .started(.distribution))
        }
    }

    /// A connection has been accepted: over TLS this is the first that is seen of it.
    mutating func cameIn(peer: Endpoint?, own: Endpoint?) {
        if let id = reader.owner(process), let known = reader.connections[id], !known.isOver, !known.isUp {
            // Over TCP the connection is known by then; an acceptor of OTP 23 takes one after the other.
            if !known.isSecure, !known.secured, known.stage == .tcp || known.stage == .name { return }
        }
        let id = reader.open(
            process, side: .acceptor, initiator: Party(address: peer), acceptor: Party(name: reader.node, address: own),
            stage: .tcp)
        with(id) { step, connection in
            connection.isConnected = true
            step.emit(connection, .started(.distribution))
            step.emit(connection, .connected)
        }
    }

    /// The process that does the handshake takes over from the one that accepted.
    mutating func accepted(_ acceptor: PID?, peer: Endpoint?, own: Endpoint?) {
        if let acceptor, let id = reader.owner(acceptor), let known = reader.connections[id], !known.isOver,
            known.isSecure
        {
            reader.own(process, by: id)
            with(id) { $1.stage = .name }
            return
        }
        begin(process, Party(address: peer), own: own)
    }

    /// A connection whose beginning was not reported, as the program does where there are many: this is the first of it.
    /// - Parameter initiator: as far as what is reported says: the connection may be closed by now, and its address gone.
    mutating func acceptedUnseen(by process: PID, initiator: Party = Party()) {
        if reader.owner(process) == nil { begin(process, initiator, own: nil) }
    }

    private mutating func begin(_ process: PID, _ initiator: Party, own: Endpoint?) {
        let id = reader.open(
            process, side: .acceptor, initiator: initiator, acceptor: Party(name: reader.node, address: own),
            stage: .tcp)
        with(id) { step, connection in
            connection.isConnected = true
            step.emit(connection, .started(.distribution))
            step.emit(connection, .connected)
            connection.stage = .name
        }
    }

    mutating func resolved(_ value: TermView) {
        let lookup = reader.lookups.removeValue(forKey: process)
        let parts = value.elements
        if parts?[0]?.isAtom("ok") == true {
            with { step, connection in
                guard let host = parts?[1]?.text else { return }
                connection.stage = .epmd
                let port = parts?[2]?.integer.flatMap { UInt16(exactly: $0) }
                connection.learn(.acceptor, address: Endpoint(host: host, port: port ?? 0))
                guard let port else { return }
                let alive = connection.acceptor.name.map { String($0.prefix { $0 != "@" }) }
                step.emit(connection, .epmd(EPMDFacts(.port, isAnswer: true, alive: alive, port: port)))
                connection.stage = .tcp
            }
            return
        }
        let reason =
            parts?[1].map { $0.text.map { String($0.prefix(300)) } ?? TermPrinter.excerpt($0) }
            ?? TermPrinter.excerpt(value)
        if reader.owner(process) != nil {
            return with { step, connection in
                connection.stage = .dns
                step.end(&connection, .unresolved(reason))
            }
        }
        // net_kernel looks before it dials, and does not dial then.
        if let lookup { cannotDial(lookup, reason) }
    }

    /// OTP 23 looks up addresses by other means; that it found none is all that it reports.
    mutating func selected(_ value: TermView) {
        guard let lookup = reader.lookups.removeValue(forKey: process), value.isAtom("false") else { return }
        cannotDial(lookup, "it has no address")
    }

    private mutating func cannotDial(_ lookup: String, _ reason: String) {
        let id = reader.open(
            process, side: .initiator, initiator: Party(name: reader.node), acceptor: Party(name: lookup), stage: .dns)
        with(id) { step, connection in
            step.emit(connection, .started(.distribution))
            step.end(&connection, .unresolved(reason))
        }
    }

    mutating func asked(_ alive: String?, at host: String?) {
        with { step, connection in
            connection.stage = .epmd
            connection.asksEPMD = true
            if let host { connection.learn(.acceptor, address: Endpoint(host: host, port: 0)) }
            step.emit(
                connection, .epmd(EPMDFacts(.port, isAnswer: false, alive: alive)), from: .initiator)
        }
    }

    mutating func answered(_ value: TermView) {
        with { step, connection in
            connection.asksEPMD = false
            let alive = connection.acceptor.name.map { String($0.prefix { $0 != "@" }) }
            if let number = value.elements(tagged: "port", 2)?[1]?.integer, let port = UInt16(exactly: number) {
                if let host = connection.acceptor.address?.host {
                    connection.acceptor.address = Endpoint(host: host, port: port)
                }
                step.emit(connection, .epmd(EPMDFacts(.port, isAnswer: true, alive: alive, port: port)))
                connection.stage = .tcp
            } else {
                if value.isAtom("noport") {
                    step.emit(connection, .epmd(EPMDFacts(.port, isAnswer: true, alive: alive)))
                }
                step.end(
                    &connection, value.isAtom("noport") ? .notRegistered : .other(TermPrinter.excerpt(value)))
            }
        }
    }

    mutating func dialling(_ host: String?, _ port: Int?) {
        with { _, connection in
            guard !connection.asksEPMD, let host, let port = port.flatMap({ UInt16(exactly: $0) }) else { return }
            connection.stage = .tcp
            connection.acceptor.address = Endpoint(host: host, port: port)
        }
    }

    mutating func connected(_ value: TermView) {
        with { step, connection in
            guard let parts = value.elements else { return }
            if parts[0]?.isAtom("ok") == true {
                guard !connection.asksEPMD, !connection.isConnected else { return }
                connection.isConnected = true
                if let own = parts[1]?.endpoint { connection.learn(.initiator, address: own) }
                step.emit(connection, .connected)
                connection.stage = .name
            } else if let reason = parts[1] {
                step.end(&connection, EndReason(connecting: reason))
            }
        }
    }
}

extension EndReason {
    /// The reason of `gen_tcp:connect/4`: a POSIX error, or its own words.
    init(connecting reason: TermView) {
        if let stated = EndReason(stated: reason) {
            self = stated
            return
        }
        switch reason.atom?.name {
        case "econnrefused": self = .refused
        case "etimedout", "timeout": self = .timeout(milliseconds: nil)
        case "nxdomain": self = .unresolved("nxdomain")
        case "closed": self = .closed(by: .acceptor)
        case let word?: self = .unreachable(word)
        case nil: self = .other(TermPrinter.excerpt(reason))
        }
    }
}
