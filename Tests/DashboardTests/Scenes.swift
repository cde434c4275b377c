import ClusterAdmin
import Diagnosis
import HandshakeTrace
import TerminalCanvas

@testable import Dashboard

/// A screen in one of its states, at any size.
struct Scene: Sendable {
    var name: String
    private let make: @Sendable () throws -> DashboardModel

    init(_ name: String, _ make: @escaping @Sendable () throws -> DashboardModel) {
        self.name = name
        self.make = make
    }

    func model(_ columns: Int = 80, _ rows: Int = 24) throws -> DashboardModel {
        var model = try make()
        if (columns, rows) != (80, 24) { _ = model.update(.resized(ScreenSize(columns: columns, rows: rows))) }
        return model
    }

    /// What a dashboard shows that has seen the cluster in which something of everything is wrong.
    fileprivate static func live(_ name: String, _ change: @escaping @Sendable (inout DashboardModel) -> Void) -> Scene
    {
        Scene(name) {
            var model = Cluster.live()
            change(&model)
            return model
        }
    }

    /// What one shows that has seen what was recorded.
    fileprivate static func recorded(
        _ name: String, _ recording: String, _ change: @escaping @Sendable (inout DashboardModel) -> Void
    ) -> Scene {
        Scene(name) {
            var model = try Recorded.model(recording)
            change(&model)
            return model
        }
    }

    /// What one shows that has seen the beginning of what was recorded.
    fileprivate static func recorded(
        _ name: String, _ recording: String, until isLast: @escaping @Sendable (RecordedMessage) -> Bool,
        _ change: @escaping @Sendable (inout DashboardModel) -> Void
    ) -> Scene {
        Scene(name) {
            var model = try Recorded.model(recording, until: isLast)
            change(&model)
            return model
        }
    }
}

/// Each screen as it is most of the time, and in its other states.
enum Scenes {
    static let usual: [Scene] = [
        .live("members") { _ in },
        Scene("mesh") {
            var model = Cluster.mesh()
            model.press(.text("2"), .text("n"))
            return model
        },
        .recorded("handshakes", "wrong-cookie") { $0.press(.text("3")) },
        .live("certificates") {
            $0.press(.text("4"))
            _ = $0.update(.certificates(.success(Cluster.certificates)))
        },
        .live("node") {
            $0.press(.text("G"), .up, .enter)
            _ = $0.update(.status(node: $0.inspection?.node ?? "", .success(Cluster.status)))
        },
        .live("doctor") { Self.examine(&$0) },
        .recorded("events", "lost-nodes") { $0.press(.text("8")) },
        .live("log") {
            $0.press(.text("0"))
            _ = $0.update(.logged("erlclu@10.42.2.40: 12 events of the trace are missing"))
            _ = $0.update(.logged("warning: erlclu@10.42.1.17 is dialled without verification of its certificate"))
        },
        .live("results") { Self.evaluate(&$0) },
        Scene("picker") {
            var model = Cluster.model(mode: .unconnected)
            _ = model.update(.choices(Cluster.choices))
            return model
        },
        .live("help") { $0.press(.text("?")) },
        .recorded("explanation", "wrong-cookie") { $0.press(.text("3"), .text("x")) },
    ]

    static let states: [(String, [Scene])] = [
        (
            "members",
            [
                Scene("loading") { Cluster.model() },
                Scene("error") {
                    var model = Cluster.model()
                    _ = model.update(.interrupted(Cluster.silence))
                    return model
                },
                Scene("error, and another name") {
                    var model = Cluster.model(mode: .unconnected)
                    _ = model.connect(to: .node("web@vm"))
                    _ = model.update(
                        .connected(
                            DashboardIdentity(
                                title: "web@vm", entry: "web@vm", transport: "tcp", mode: .readWrite)))
                    _ = model.update(.interrupted(Cluster.otherName))
                    return model
                },
                .live("partial") { _ = $0.update(.awaiting(["erlclu@10.42.2.40"])) },
                .recorded("one is silent, another flaps", "lost-nodes", until: { $0.isUnreachable }) { _ in },
                .recorded("stale", "lost-nodes", until: { $0.isLoss }) { _ = $0.update(.clock($0.now + 90_000_000)) },
                .recorded("another node is asked", "lost-nodes") { _ = $0.update(.resumed(entry: "b@127.0.0.1")) },
                .live("empty, the filter leaves all out") {
                    $0.press(.text("/"))
                    $0.type("no such")
                    $0.press(.enter)
                },
            ]
        ),
        (
            "mesh",
            [
                Scene("loading") {
                    var model = Cluster.model()
                    model.press(.text("2"))
                    return model
                },
                .recorded("as it should be", "lost-nodes", until: { $0.members?.count == 3 }) { $0.press(.text("2")) },
                Scene("a pair is chosen") {
                    var model = Cluster.mesh()
                    model.press(.text("2"), .right, .right, .right)
                    return model
                },
                Scene("components") {
                    var model = Cluster.mesh(of: 60)
                    model.press(.text("2"), .text("n"))
                    return model
                },
                .recorded("partial", "lost-nodes", until: { $0.isUnreachable }) { $0.press(.text("2")) },
                .recorded("stale", "lost-nodes", until: { $0.isLoss }) {
                    $0.press(.text("2"))
                    _ = $0.update(.clock($0.now + 5_000_000))
                },
            ]
        ),
        (
            "handshakes",
            [
                .live("loading") { $0.press(.text("3")) },
                .live("empty") {
                    $0.press(.text("3"))
                    _ = $0.update(.traceBegan(node: "erlclu@10.42.1.17"))
                },
                .live("partial") {
                    $0.press(.text("3"))
                    _ = $0.update(.traceBegan(node: "erlclu@10.42.1.17"))
                    _ = $0.update(
                        .untraced(
                            node: "erlclu@10.42.1.18", reason: DistributionTrace.isBusy(with: [("", "ttb_tracer")])))
                },
                .live("error") {
                    $0.press(.text("3"))
                    _ = $0.update(.traceEnded(DistributionTrace.isBusy(with: [("", "ttb_tracer")])))
                },
                Scene("the pane where there is no room for both") {
                    var model = try Recorded.model("wrong-cookie")
                    model.press(.text("3"))
                    _ = model.update(.resized(ScreenSize(columns: 60, rows: 20)))
                    model.press(.tab)
                    return model
                },
                .recorded("only failures", "lost-nodes") { $0.press(.text("3"), .text("f")) },
            ]
        ),
        (
            "certificates",
            [
                .live("loading") { $0.press(.text("4")) },
                .live("error") {
                    $0.press(.text("4"))
                    _ = $0.update(.certificates(.failure(Cluster.silence)))
                },
                .live("stale") {
                    $0.press(.text("4"))
                    _ = $0.update(.certificates(.success(Cluster.certificates)))
                    _ = $0.update(.clock($0.now + 60_000_000))
                    _ = $0.update(.certificates(.failure(Cluster.silence)))
                },
            ]
        ),
        (
            "node",
            [
                .live("loading") { $0.press(.text("G"), .up, .enter) },
                .live("error") {
                    $0.press(.text("g"), .down, .enter)
                    _ = $0.update(.status(node: "erlclu@10.42.2.40", .failure(Cluster.silence)))
                },
                .live("stale") {
                    $0.press(.text("G"), .up, .enter)
                    let node = $0.inspection?.node ?? ""
                    _ = $0.update(.status(node: node, .success(Cluster.status)))
                    _ = $0.update(.status(node: node, .failure(Cluster.silence)))
                    _ = $0.update(.clock($0.now + 5_000_000))
                },
            ]
        ),
        (
            "doctor",
            [
                .live("empty") { $0.press(.text("0"), .text("7")) },
                .live("loading") { $0.press(.text("d")) },
                .live("error") {
                    $0.press(.text("d"))
                    _ = $0.update(.notExamined(node: $0.examination?.node ?? "", "no cookie is known for it"))
                },
                .live("between two nodes") {
                    _ = $0.examine(NodePair(from: "erlclu@10.42.1.17", to: "erlclu@10.42.2.31"))
                    _ = $0.update(
                        .examined(
                            node: "erlclu@10.42.2.31", from: "erlclu@10.42.1.17", ladder: Cluster.ladder, checks: [],
                            isOver: true))
                    _ = $0.update(.clock($0.now + 120_000_000))
                },
            ]
        ),
        (
            "events",
            [
                Scene("empty") {
                    var model = Cluster.model()
                    model.press(.text("8"))
                    return model
                }
            ]
        ),
        ("log", [.live("empty") { $0.press(.text("0")) }]),
        (
            "results",
            [
                .live("empty") {
                    $0.press(.text(":"))
                    $0.type("results")
                    $0.press(.enter)
                },
                .live("loading") {
                    $0.press(.text("G"), .up, .text("e"))
                    $0.type("node().")
                    $0.press(.enter)
                },
            ]
        ),
        (
            "picker",
            [
                Scene("empty") {
                    var model = Cluster.model(mode: .unconnected)
                    _ = model.update(.choices([]))
                    return model
                },
                Scene("error") {
                    var model = Cluster.model(mode: .unconnected)
                    _ = model.update(.choices(Cluster.choices))
                    _ = model.update(
                        .notConnected([
                            ConnectionProblem(label: "", text: "E-CONFIG"),
                            ConnectionProblem(label: "WHY", text: "no cookie is known"),
                            ConnectionProblem(label: "FIX", text: "give --cookie-file"),
                        ]))
                    return model
                },
                Scene("a name that is none") {
                    var model = Cluster.model(mode: .unconnected)
                    _ = model.update(.choices(Cluster.choices))
                    model.press(.end, .enter)
                    model.type("web server@vm")
                    model.press(.enter)
                    return model
                },
            ]
        ),
        (
            "prompts",
            [
                .live("filter") {
                    $0.press(.text("/"))
                    $0.type("st=U")
                },
                .live("expression") { $0.press(.text(" "), .text(" "), .text("e")) },
                .live("palette") { $0.press(.text(":")) },
                .live("stop") { Self.command("stop erlclu@10.42.1.18", &$0) },
                .live("disconnect") { Self.command("disconnect erlclu@10.42.1.18", &$0) },
                Scene("read-only") { Cluster.live(mode: .readOnly) },
            ]
        ),
    ]

    private static func command(_ text: String, _ model: inout DashboardModel) {
        model.press(.text(":"))
        model.type(text)
        model.press(.enter)
    }

    private static func examine(_ model: inout DashboardModel) {
        model.press(.text("d"))
        let node = model.examination?.node ?? ""
        _ = model.update(
            .examined(node: node, ladder: Cluster.ladder, checks: [.fine(.clock, "both agree")], isOver: true))
    }

    private static func evaluate(_ model: inout DashboardModel) {
        model.press(.text("g"), .down, .down, .text(" "), .text(" "), .text(" "), .text("e"))
        model.type("erlang:memory(total).")
        model.press(.enter)
        let nodes = model.markedNodes
        func take(_ node: String, _ text: String, isTrouble: Bool = false) {
            _ = model.update(
                .evaluated(
                    EvaluationResult(
                        number: 1, node: node, expression: "erlang:memory(total).", text: text, isTrouble: isTrouble)))
        }
        take(nodes[0], "74210816")
        take(nodes[1], "** exception error: no match of right hand side value\n   {error,enoent}", isTrouble: true)
        model.press(.up)
    }
}

extension RecordedMessage {
    var members: [Member]? { if case .members(let members) = message { members } else { nil } }

    /// A list in which somebody gives no answer.
    var isUnreachable: Bool { members?.contains { $0.state == .unreachable } ?? false }

    /// The entry gives no answer.
    var isLoss: Bool { if case .interrupted = message { true } else { false } }
}
