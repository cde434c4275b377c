import ClusterAdmin
import Diagnosis
import ErlcluTestSupport
import HandshakeTrace
import Presentation
import TerminalCanvas
import Testing

@testable import Dashboard

/// The other screens, and the ways between them.
@Suite struct ScreensTests {
    @Test func whoListsWhom() {
        var model = Cluster.mesh()
        model.press(.text("2"), .text("n"))
        #expect(model.subject == "n3@h")
        #expect(model.picture.happenings.contains { $0.words.contains("no link with n4@h") })
        #expect(model.lines[0].contains("mesh !"))
    }

    private static func meshModel(_ members: [Member]) -> DashboardModel {
        var model = Cluster.model()
        _ = model.update(.members(members))
        _ = model.update(.members(members))
        return model
    }

    @Test func aLargeMeshIsShownByWhatIsWrong() {
        let names = (0..<60).map { "n\($0 + 100)@h" }
        let members = names.map { name in
            var member = Cluster.member(name)
            member.lists = Set(names).subtracting([name])
            if name == "n130@h" { member.lists?.remove("n131@h") }
            return member
        }
        var model = Self.meshModel(members)
        model.press(.text("2"))
        let text = model.view().text
        #expect(text.contains("asymmetric") && text.contains("n131@h") && text.contains("component"))
        #expect(!text.contains("= = ="))
    }

    @Test func certificatesBySoonestEnd() {
        var model = Cluster.live()
        #expect(model.press(.text("4")) == [.certificates(true)])
        #expect(model.view().text.contains("asking the members"))
        _ = model.update(.certificates(.success(Cluster.certificates)))
        #expect(model.names == ["b@h2", "a@h1", "c@h3", "d@h4"])
        _ = model.update(.certificates(.success([Cluster.certificate("b@h2", days: 90, serial: "2", names: ["h2"])])))
        #expect(model.picture.happenings.last?.words == "certificate renewed, 90d left")
        #expect(model.press(.text("1")) == [.certificates(false)])
    }

    @Test func certificatesThatCannotBeSeen() {
        var model = Cluster.live()
        model.press(.text("4"))
        _ = model.update(.certificates(.failure(Cluster.silence)))
        #expect(model.view().text.contains("E-TIMEOUT"))
    }

    // MARK: one node

    @Test func aNodeIsAskedWhileItIsShown() {
        var model = Cluster.live()
        model.press(.down, .down)
        let node = model.list.selected!
        #expect(model.press(.enter) == [.inspect(node)])
        #expect(model.view().text.contains("asking \(node)"))
        _ = model.update(.status(node: node, .success(Cluster.status)))
        _ = model.update(.status(node: "other@h", .success(Cluster.status)))
        _ = model.update(.status(node: node, .failure(Cluster.silence)))
        _ = model.update(.clock(model.now + 5_000_000))
        // What was seen stays, with its age.
        #expect(model.view().text.contains("started") && model.view().text.contains("seen 5s ago"))
        #expect(model.press(.escape) == [.inspect(nil)])
        #expect(model.screen == .members && model.list.selected == node)
    }

    @Test func doctorSelectsWhatIsBroken() {
        var model = Cluster.live()
        let node = model.list.selected!
        #expect(model.press(.text("d")) == [.examine(node)])
        var ladder = Ladder(usesTLS: true, start: Cluster.start)
        ladder.pass(.tcp, at: Cluster.start + 300, "10.42.2.31:38211")
        _ = model.update(.examined(node: node, ladder: ladder, checks: [], isOver: false))
        #expect(model.view().text.contains("looking"))
        _ = model.update(
            .examined(node: node, ladder: Cluster.ladder, checks: [.fine(.clock, "both agree")], isOver: true))
        #expect(model.list.selected == "tls_certificate")
        #expect(model.press(.text("r")) == [.examine(node)])
    }

    // MARK: expressions and commands

    @Test func anExpressionGoesToTheMarkedNodes() {
        var model = Cluster.live()
        model.press(.text("G"), .text(" "), .up, .up, .text(" "))
        let nodes = model.markedNodes
        #expect(nodes.count == 2)
        model.press(.text("e"))
        model.type("1 + Q.")
        #expect(model.press(.enter) == [.evaluate(number: 1, expression: "1 + Q.", nodes: nodes)])
        #expect(model.screen == .results && model.names.count == 2)
        _ = model.update(
            .evaluated(EvaluationResult(number: 1, node: nodes[1], expression: "1 + Q.", text: "42\n43")))
        _ = model.update(
            .evaluated(
                EvaluationResult(number: 1, node: nodes[0], expression: "1 + Q.", text: "unbound", isTrouble: true)))
        #expect(model.view().text.contains("42 43") && model.view().text.contains("! 1 \(nodes[0])") == true)
        // The last expression comes back.
        model.press(.text("e"), .up)
        #expect(model.typed == "1 + Q.")
    }

    @Test(
        arguments: [
            ("mesh", [], Screen.mesh), ("handsh", [.trace(nil)], .handshakes), ("events", [], .events),
            ("log", [], .log),
            ("quit", [.quit], .members), ("doctor erlclu@10.42.1.18", [.examine("erlclu@10.42.1.18")], .doctor),
            ("node erlclu@10.42.3", [.inspect("erlclu@10.42.3.10")], .node),
            ("console erlclu@10.42.1.17", [.console("erlclu@10.42.1.17")], .members),
            ("trace", [.trace(nil)], .handshakes), ("context staging", [.connect(.context("staging"))], .members),
            ("connect x@y", [.connect(.node("x@y"))], .members), ("refresh", [.look], .members),
        ] as [(String, [DashboardEffect], Screen)])
    func commands(_ text: String, _ effects: [DashboardEffect], _ screen: Screen) {
        var model = Cluster.live()
        model.press(.text(":"))
        model.type(text)
        #expect(model.press(.enter) == effects)
        #expect(model.screen == screen)
        #expect(model.overlay == nil)
    }

    @Test(arguments: ["nonsense", "s", "doctor nobody", "doctor erlclu@10.42", "mesh now", "eval", "context"])
    func commandsThatSayWhatIsWrong(_ text: String) {
        var model = Cluster.live()
        model.press(.text(":"))
        model.type(text)
        #expect(model.press(.enter) == [])
        #expect(model.notice?.isEmpty == false)
    }

    @Test func tabCompletesCommandsAndNodes() {
        func completed(_ text: String) -> String {
            PaletteLine.completed(
                text, in: .readWrite, nodes: ["app@h1", "app@h2", "web@h"], contexts: ["prod", "staging"])
        }
        #expect(completed("do") == "doctor ")
        #expect(completed("re") == "re")
        #expect(completed("doctor a") == "doctor app@h")
        #expect(completed("doctor w") == "doctor web@h")
        #expect(completed("context p") == "context prod")
        #expect(completed("zz") == "zz")
        #expect(completed("doctor zz") == "doctor zz")
    }

    /// A cluster that was named on the command line has nothing to choose from; the other contexts are there all the same.
    @Test func contextsAreCompletedWhereNoneIsOffered() {
        var model = Cluster.live()
        model.contexts = ["prod", "staging"]
        model.press(.text(":"))
        model.type("context st")
        model.press(.tab)
        #expect(model.typed == "context staging" && model.choices == nil)
        #expect(model.press(.enter) == [.connect(.context("staging"))])
    }

    /// A context that has both ways: the bar says which one it is, and the pane and the events why.
    @Test func aDetourIsSaid() throws {
        var model = Cluster.live(120, 30)
        let failure = NodeFailure(
            .certificateExpired, stage: .tls, node: model.entry, message: "its certificate has run out",
            remedy: "renew it")
        #expect(model.lines[0].contains("PROT tls  "))
        _ = model.update(.detour(failure))
        #expect(model.lines[0].contains("ssh (tls failed)"), "\(model.lines[0])")
        #expect(model.view().text.contains("E-CERT-EXPIRED: its certificate has run out"))
        model.press(.text("g"))
        let row = try #require(model.rows.first { $0.member.isEntry })
        let pane = MembersScreen.detail(row, model, columns: 200).map { "\($0.label) \($0.text)" }.joined(
            separator: "\n")
        #expect(pane.contains("WHY it is asked over SSH, as tls does not come up: E-CERT-EXPIRED"), "\(pane)")
        #expect(pane.contains("FIX renew it"), "\(pane)")
        #expect(model.picture.happenings.last?.words.contains("asked over SSH") == true)
        let count = model.picture.happenings.count
        _ = model.update(.detour(failure))
        #expect(model.picture.happenings.count == count)
        _ = model.update(.resized(ScreenSize(columns: 40, rows: 24)))
        #expect(model.lines[0].contains("ssh"), "\(model.lines[0])")
        _ = model.update(.resized(ScreenSize(columns: 120, rows: 24)))
        _ = model.update(.detour(nil))
        #expect(model.lines[0].contains("PROT tls  ") && model.picture.happenings.last?.words == "asked over tls again")
    }

    /// An event says how something is now, and not only what is new.
    @Test func anEventSaysHowItIs() {
        var model = Cluster.live()
        func words(_ aspects: [MemberChange.Aspect]) -> String? {
            _ = model.update(.changes([MemberChange(member: Cluster.members[0], what: .changed(aspects))]))
            return model.picture.happenings.last?.words
        }
        #expect(words([.otpRelease]) == "runs OTP 27")
        #expect(words([.address, .certificateDays]) == "listens at 10.42.1.17:38211, certificate 61d")
        #expect(words([.state, .otpRelease]) == "up")
    }

    /// What several lines of a warning say is below its first one.
    @Test func theLogHasTheFirstLineInItsList() {
        var model = Cluster.live()
        _ = model.update(.logged("first\nsecond"))
        model.press(.text("0"))
        let rows = LogScreen.listed(model)
        #expect(rows.last.map { LogScreen.Row.columns[1].cell($0) } == .text("first"))
        #expect(model.view().text.contains("second"))
    }

    @Test func aNodeIsEndedOnlyAfterYes() {
        var model = Cluster.live()
        func ask(_ answer: String) -> [DashboardEffect] {
            model.press(.text(":"))
            model.type("stop erlclu@10.42.1.18")
            #expect(model.press(.enter) == [])
            #expect(model.lines[22].contains("stop erlclu@10.42.1.18?"))
            model.type(answer)
            return model.press(.enter)
        }
        #expect(ask("") == [])
        #expect(ask("y") == [])
        #expect(ask("yes") == [.control(.stop, "erlclu@10.42.1.18")])
        model.press(.text(":"))
        model.type("stop erlclu@10.42.1.18")
        model.press(.enter, .text("y"), .escape)
        #expect(model.overlay == nil)
    }

    @Test func aReadOnlyContextHasNothingThatChangesANode() {
        var model = Cluster.live(mode: .readOnly)
        for command in ["stop", "restart", "reboot", "disconnect", "eval 1", "console", "results"] {
            model.press(.text(":"))
            model.type(command)
            #expect(model.press(.enter) == [], "\(command)")
            #expect(model.notice?.contains("the context is read-only") == true, "\(command): \(model.notice ?? "")")
            // A refused line stays to be edited.
            model.press(.control("c"))
        }
        #expect(model.press(.text("e")) == [])
        #expect(model.notice == "e is not there: the context is read-only")
        #expect(!PaletteLine.completed("st", in: .readOnly, nodes: [], contexts: []).contains("stop"))
    }

    // MARK: traces

    @Test func aTraceBeginsWithItsScreenAndEndsWhenAsked() {
        var model = Cluster.live()
        #expect(model.press(.text("3")) == [.trace(nil)])
        #expect(model.lines[0].contains("TRACE"))
        _ = model.update(.traceBegan(node: "a@h"))
        #expect(model.view().text.contains("traced: a@h"))
        #expect(model.press(.text("1"), .text("3")) == [])
        #expect(model.press(.text("t")) == [.endTrace])
        _ = model.update(.traceEnded(nil))
        #expect(!model.lines[0].contains("TRACE"))
        model.press(.text("1"), .text(" "))
        let marked = model.markedNodes
        #expect(model.press(.text("3"), .text("t")).contains(.trace(marked)))
    }

    @Test func handshakesOfTheSelectedNode() {
        var model = Cluster.live()
        model.press(.text("h"))
        #expect(model.screen == .handshakes && model.list.filter.text == "10.42.2.31")
        model.press(.escape)
        #expect(model.screen == .handshakes && model.list.filter.isEmpty)
        model.press(.escape)
        #expect(model.screen == .members)
    }

    // MARK: codes and copies

    @Test func whatACodeMeans() throws {
        var model = try Recorded.model("wrong-cookie")
        model.press(.text("3"), .text("x"))
        #expect(model.overlay == .explanation(.cookie))
        let text = model.view().text
        #expect(text.contains("E-COOKIE") && text.contains("Recognised by") && text.contains("Likely causes"))
        model.press(.down, .down)
        #expect(model.paneScroll == 2)
        model.press(.escape)
        #expect(model.overlay == nil && model.screen == .handshakes)
        model.press(.text("8"), .text("x"))
        #expect(model.overlay == nil && model.notice != nil)
    }

    @Test func theSelectedRowIsCopiedWithItsReason() throws {
        var model = try Recorded.model("wrong-cookie")
        model.press(.text("3"))
        let effects = model.press(.text("y"))
        guard case .copy(let text)? = effects.first else { return #expect(Bool(false), "\(effects)") }
        #expect(text.hasPrefix("rogue@127.0.0.1 -> b@127.0.0.1\n"))
        #expect(text.contains("WHY ") && text.contains("FIX "))
    }

    @Test func aSignalSuspendsWhateverIsTyped() {
        var model = Cluster.live()
        model.press(.text(":"))
        #expect(model.update(.suspended) == [.suspend])
    }

    // MARK: replay

    @Test func aReplayAsksNoNode() {
        var model = Cluster.live(mode: .recorded)
        model.replay = DashboardModel.Replay()
        #expect(model.lines[0].hasSuffix("REPLAY"))
        #expect(model.press(.text("c"), .text("d"), .text("e"), .text("4"), .text("5"), .enter, .text("r")) == [])
        #expect(model.press(.text("3")) == [])
        #expect(model.press(.text("p"), .text("p")) == [.pauseReplay(true), .pauseReplay(false)])
        #expect(model.press(.text("-"), .text("-"), .text("+")) == [.replaySpeed(2), .replaySpeed(5), .replaySpeed(2)])
        #expect(model.press(.text("F")) == [.nextFailure])
        _ = model.update(.replayPaused)
        #expect(model.lines[0].hasSuffix("REPLAY PAUSED"))
        _ = model.update(.replayEnded("the line is broken"))
        #expect(model.lines[0].hasSuffix("REPLAY END") && model.lines[23].contains("broken"))
    }
}
