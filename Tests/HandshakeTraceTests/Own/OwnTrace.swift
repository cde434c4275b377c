import Diagnosis
import DistributionProtocol
import ErlangTerm
import HandshakeTrace

/// The trace of an erlclud, read as it is written.
final class OwnTrace {
    private(set) var events: [TraceEvent] = []
    private var reader = NodeTraceReader(node: "b@h") { bytes in
        CertificateFacts(
            subject: String(decoding: bytes, as: UTF8.self), issuer: "", serial: "1", notBefore: 0, notAfter: .max,
            dnsNames: [], ipAddresses: [], extendedKeyUsage: nil, fingerprint: "")
    }
    private var process: UInt32 = 0
    private var time = 0

    init() {
        let facts: [(Atom, Term)] = [("node", .atom("b@h")), ("otp", .binary("")), ("way", .atom("own"))]
        take(.tuple(.atom("tracing"), pid(0), .map(facts.map { MapPair(.atom($0.0), $0.1) })))
    }

    /// A name that is one.
    static func name(_ text: String) -> NodeName {
        guard let name = try? NodeName(text) else { preconditionFailure("\(text) is no name") }
        return name
    }

    func accepts(from peer: Endpoint, at own: Endpoint, isSecure: Bool = false) -> NodeTraceRecorder {
        NodeTraceRecorder(accepting: peer, at: own, as: "b@h", isSecure: isSecure, emit: emission())
    }

    func dials(_ peer: String, as name: String, isSecure: Bool = false) -> NodeTraceRecorder {
        NodeTraceRecorder(dialling: Self.name(peer), as: name, isSecure: isSecure, emit: emission())
    }

    func nodeUp(_ name: String) { take(.tuple(.atom("node"), now, .atom("up"), .atom(Atom(name)), .atom("none"))) }

    func nodeDown(_ name: String, _ reason: Atom) {
        take(.tuple(.atom("node"), now, .atom("down"), .atom(Atom(name)), .atom(reason)))
    }

    private func emission() -> (Term) -> Void {
        process += 1
        let own = pid(process)
        return { [unowned self] in take(.tuple(.atom("event"), now, own, $0)) }
    }

    private func pid(_ number: UInt32) -> Term { .pid(PID(node: "b@h", id: number, serial: 1, creation: 4)) }

    private var now: Term {
        time += 1
        return .tuple(.integer(1), .integer(2), .integer(time))
    }

    private func take(_ item: Term) {
        guard let view = try? DecodedTerm(packet: item.encoded).root, let item = NodeTraceItem(view) else {
            preconditionFailure("\(item) is no item")
        }
        events += reader.take(item)
    }
}
