import ClusterAdmin
import Diagnosis
import TerminalCanvas
import Testing

@testable import Dashboard

/// Another cluster is chosen, and does not answer.
@Suite struct GoingBackTests {
    private static let other = DashboardIdentity(title: "far", entry: "x@far", transport: "tcp", mode: .readOnly)

    private func connecting(from model: DashboardModel = Cluster.live()) -> DashboardModel {
        var model = model
        model.press(.text(":"))
        model.type("connect x@far")
        #expect(model.press(.enter) == [.connect(.node("x@far"))])
        _ = model.update(.connected(Self.other))
        _ = model.update(.interrupted(Cluster.silence))
        return model
    }

    @Test func escapeGoesBackToWhatWasThere() {
        var start = Cluster.live()
        start.press(.down, .text(" "))
        var model = connecting(from: start)
        #expect(model.entry == "x@far" && model.view().text.contains("Esc goes back to prod"))
        // Other screens are looked at meanwhile, and left.
        model.press(.text("8"), .escape)
        #expect(model.screen == .members)
        #expect(model.press(.escape) == [.goBack])
        #expect(model.title == "prod" && model.entry == "erlclu@10.42.1.17" && model.mode == .protected)
        #expect(model.names == start.names && model.markedNodes == start.markedNodes)
        #expect(model.lists[.members]?.selected == start.lists[.members]?.selected)
        #expect(model.picture.happenings == start.picture.happenings)
        #expect(model.notice?.contains("x@far was not reached") == true)
        // It is as any other from here on.
        #expect(model.update(.members(Cluster.members)) == [])
        #expect(model.press(.escape) == [] && model.press(.text("Q")) == [.quit])
    }

    @Test func oneAfterTheOtherLeadsBackToTheLastThatWasThere() {
        var model = connecting()
        model.press(.text(":"))
        model.type("connect y@far")
        #expect(model.press(.enter) == [.connect(.node("y@far"))])
        _ = model.update(
            .connected(DashboardIdentity(title: "y@far", entry: "y@far", transport: "tcp", mode: .readWrite)))
        #expect(model.press(.escape) == [.goBack] && model.title == "prod")
    }

    @Test func oneThatAnswersIsGoneToForGood() {
        var model = connecting()
        #expect(model.update(.members([Cluster.member("x@far")])) == [.leaveFormer])
        #expect(model.update(.members([Cluster.member("x@far")])) == [])
        #expect(model.press(.escape) == [] && model.title == "far")
    }

    /// A choice that cannot even be dialled leaves everything as it is.
    @Test func whatCannotBeTakenChangesNothing() {
        var model = Cluster.live()
        model.press(.text(":"))
        model.type("context nowhere")
        model.press(.enter)
        _ = model.update(.notConnected([ConnectionProblem(label: "", text: "E-CONFIG")]))
        #expect(model.title == "prod" && model.names.count == Cluster.members.count)
        #expect(model.notice == "E-CONFIG")
    }

    // MARK: the choice

    private func chosen() -> DashboardModel {
        var model = Cluster.model(mode: .unconnected)
        _ = model.update(.choices(Cluster.choices))
        model.press(.enter)
        _ = model.update(
            .connected(
                DashboardIdentity(title: "prod", entry: "a@b", transport: "tls", mode: .readWrite, context: "prod")))
        return model
    }

    @Test func escapeDoesNotGoToAndFro() {
        var model = chosen()
        _ = model.update(.members(Cluster.members))
        #expect(model.press(.escape) == [] && model.screen == .members)
        #expect(model.notice?.contains("q goes to the choice") == true)
        #expect(model.press(.text("q")) == [.offerChoices] && model.screen == .picker)
        model.press(.escape)
        #expect(model.screen == .members)
        model.press(.escape)
        #expect(model.screen == .members)
    }

    /// One that does not answer is left for the choice, which is left for nothing.
    @Test func whatDoesNotAnswerIsLeftForTheChoice() {
        var model = chosen()
        _ = model.update(.interrupted(Cluster.silence))
        #expect(model.press(.escape) == [.offerChoices] && model.screen == .picker)
        #expect(model.press(.escape) == [] && model.screen == .picker)
    }

    @Test func theChoiceIsMadeAnewWhileItIsShown() {
        var model = Cluster.model(mode: .unconnected)
        _ = model.update(.choices(Cluster.choices))
        #expect(model.update(.clock(model.now + 4_000_000)) == [])
        #expect(model.update(.clock(model.now + 2_000_000)) == [.offerChoices])
        #expect(model.update(.clock(model.now + 2_000_000)) == [])
        #expect(model.press(.text("r")) == [.offerChoices])
        model.press(.down)
        let selected = model.list.selected
        _ = model.update(.choices(Array(Cluster.choices.reversed())))
        #expect(model.list.selected == selected)
    }
}
