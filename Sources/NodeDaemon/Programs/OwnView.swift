import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Glibc

/// What this node says of itself, in the terms in which the programs `snapshot` and `status` have a node say it. What
/// only a node that runs Erlang has is absent.
final class OwnView {
    struct Vitals {
        var uptime: Duration
        var processes: Int
        var memoryBytes: Int
    }

    private let settings: DaemonSettings
    private let creation: UInt32
    private let version: String
    private let links: NodeLinks
    private let start = Instant.now
    /// How many processes peers have here.
    var processes: () -> Int = { 0 }
    /// Where peers are taken in.
    var port: UInt16?
    /// Whether it ends soon.
    var isDraining = false

    init(_ settings: DaemonSettings, creation: UInt32, version: String, links: NodeLinks) {
        self.settings = settings
        self.creation = creation
        self.version = version
        self.links = links
    }

    private var name: Term { .atom(Atom(settings.name.name)) }
    private var processID: Term { .binary("\(getpid())") }

    var vitals: Vitals {
        Vitals(
            uptime: start.duration(to: .now), processes: processes(),
            memoryBytes: ProcessUsage()?.residentBytes ?? 0)
    }

    /// `{snapshot, Map}`
    /// - Parameters:
    ///   - certificates: whether our certificate is there as a whole.
    ///   - vitals: nil: without what is another each time.
    func snapshot(certificates: Bool = false, _ vitals: Vitals?) -> Term {
        var facts: [(Atom, Term)] = [
            ("node", name), ("creation", .integer(Int(creation))), ("os_pid", processID),
            ("hidden", .bool(!settings.isVisible)),
            ("known", .list([name] + links.members.map { .atom(Atom($0.peer.name)) })),
            ("ticktime", .integer(Int(settings.tickTime / .seconds(1)))),
            ("proto_dist", .binary(settings.security == nil ? "inet_tcp" : "inet_tls")),
            ("connections", .list(links.members.map { connection($0, counts: vitals != nil) })),
        ]
        if let port { facts.append(("listens", .integer(Int(port)))) }
        if let served = settings.security?.served {
            let chain = certificates ? [Term.binary(served.der)] : nil
            facts.append(("serves", Self.certificate(served.facts, chain)))
        }
        if let vitals {
            facts += [
                ("clock", .integer(time(nil))), ("uptime_ms", .integer(Int(vitals.uptime / .milliseconds(1)))),
                ("processes", .integer(vitals.processes)), ("run_queue", .integer(0)),
                ("memory", .integer(vitals.memoryBytes)),
            ]
        }
        return .tuple(.atom("snapshot"), .map(facts.map { MapPair(.atom($0.0), $0.1) }))
    }

    private func connection(_ link: NodeConnection, counts: Bool) -> Term {
        let isVisible = link.peer.isPublished
        var facts: [(Atom, Term)] = [
            ("node", .atom(Atom(link.peer.name))), ("type", .atom(isVisible ? "normal" : "hidden")),
            ("state", .atom("up")), ("transport", .atom(settings.security == nil ? "tcp" : "tls")),
            ("ip", .binary(link.endpoint.host)), ("port", .integer(Int(link.endpoint.port))),
            ("dialled", .bool(link.isDialled)),
        ]
        if settings.security != nil {
            facts.append(("certificate", link.servedCertificate.map { Self.certificate($0, nil) } ?? .atom("none")))
        }
        if let agreement = link.agreement {
            // The atoms of ssl: 'tlsv1.3'.
            let version = agreement.version.lowercased().replacing(" ", with: "v")
            facts += [("protocol", .atom(Atom(version))), ("cipher", .binary(agreement.cipher))]
        }
        guard counts else { return .map(facts.map { MapPair(.atom($0.0), $0.1) }) }
        facts += [
            ("in", .integer(link.messages.received)), ("out", .integer(link.messages.sent)),
            ("buffered", .integer(link.pendingOutput)),
        ]
        if let traffic = link.traffic {
            facts += [("bytes_in", .integer(traffic.received)), ("bytes_out", .integer(traffic.sent))]
        }
        return .map(facts.map { MapPair(.atom($0.0), $0.1) })
    }

    /// - Parameter chain: DER.
    private static func certificate(_ facts: CertificateFacts, _ chain: [Term]?) -> Term {
        let pairs: [(Atom, Term)] = [
            ("serial", .binary(facts.serial)), ("not_before", .integer(facts.notBefore)),
            ("not_after", .integer(facts.notAfter)), ("subject", .binary(facts.subject)),
        ]
        return .map((pairs + (chain.map { [("chain", .list($0))] } ?? [])).map { MapPair(.atom($0.0), $0.1) })
    }

    /// `{status, Map}`
    var status: Term {
        let vitals = self.vitals
        let facts: [(Atom, Term)] = [
            ("node", name), ("os_pid", processID), ("uptime_ms", .integer(Int(vitals.uptime / .milliseconds(1)))),
            ("processes", .integer(vitals.processes)), ("run_queue", .integer(0)),
            ("memory", .integer(vitals.memoryBytes)), ("init", .atom(isDraining ? "stopping" : "started")),
            ("rex", .true), ("boot", .tuple(.binary("erlclud"), .binary(version))), ("applications", .emptyList),
        ]
        return .tuple(.atom("status"), .map(facts.map { MapPair(.atom($0.0), $0.1) }))
    }
}
