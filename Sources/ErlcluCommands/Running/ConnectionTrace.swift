import ByteTransport
package import Diagnosis
package import DistributionProtocol
import ErlangNode
import Presentation
import ReleaseFiles
import TLSTransport

/// `-v`: a line for each step of a connection, with the time since the command began.
package final class ConnectionTrace {
    private let start: Instant
    private let now: () -> Instant
    private let say: (TerminalText) -> Void
    /// Prints what TLS agreed on.
    var security: TLSSecurity?

    init(start: Instant, now: @escaping () -> Instant, say: @escaping (TerminalText) -> Void) {
        self.start = start
        self.now = now
        self.say = say
    }

    /// A step, such as `TCP`, and what happened there. Words of the peer are made harmless.
    func write(_ step: String, _ text: String) {
        let microseconds = Int(start.duration(to: now()) / .microseconds(1))
        let time = "\(microseconds / 1000).\(microseconds / 100 % 10) ms"
        let margin = String(repeating: " ", count: max(0, 10 - time.count))
        let gap = String(repeating: " ", count: max(1, 11 - step.count))
        say("\(margin)\(time)  \(step)\(gap)\(text)\n")
    }
}

extension ConnectionTrace {
    /// A step of the way over SSH, at one of its hosts.
    /// - Parameter words: what is known of it.
    func passed(_ step: SecureShellProgress.Step, at host: String, _ words: String) {
        let what =
            switch step {
            case .tcp: "connected to \(host)"
            case .banner: "\(host) speaks SSH"
            case .keyExchange: "keys are exchanged"
            case .hostKey: "the host key is accepted"
            case .authentication: "we are let in"
            case .exec: "our expression runs"
            case .bridge: "the node has said its name"
            }
        write(step == .tcp ? "TCP" : "SSH", words.isEmpty || words == host ? what : "\(what): \(words)")
    }

    /// What settings of OpenSSH ask for and is not known here: it is left out.
    func write(algorithmsOf settings: NodeSettings) {
        guard settings.transport.value == .ssh || settings.goesOnOverSSH, let ssh = settings.secureShell else { return }
        for (keyword, list) in ssh.agreedLists where !list.value.unknown.isEmpty {
            write(
                "SSH",
                "\(keyword) without \(list.value.unknown.joined(separator: ", ")): not known here (\(list.origin))")
        }
    }
}

extension ConnectionTrace: ConnectionObserver {
    package func connecting(to endpoint: Endpoint, for purpose: ConnectionPurpose) {
        switch purpose {
        case .epmd: write("EPMD", "asking \(endpoint)")
        case .distribution: write("TCP", "connecting to \(endpoint)")
        }
    }

    package func resolved(_ host: String, to addresses: [String]) {
        write("DNS", "\(host) is \(addresses.joined(separator: ", "))")
    }

    package func registered(_ alive: String, at port: UInt16) { write("EPMD", "\(alive) listens on port \(port)") }

    package func connected(to endpoint: Endpoint, address: String, from own: Endpoint?) {
        write("TCP", "connected to \(address)")
    }

    package func secured() {
        guard let security, let summary = security.summary else { return }
        write("TLS", "\(summary.version), \(summary.cipher)")
        if let leaf = summary.peerChain.first { write("TLS", Self.words(leaf)) }
        write("TLS", Self.verdict(security))
    }

    /// The last message of the handshake says it.
    package func up() {}

    package func handshake(_ event: HandshakeEvent) {
        var words = [event.direction == .sent ? "->" : "<-", event.message.rawValue]
        if let status = event.status { words.append(status.description) }
        if let name = event.name, event.status == nil { words.append(name) }
        if let creation = event.creation { words.append("creation \(creation)") }
        if let flags = event.flags { words.append("flags \(flags.names.joined(separator: " "))") }
        write("HANDSHAKE", words.joined(separator: " "))
    }

    private static func words(_ leaf: CertificateFacts) -> String {
        let names = leaf.dnsNames.map { "DNS:\($0)" } + leaf.ipAddresses.map { "IP:\($0)" }
        return "certificate of \(leaf.subject), issued by \(leaf.issuer), for \(names.joined(separator: " ")), "
            + "until \(UTCTime(seconds: leaf.notAfter)), SHA-256 \(leaf.fingerprint)"
    }

    private static func verdict(_ security: TLSSecurity) -> String {
        if !security.verifiesPeer { return "certificate not verified" }
        guard let name = security.serverName else { return "certificate verified, for no name in particular" }
        return "certificate verified for \(name)"
    }
}
