import ByteTransport
package import Diagnosis
import DistributionProtocol
import ErlangNode

extension Ladder {
    /// The ladder of an attempt as one end saw it: the initiator's view where there are both.
    package init(_ attempt: ConnectionAttempt) {
        let initiator = attempt.events.first { $0.side == .initiator }?.vantage
        let story = initiator.map { attempt.events(from: $0) } ?? attempt.story
        var usesTLS = story.contains { $0.stage == .tls }
        // A node refuses its own options before anything of TLS happens.
        if case .failed(let failure) = attempt.result, failure.code == .tlsOptions { usesTLS = true }
        self.init(
            usesTLS: usesTLS, to: .up, start: story.first?.time ?? attempt.start, isSeenByInitiator: initiator != nil)
        for event in story { add(event) }
        if case .failed(let failure) = attempt.result, broken == nil { fail(failure, at: attempt.end) }
    }

    /// Climbs as far as the event says.
    package mutating func add(_ event: TraceEvent) {
        let time = event.time
        switch event.what {
        case .note(let words) where event.stage == .dns: pass(.dns, at: time, words)
        case .note(let words) where event.stage == .epmd: skip(.epmd, words)
        case .epmd(let epmd) where epmd.isAnswer && epmd.request == .port:
            guard let port = epmd.port else { return }
            pass(.epmd, at: time, "\(epmd.alive ?? "the node") listens on port \(port)")
        case .connected:
            pass(.tcp, at: time, event.acceptor.address?.description ?? "connected")
        case .tlsMessage(let message): tls(message, event)
        case .certificates(.acceptor, let chain, let verdict):
            guard case .accepted? = verdict else { return note(CertificateWords.shown(chain), of: .tlsCertificate) }
            pass(.tlsCertificate, at: time)
            note(CertificateWords.shown(chain), of: .tlsCertificate)
        case .certificates(.initiator, let chain, _):
            let whose = event.vantage == .own ? "ours" : "the initiator's"
            note(chain.first.map { ["\(whose): \($0.subject)"] } ?? [], of: .tlsFinished)
        case .secured(let version, let cipher):
            pass(.tlsFinished, at: time)
            if self[.tlsHello]?.facts.isEmpty == true { note(["\(version), \(cipher)"], of: .tlsHello) }
            // TLSv1.3 and tlsv1.3 in other words.
            if version.hasSuffix("1.3") { hasLateVerdict = true }
        case .handshake(let detail): handshake(detail, event)
        case .up:
            pass(.cookie, at: time)
            pass(.up, at: time)
        case .ended(.failed(let failure)): fail(failure, at: time)
        case .started, .epmd, .alert, .ended, .down, .note: break
        }
    }

    private mutating func tls(_ message: TLSMessageFacts, _ event: TraceEvent) {
        switch (message.type, event.sender) {
        // The other hello of this type asks for a second ClientHello.
        case (2?, .acceptor?) where message.note == nil:
            pass(.tlsHello, at: event.time)
            if let version = message.versions.first, let cipher = message.ciphers.first {
                note(["\(version), \(cipher)"], of: .tlsHello)
            }
        case (13?, .acceptor?):
            let whose = event.vantage == .own ? "our" : "the initiator's"
            note(["the node asks for \(whose) certificate"], of: .tlsFinished)
        default: break
        }
    }

    private mutating func handshake(_ detail: HandshakeDetail, _ event: TraceEvent) {
        let time = event.time
        switch (detail.message, event.sender) {
        case (.name, .initiator?):
            let ours = detail.name.map { $0.contains("@") ? $0 : "on host \($0), under a name that the node chooses" }
            pass(.name, at: time)
            note(ours.map { ["\(event.vantage == .own ? "we are" : "the initiator is") \($0)"] } ?? [], of: .name)
        case (.status, .acceptor?):
            switch detail.status {
            case .ok, .okSimultaneous, .named: pass(.status, at: time, detail.status?.description ?? "")
            // Others are an end, or a question that the challenge follows.
            default: note(detail.status.map { [$0.description] } ?? [], of: .status)
            }
        // Who looks at it passes judgement first: on the name and the flags. The answer shows that both were taken.
        case (.challenge, .acceptor?):
            if let name = detail.name {
                let incarnation = detail.creation.map { ", creation \($0)" } ?? ""
                note(["it is \(name)\(incarnation)"], of: .challenge)
            }
            if let flags = detail.flags { note([Self.words(flags)], of: .flags) }
        case (.challengeReply, .initiator?):
            pass(.challenge, at: time)
            if self[.flags]?.facts.isEmpty == false { pass(.flags, at: time) }
        // The acknowledgement is judged as well: `up` says that it was right.
        default: break
        }
    }

    private static func words(_ flags: DistributionFlags) -> String {
        let missing = flags.missing(from: .mandatory26)
        return missing.isEmpty
            ? "it has all that OTP 23 to 29 demand"
            : "it lacks \(missing.names.joined(separator: ", ")), which OTP 26 and later demand"
    }
}
