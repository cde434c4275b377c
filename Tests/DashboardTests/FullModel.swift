import ClusterAdmin
import Diagnosis
import HandshakeTrace
import Presentation
import TerminalCanvas

@testable import Dashboard

/// A dashboard that has seen something of everything, with the same text for all that nodes, files and peers may say.
struct FullModel {
    let text: String
    let node: String

    init(_ text: String) {
        self.text = text
        node = "\(text)@h"
    }

    private var failure: NodeFailure {
        NodeFailure(.timeout, stage: .up, node: node, message: text, remedy: Remedy(text))
    }

    private var certificate: CertificateFacts {
        CertificateFacts(
            subject: text, issuer: text, serial: text, notBefore: 1_790_000_000,
            notAfter: Cluster.start / 1_000_000 + 90_000, dnsNames: [text], ipAddresses: [text],
            extendedKeyUsage: [text], fingerprint: text)
    }

    private var members: [Member] {
        var entry = Cluster.member(node)
        entry.isEntry = true
        entry.lists = ["second@h"]
        (entry.address, entry.transport, entry.otpRelease, entry.remark) = (text, text, text, text)
        var second = Cluster.member("second@h", links: 2)
        second.lists = []
        var silent = Cluster.member("\(text)2@h", .unreachable, links: nil, days: nil)
        silent.silence = failure
        return [entry, second, silent, Cluster.member("third@h", .down, links: nil)]
    }

    private var events: [TraceEvent] {
        let what: [(NodeFailure.Stage, EventKind)] = [
            (.tcp, .connected), (.tls, .alert(AlertFacts(level: 2, description: 45, reason: text))),
            (
                .tls,
                .certificates(
                    shownBy: .acceptor, [certificate], .refused(.name(expected: text, presented: [text]), index: 0))
            ), (.up, .note(text)), (.tls, .ended(.tls(text))),
        ]
        return what.map { stage, what in
            TraceEvent(
                time: Cluster.start, vantage: .node(node), connection: 1, side: .acceptor,
                initiator: Party(name: node, address: Endpoint(host: text, port: 4)),
                acceptor: Party(name: node, address: Endpoint(host: text, port: 1)), stage: stage, sender: .initiator,
                what: what)
        }
    }

    private var status: NodeStatus {
        var status = NodeStatus(
            node: node, product: NodeStatus.Product(name: text, version: text), progress: text, processID: text,
            otpRelease: text, ertsVersion: text, uptimeSeconds: 1, processes: 1, processLimit: 1, runQueue: 1,
            memoryBytes: 1, applications: [NodeStatus.Application(name: text, version: text)])
        status.alarms = [NodeStatus.Alarm(id: text, description: text)]
        status.links = [
            DistributionLink(
                node: node, peer: node, transport: text, address: text, isBusy: true, tlsVersion: text, cipher: text)
        ]
        return status
    }

    private var ladder: Ladder {
        var ladder = Ladder(usesTLS: true, start: Cluster.start)
        ladder.pass(.tcp, at: Cluster.start + 300, text)
        ladder.fail(failure, at: Cluster.start + 3_000)
        return ladder
    }

    /// - Parameter screen: is shown; its first row is selected.
    func model(
        _ screen: Screen, _ columns: Int = 80, _ rows: Int = 24, mode: DashboardModel.NodeMode = .readWrite
    ) -> DashboardModel {
        var model = DashboardModel(
            title: text, entry: node, transport: "tls", mode: screen == .picker ? .unconnected : mode,
            size: ScreenSize(columns: columns, rows: rows), isASCII: false, now: Cluster.start,
            means: { _ in "--option" })
        if mode == .recorded { model.replay = DashboardModel.Replay() }
        if screen == .picker {
            _ = model.update(
                .choices([
                    DashboardChoice(.context(text), node: node, transport: "tls", remark: text),
                    DashboardChoice(.release(text), node: node, transport: nil, remark: text),
                    DashboardChoice(.node(node), node: node, transport: nil, remark: text),
                ]))
            _ = model.update(
                .notConnected([
                    ConnectionProblem(label: "", text: text), ConnectionProblem(label: "WHY", text: text),
                    ConnectionProblem(label: "FIX", text: text),
                ]))
            model.notice = nil
            return model
        }
        for _ in 0..<2 { _ = model.update(.members(members)) }
        _ = model.update(
            .changes([MemberChange(member: members[3], what: .left), MemberChange(member: members[0], what: .joined)]))
        _ = model.update(.traceBegan(node: node))
        for event in events { _ = model.update(.traced(event)) }
        _ = model.update(.untraced(node: "\(text)2@h", reason: text))
        if mode != .recorded {
            _ = model.examine(node)
            _ = model.update(
                .examined(
                    node: node, ladder: ladder,
                    checks: [
                        .warning(.clock, text, remedy: Remedy(text), code: .timeout), .fine(.cookie, text),
                    ], isOver: true))
            _ = model.inspect(node)
            _ = model.update(.status(node: node, .success(status)))
            let rows = [
                NodeCertificate(
                    node: node, chain: [certificate, certificate], source: .options, time: Cluster.start / 1_000_000),
                NodeCertificate(node: "\(text)2@h", chain: [], source: nil, time: 1, failure: failure),
            ]
            _ = model.update(.certificates(.success(rows)))
            _ = model.update(
                .evaluated(
                    EvaluationResult(
                        number: 1, node: node, expression: text, output: text, text: text, isTrouble: true,
                        failure: failure)))
        }
        _ = model.update(.logged(text))
        _ = model.update(.clock(Cluster.start + 2_000_000))
        // The doctor's and the node's screen are about somebody.
        if screen == .node, mode != .recorded { _ = model.inspect(node) } else { _ = model.open(screen) }
        _ = model.update(.clock(Cluster.start + 3_000_000))
        let names = model.names
        model.lists[screen]?.take(names)
        model.notice = nil
        return model
    }

    /// Screens with a list of their own.
    static let screens = Screen.allCases.filter { $0.list != nil }
}
