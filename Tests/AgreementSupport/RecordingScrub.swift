package import Diagnosis
import DistributionProtocol
import Foundation
import HandshakeTrace
import Presentation

/// Gives what differs from run to run a value that stays: names, ports, times, serial numbers.
package struct RecordingScrub {
    package static let now = 1_750_000_000
    package static let acceptorPlace = Endpoint(host: "127.0.0.1", port: 4711)
    private static let initiatorPlace = Endpoint(host: "127.0.0.1", port: 40_000)
    private static let day = 86_400

    /// What stands for each name of the run.
    var names: [(name: String, fixed: String)]
    /// Of the run: seconds since 1970.
    var now: Int

    /// - Parameters:
    ///   - acceptor: the node's name.
    ///   - initiator: where it is a node as well.
    package init(acceptor: String, initiator: String? = nil, now: Int = Int(Date().timeIntervalSince1970)) {
        func both(_ name: String, _ fixed: String) -> [(String, String)] {
            [(name, "\(fixed)@127.0.0.1"), (String(name.prefix { $0 != "@" }), fixed)]
        }
        names = both(acceptor, "acceptor") + (initiator.map { both($0, "initiator") } ?? [])
        self.now = now
    }

    private func fixed(_ text: String) -> String {
        names.reduce(text) { $0.replacing($1.name, with: $1.fixed) }
            .replacing(/[A-Z0-9]+@erlclu/, with: "OURS@erlclu").replacing(/\.erl:\d+/, with: ".erl:1")
    }

    // MARK: events

    /// - Parameter lines: as `trace dist --record` and `capture decode -o jsonl` write them; other documents are left out.
    package static func events(_ lines: [String]) throws -> [TraceEvent] {
        try lines.filter { $0.contains(#""schema":"\#(TraceSchema.name)""#) }.map { try TraceEvent(line: $0.utf8) }
    }

    package func scrubbed(_ events: [TraceEvent]) throws -> [TraceEvent] {
        let start = events.map(\.time).min() ?? 0
        return try events.enumerated().map { index, event in
            let line = fixed(String(decoding: event.json.line, as: UTF8.self))
            var event = try TraceEvent(line: line.utf8)
            // Whole seconds, in their order: what waits is told from what does not.
            let seconds = (event.time - start + 100_000) / 1_000_000
            event.time = (Self.now + seconds) * 1_000_000 + index
            event.connection = 1
            event.bytes = nil
            event.initiator.address = event.initiator.address.map { _ in Self.initiatorPlace }
            event.acceptor.address = event.acceptor.address.map { _ in Self.acceptorPlace }
            event.what = scrubbed(event.what)
            return event
        }
    }

    private func scrubbed(_ what: EventKind) -> EventKind {
        switch what {
        case .certificates(let owner, let chain, let verdict):
            return .certificates(shownBy: owner, chain.map(scrubbed), verdict)
        case .tlsMessage(var message):
            // The suites' names are many, and no rule asks for them.
            message.ciphers = []
            return .tlsMessage(message)
        case .handshake(var detail):
            detail.creation = detail.creation.map { _ in 1 }
            if case .named(let name, let creation)? = detail.status {
                detail.status = .named(name, creation: creation == 0 ? 0 : 1)
            }
            return .handshake(detail)
        case .epmd(var facts):
            facts.port = facts.port.map { _ in Self.acceptorPlace.port }
            return .epmd(facts)
        case .note: return .note("")
        case .ended(.timeout(let milliseconds)):
            return .ended(.timeout(milliseconds: milliseconds.map { $0 / 1_000 * 1_000 }))
        default: return what
        }
    }

    private func scrubbed(_ certificate: CertificateFacts) -> CertificateFacts {
        func date(_ time: Int) -> Int {
            Self.now + Int((Double(time - now) / Double(Self.day)).rounded()) * Self.day
        }
        var certificate = certificate
        certificate.notBefore = date(certificate.notBefore)
        certificate.notAfter = date(certificate.notAfter)
        certificate.serial = "01"
        certificate.fingerprint = String(repeating: "0", count: 64)
        return certificate
    }

    // MARK: our own facts

    package func scrubbed(_ facts: AttemptFacts) -> AttemptFacts {
        var facts = facts
        facts.now = Self.now
        facts.acceptor = Party(name: facts.acceptor.name.map(fixed), address: Self.acceptorPlace)
        facts.certificates = facts.certificates.mapValues { $0.map(scrubbed) }
        for index in facts.refusals.indices {
            facts.refusals[index].chain = facts.refusals[index].chain.map(scrubbed)
            facts.refusals[index].refused = facts.refusals[index].refused.map(scrubbed)
        }
        facts.own?.endpoint = Self.acceptorPlace
        facts.own?.host = Self.acceptorPlace.host
        let trusted = facts.own?.trusted.map(scrubbed) ?? []
        facts.own?.trusted = trusted
        return facts
    }
}
