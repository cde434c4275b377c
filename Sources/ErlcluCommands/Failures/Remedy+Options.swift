import Diagnosis
import Presentation

extension Remedy {
    /// The phrase with the options of this program.
    package var text: String { text(\.option) }

    /// What an operator of this program types for a means.
    static let option: @Sendable (Means) -> String = { $0.option }
}

extension Remedy.Means {
    /// What an operator types for it.
    fileprivate var option: String {
        switch self {
        case .nodeAddress: "--address HOST:PORT"
        case .epmdAddress: "--epmd HOST:PORT"
        case .deadline: "--timeout"
        case .tunnel: "--via"
        case .authorities: "--ca"
        case .ownCertificate: "--cert and --key"
        case .trustAndCertificate: "--ca, --cert and --key"
        case .optionFile: "--optfile"
        case .plainTransport: "--transport tcp"
        case .release: "--release"
        case .noChecks: "--insecure"
        case .serverName(let name): "--server-name \(ShellWord.quoted(name))"
        case .hostKeyFingerprint: "--host-key-fingerprint"
        case .hostKeys(let node): "erlclu-ctl ssh trust \(ShellWord.quoted(node))"
        case .nodeName(let name): "-n \(ShellWord.quoted(name))"
        case .password: "--ssh-password"
        case .keyLog: "--keylog"
        case .nodesOf(let host): "erlclu-ctl names \(host.map { ShellWord.quoted($0) } ?? "HOST")"
        case .dial(let name, let endpoint):
            "erlclu-ctl -n \(ShellWord.quoted(name)) --address \(ShellWord.quoted(endpoint.description)) ..."
        case .trace(let node): "erlclu-ctl trace dist -n \(node)"
        case .examination(let node): "erlclu-ctl doctor \(node)"
        case .examinationOverSSH(let place): "erlclu-ctl doctor --ssh \(ShellWord.quoted(place))"
        case .steps: "-v"
        case .program(let words): words.map { ShellWord.quoted($0) }.joined(separator: " ")
        case .settings: "erlclu-ctl config view"
        }
    }
}

extension TraceEvent {
    /// The event as a document; a remedy in it has the options of this program.
    var document: JSONValue {
        guard case .ended(.failed(var failure)) = what else { return json }
        failure.remedy = Remedy(failure.remedy.text)
        var event = self
        event.what = .ended(.failed(failure))
        return event.json
    }
}
