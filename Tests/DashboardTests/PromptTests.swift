import ClusterAdmin
import TerminalCanvas
import Testing

@testable import Dashboard

/// Whom a prompt is about, and that it says so.
@Suite struct PromptTests {
    private static let long = String(repeating: "n", count: 190) + "@far.h.org"

    /// On Events the newest row is selected: another node moves in while a person types.
    @Test(arguments: [
        ("eval 1.", [DashboardEffect.evaluate(number: 1, expression: "1.", nodes: ["erlclu@10.42.2.31"])]),
        ("doctor", [.examine("erlclu@10.42.2.31")]), ("console", [.console("erlclu@10.42.2.31")]),
        ("node", [.inspect("erlclu@10.42.2.31")]),
    ]) func aCommandIsAboutWhomItWasBegunFor(_ command: String, _ effects: [DashboardEffect]) {
        var model = Cluster.live()
        model.press(.text("8"), .end)
        #expect(model.subject == "erlclu@10.42.2.31")
        model.press(.text(":"))
        model.type(command)
        #expect(model.lines[22].contains("erlclu@10.42.2.31"), "\(model.lines[22])")
        _ = model.update(.changes([MemberChange(member: Cluster.members[1], what: .left)]))
        #expect(model.subject == "erlclu@10.42.1.18")
        #expect(model.lines[22].contains("erlclu@10.42.2.31"), "\(model.lines[22])")
        #expect(model.press(.enter) == effects)
    }

    @Test func whatEndsANodeIsAskedAboutWhomItWasBegunFor() {
        var model = Cluster.live()
        model.press(.text("8"), .end, .text(":"))
        model.type("stop")
        _ = model.update(.changes([MemberChange(member: Cluster.members[1], what: .left)]))
        model.press(.enter)
        #expect(model.lines[22].contains("stop erlclu@10.42.2.31?"))
        model.type("yes")
        #expect(model.press(.enter) == [.control(.stop, "erlclu@10.42.2.31")])
    }

    /// A column of the mesh is that of the row's first trouble, which may have been mended meanwhile.
    @Test func aCommandIsAboutThePairThatItWasBegunFor() {
        var model = Cluster.mesh()
        model.press(.text("2"), .text("n"), .text(":"))
        model.type("disconnect")
        #expect(model.lines[22].contains("disconnect n4@h from n3@h"))
        model.lists[.mesh]?.selected = "n1@h"
        model.press(.enter)
        #expect(model.overlay == .prompt(Prompt(.confirmation(.disconnect(NodePair(from: "n3@h", to: "n4@h"))))))
    }

    /// Marks are by name: where nobody who is marked is there any more, neither all others nor the selected one is meant.
    @Test func marksOfNodesThatAreGoneMeanNobodyElse() {
        var model = Cluster.live()
        model.lists[.members]?.marked = ["gone@h"]
        #expect(model.press(.text("e")) == [] && model.overlay == nil)
        #expect(model.notice?.contains("none of the marked nodes") == true)
        #expect(model.press(.text("3")) == [] && !model.isTracing)
        #expect(model.notice?.contains("none of the marked nodes") == true)
        #expect(model.press(.text("t")) == [] && !model.isTracing)
        for command in ["eval 1.", "trace"] {
            model.press(.text("1"), .text(":"))
            model.type(command)
            #expect(model.press(.enter) == [], "\(command)")
            #expect(model.notice?.contains("none of the marked nodes") == true, "\(command)")
            model.press(.escape)
        }
        model.press(.text("1"), .text("u"), .text("3"))
        #expect(model.isTracing)
    }

    /// Neither what is done nor what answers it is pushed out of the row by a name.
    @Test func aLongNameHidesNothingOfAQuestion() {
        let actions: [(NodeAction, String, String)] = [
            (.control(.stop, Self.long), "stop nnn", "nnn@far.h.org?"),
            (.disconnect(NodePair(from: Self.long, to: Self.long)), "disconnect nnn", " from nnn"),
            (.disconnect(NodePair(from: "short@h", to: Self.long)), "disconnect nnn", "h.org from short@h?"),
            (.dial(NodePair(from: Self.long, to: "short@h")), "have nnn", "h.org connect to short@h?"),
        ]
        for (columns, rows) in [(60, 20), (40, 10)] {
            for (action, beginning, end) in actions {
                var model = Cluster.live(columns, rows)
                model.overlay = .prompt(Prompt(.confirmation(action)))
                let asked = model.lines.first { $0.hasPrefix(" \(beginning)") }
                #expect(asked?.contains(end) == true, "\(asked ?? "")")
                // The warning is there to its last word.
                let words = model.lines.joined(separator: " ").split(separator: " ")
                #expect(action.warning.split(separator: " ").allSatisfy { words.contains($0) })
                #expect(model.lines[rows - 1].hasPrefix(" yes (the whole word) or no:"))
                model.type("yes")
                #expect(model.lines[rows - 1].hasPrefix(" yes (the whole word) or no: yes"))
            }
        }
        var model = Cluster.live(60, 20)
        model.overlay = .prompt(Prompt(.expression([Self.long])))
        #expect(model.lines[18].hasPrefix(" eval on nnn") && model.lines[18].contains("@far.h.org"))
        model.overlay = .prompt(Prompt(.expression(["a@h", Self.long, "b@h"])))
        #expect(model.lines[18].hasPrefix(" eval on 3 nodes: a@h, nnn") && model.lines[18].hasSuffix(" ..."))
    }

    /// What is typed cannot be seen there.
    @Test(arguments: ["e", ":", "/", "?"]) func aScreenThatIsTooSmallIsLeftWhateverIsOpen(_ opens: String) {
        for (key, effects) in [
            (Key.text("Q"), [DashboardEffect.quit]), (.text("q"), [.quit]), (.control("c"), [.quit]),
            (.control("z"), [.suspend]), (.text("x"), []), (.enter, []),
        ] {
            var model = Cluster.live()
            model.press(.text(opens))
            let overlay = model.overlay
            _ = model.update(.resized(ScreenSize(columns: 39, rows: 10)))
            #expect(model.press(key) == effects)
            #expect(model.overlay == overlay)
        }
    }

    /// Keys that were typed ahead of a shell are for no screen; what else comes meanwhile has its effects.
    @Test func keysTypedAheadOfAShellDoNothing() {
        var model = Cluster.live()
        for key in [Key.text("3"), .text("q"), .text(":"), .enter, .control("z")] {
            #expect(model.updateUnseen(.key(key)) == [])
        }
        #expect(model.screen == .members && !model.isTracing && model.overlay == nil)
        #expect(model.updateUnseen(.show(.certificates)) == [.certificates(true)])
        #expect(model.updateUnseen(.resized(ScreenSize(columns: 60, rows: 20))) == [.repaint])
    }
}
