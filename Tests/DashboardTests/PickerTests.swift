import ClusterAdmin
import Diagnosis
import TerminalCanvas
import Testing

@testable import Dashboard

/// Choosing a cluster, and another one.
@Suite struct PickerTests {
    /// What is found later, such as epmd's names, comes before the row that asks for one.
    @Test func theFirstChoiceIsSelectedUntilAKeyIsPressed() {
        var model = Cluster.model(mode: .unconnected)
        _ = model.update(.choices([]))
        _ = model.update(.choices(Cluster.choices))
        #expect(model.list.selected == "CONTEXT prod")
        model.press(.down)
        _ = model.update(
            .choices(Cluster.choices + [DashboardChoice(.node("x@y"), node: nil, transport: nil, remark: "")]))
        #expect(model.list.selected == "RELEASE /opt/shop")
    }

    @Test func thePickerOffersWhatThereIs() {
        var model = Cluster.model(mode: .unconnected)
        _ = model.update(.choices(Cluster.choices))
        #expect(model.press(.down, .enter) == [.connect(.release("/opt/shop"))])
        _ = model.update(
            .notConnected([
                ConnectionProblem(label: "", text: "E-CONFIG"),
                ConnectionProblem(label: "WHY", text: "no cookie is known"),
                ConnectionProblem(label: "FIX", text: "give --cookie-file"),
            ]))
        #expect(model.view().text.contains("WHY no cookie is known"))
        model.press(.end, .enter)
        model.type("a@b")
        #expect(model.press(.enter) == [.connect(.node("a@b"))])
        #expect(model.press(.text("2"), .text("3"), .text("c")) == [])
        #expect(model.press(.text("q")) == [.quit])
    }

    /// It is dialled by the name that it has, once a person has seen that.
    @Test func aNodeThatCallsItselfOtherwiseIsOffered() {
        var model = Cluster.model(mode: .unconnected)
        _ = model.update(.choices(Cluster.choices))
        #expect(model.press(.end, .up, .enter) == [.connect(.node("web@vm"))])
        _ = model.update(
            .connected(DashboardIdentity(title: "web@vm", entry: "web@vm", transport: "tcp", mode: .readWrite)))
        _ = model.update(.interrupted(Cluster.otherName))
        #expect(model.view().text.contains("Enter connects to web@vm.example.org"))
        // What Enter does elsewhere is something else.
        for key in ["2", "8", "0"] {
            model.press(.text(key))
            #expect(!model.view().text.contains("Enter connects to"), "\(key)")
        }
        model.press(.text("1"), .escape)
        #expect(model.isChoosing && !model.view().text.contains("Enter connects to"))
        // It is chosen again.
        model.press(.enter)
        _ = model.update(
            .connected(DashboardIdentity(title: "web@vm", entry: "web@vm", transport: "tcp", mode: .readWrite)))
        _ = model.update(.interrupted(Cluster.otherName))
        #expect(model.press(.enter) == [.connect(.node("web@vm.example.org"))])
        // One of another name is another node.
        var other = Cluster.otherName
        other.remedy = Remedy(.dial(name: "api@elsewhere", Endpoint(host: "vm", port: 4711)))
        model.target = .node("web@vm")
        _ = model.update(.interrupted(other))
        #expect(model.offeredName == nil)
        // What a context names is not changed for it.
        model.target = .context("prod")
        _ = model.update(.interrupted(Cluster.otherName))
        #expect(model.offeredName == nil)
    }

    @Test(arguments: ["a b@c", "a@b@c", "@c", "a@", "a\u{1B}[2J@c", String(repeating: "x", count: 300)])
    func whatIsNoNameIsNotDialled(_ name: String) {
        var model = Cluster.model(mode: .unconnected)
        _ = model.update(.choices([]))
        model.press(.enter, .paste(name))
        #expect(model.press(.enter) == [])
        #expect(model.notice?.contains("is no node name") == true)
    }

    @Test func aChosenClusterIsLeftForThePicker() {
        var model = Cluster.model(mode: .unconnected)
        _ = model.update(.choices(Cluster.choices))
        model.press(.enter)
        _ = model.update(
            .connected(
                DashboardIdentity(title: "prod", entry: "a@b", transport: "tls", mode: .readWrite, context: "prod")))
        #expect(model.screen == .members && model.view().text.contains("asking a@b"))
        _ = model.update(.members(Cluster.members))
        #expect(model.press(.text("q")) == [.offerChoices])
        #expect(model.screen == .picker)
        #expect(model.press(.text("q")) == [.quit])
    }
}
