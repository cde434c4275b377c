import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas
import Testing

@testable import Dashboard

/// Those that no member lists: dead, on the other side of a split, or never in the cluster.
@Suite struct AbsentNodesTests {
    private static let node = "erlclu@10.42.1.18"
    private static let host = "10.42.1.18"

    /// One member is missing, as a watch reports it.
    private func lost(_ nodes: [String] = [Self.node], in model: DashboardModel = Cluster.live()) -> DashboardModel {
        var model = model
        _ = model.update(.members(Cluster.members.filter { !nodes.contains($0.node) }))
        let gone = Cluster.members.filter { nodes.contains($0.node) }.map { member in
            var member = member
            member.state = .down
            return MemberChange(member: member, what: .left)
        }
        _ = model.update(.changes(gone))
        return model
    }

    private func epmd(_ host: String = Self.host, _ names: String..., port: UInt16 = 4_000) -> DashboardMessage {
        .registrations(host: host, .success(names.map { RegisteredNode(name: $0, port: port) }))
    }

    private func row(_ model: DashboardModel, _ node: String = Self.node) throws -> MemberRow {
        try #require(model.rows.first { $0.name == node })
    }

    /// The row's pane as text.
    private func pane(_ model: DashboardModel, _ node: String = Self.node) throws -> String {
        MembersScreen.detail(try row(model, node), model, columns: 400)
            .map { "\($0.label) \($0.text)" }.joined(separator: "\n")
    }

    @Test func whoeverIsMissedIsDeadOrSplit() throws {
        var model = lost()
        let time = DashboardModel.minute(model.now)
        #expect(model.lines[0].contains("1 lost since \(time): dead or split"), "\(model.lines[0])")
        #expect(try row(model).stateWord == "DN")
        // The clock goes on, and the moment stays.
        _ = model.update(.clock(model.now + 3_600_000_000))
        #expect(model.lines[0].contains("1 lost since \(time): dead or split"))
        for (columns, words) in [(80, "1 lost since"), (60, "1 lost: dead or split"), (40, "1 lost!")] {
            _ = model.update(.resized(ScreenSize(columns: columns, rows: 24)))
            #expect(model.lines[0].contains(words), "\(model.lines[0])")
        }
        _ = model.update(.resized(ScreenSize(columns: 80, rows: 24)))
        model.press(.text("2"))
        #expect(model.lines[2].contains("1 lost since \(time): dead or split"), "\(model.lines[2])")
    }

    @Test func oneWhoseNameIsRegisteredIsUpThere() throws {
        var model = lost()
        _ = model.update(epmd(Self.host, "erlclu"))
        let row = try row(model)
        #expect(row.stateWord == "RG" && row.needsAttention)
        #expect(MemberRow.columns.last?.cell(row) == .text("not connected 0s"))
        #expect(model.lines[0].contains("1 cut off since"), "\(model.lines[0])")
        #expect(try pane(model).contains("has it registered still"))
        #expect(model.picture.happenings.last?.words.contains("not connected") == true)
        let count = model.picture.happenings.count
        _ = model.update(epmd(Self.host, "erlclu", "other"))
        #expect(model.picture.happenings.count == count)
        // It stops later.
        _ = model.update(epmd(Self.host, "other"))
        #expect(try self.row(model).stateWord == "DN")
        #expect(!model.lines[0].contains("cut off") && !model.lines[0].contains("lost"))
        // It is back.
        _ = model.update(.members(Cluster.members))
        #expect(try self.row(model).stateWord == "UP")
    }

    @Test func oneWhoseNameIsNotRegisteredHasStopped() throws {
        var model = lost()
        _ = model.update(epmd())
        #expect(try row(model).stateWord == "DN")
        #expect(!model.lines[0].contains("lost"), "\(model.lines[0])")
        #expect(try pane(model).contains("it has stopped"))
    }

    /// What was said before says nothing, and neither does another host, or an epmd that gives no answer.
    @Test func onlyItsEpmdAfterwardsSettlesIt() throws {
        var model = Cluster.live()
        _ = model.update(epmd(Self.host, "erlclu"))
        model = lost(in: model)
        _ = model.update(epmd("10.42.1.17", "erlclu"))
        #expect(try row(model).stateWord == "DN")
        #expect(model.lines[0].contains("1 lost since"))
        _ = model.update(.registrations(host: Self.host, .failure(Cluster.silence)))
        #expect(model.lines[0].contains("1 lost since"))
        #expect(try pane(model).contains("two sides of a split; the epmd of \(Self.host) gives no answer either"))
    }

    @Test func someAreCutOffAndSomeNotSettled() throws {
        var model = lost([Self.node, "erlclu@10.42.3.10"])
        _ = model.update(epmd(Self.host, "erlclu"))
        _ = model.update(.resized(ScreenSize(columns: 120, rows: 30)))
        #expect(model.lines[0].contains("2 lost since"), "\(model.lines[0])")
        #expect(model.lines[0].contains("1 cut off, 1 dead or split"), "\(model.lines[0])")
        // Forgetting one takes it out.
        model.lists[.members]?.selected = "erlclu@10.42.3.10"
        model.press(.text("D"))
        #expect(model.lines[0].contains("1 cut off since"))
    }

    /// A shell or a tool with a name of its own comes and goes.
    @Test func aHiddenNodeAlarmsNobody() {
        let model = lost(["maint@10.42.1.17"])
        #expect(!model.lines[0].contains("lost"))
    }

    /// A node that stood still is given up by the others after a while: why it was silent stays known.
    @Test func whatWasKnownBeforeStays() throws {
        var model = Cluster.live()
        let node = "erlclu@10.42.2.40"
        model = lost([node], in: model)
        _ = model.update(.clock(model.now + 5_000_000))
        let pane = try pane(model, node)
        let code = Cluster.silence.code.rawValue
        #expect(pane.contains("gone since "), "\(pane)")
        #expect(pane.contains("before that it did not answer for 1m17s: \(code), "), "\(pane)")
        #expect(pane.contains(Cluster.silence.message))
    }

    // MARK: who has never joined

    @Test func aNameThatNoMemberListsIsShown() throws {
        var model = Cluster.live()
        _ = model.update(epmd("10.42.1.17", "erlclu", "odd"))
        let row = try row(model, "odd@10.42.1.17")
        #expect(row.stateWord == "RG" && !row.needsAttention)
        #expect(model.rows.last?.name == row.name)
        #expect(model.lines[0].contains("1 RG"))
        let pane = try pane(model, row.name)
        #expect(pane.contains("registered at port 4000") && pane.contains("FIX d looks") && pane.contains("3 shows"))
        // It joins; it stops.
        _ = model.update(.members(Cluster.members + [Cluster.member("odd@10.42.1.17")]))
        #expect(model.rows.filter { $0.name == row.name }.map(\.stateWord) == ["UP"])
        _ = model.update(epmd("10.42.1.17", "erlclu"))
        #expect(model.rows.filter { $0.stateWord == "RG" }.isEmpty)
    }

    /// The other half of a split, at the first look: the node that is asked knows its names, as it does not know those of
    /// another cluster on the same host.
    @Test func whoIsKnownToTheEntryAlarms() throws {
        let (host, odd, other) = ("10.42.1.17", "odd@10.42.1.17", "other@10.42.1.17")
        var model = Cluster.model()
        #expect(model.update(epmd(host, "erlclu", "odd", "other")) == [])
        #expect(model.update(.members(Cluster.members)) == [.askWhoIsKnown([odd, other])])
        // The answer is a moment away.
        #expect(model.strangers.map(\.acquaintance) == [.asked, .asked] && !model.isComplete)
        #expect(!model.lines[0].contains("joined"), "\(model.lines[0])")
        _ = model.update(.familiar(asked: [odd, other], known: [odd]))
        #expect(model.isComplete)
        _ = model.update(.resized(ScreenSize(columns: 140, rows: 30)))
        let bar = model.lines[0]
        #expect(
            bar.contains("1 registered, not joined: d says why") && bar.contains("1 registered, never joined"), "\(bar)"
        )
        #expect(try row(model, odd).needsAttention && !row(model, other).needsAttention)
        #expect(model.rows.prefix(2).contains { $0.name == odd } && model.rows.last?.name == other)
        let state = try #require(MemberRow.columns.first)
        #expect(try state.role(row(model, odd)) == .warning)
        let pane = try (pane(model, odd), self.pane(model, other))
        #expect(pane.0.contains("erlclu@10.42.1.17 knows its name") && pane.0.contains("cut off"), "\(pane.0)")
        #expect(pane.1.contains("has not heard of it") && pane.1.contains("another cluster"), "\(pane.1)")
        // It tries to join.
        #expect(model.update(epmd(host, "erlclu", "odd", "other")) == [.askWhoIsKnown([other])])
        #expect(try !row(model, other).needsAttention)
        _ = model.update(.familiar(asked: [other], known: [other]))
        #expect(model.lines[0].contains("2 registered, not joined"), "\(model.lines[0])")
        #expect(model.update(epmd(host, "erlclu", "odd", "other")) == [])
        for (columns, words) in [(80, "2 registered, not joined"), (40, "2 not joined!")] {
            _ = model.update(.resized(ScreenSize(columns: columns, rows: 24)))
            #expect(model.lines[0].contains(words), "\(model.lines[0])")
        }
        // Both have joined.
        _ = model.update(.members(Cluster.members + [odd, other].map { Cluster.member($0) }))
        #expect(!model.lines[0].contains("joined"), "\(model.lines[0])")
    }

    /// Where it cannot be told, a person looks.
    @Test func whoMayBeKnownAlarms() throws {
        var model = Cluster.live()
        #expect(model.update(epmd("10.42.1.17", "erlclu", "odd")) == [.askWhoIsKnown(["odd@10.42.1.17"])])
        _ = model.update(.familiar(asked: ["odd@10.42.1.17"], known: nil))
        let row = try row(model, "odd@10.42.1.17")
        #expect(row.needsAttention && model.lines[0].contains("1 registered, not joined"), "\(model.lines[0])")
        #expect(try pane(model, row.name).contains("it has never joined, or it was a member and is cut off"))
    }

    @Test func sentencesNameThemOnce() {
        var (model, report) = (Cluster.model(), PlainReport(means: { _ in "" }))
        func say(_ message: DashboardMessage) -> [String] {
            _ = model.update(message)
            let sentences = report.sentences(of: model.strangers, listed: model.listedNodes, at: model.now)
            return sentences.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        }
        let host = "10.42.1.17"
        #expect(say(.members(Cluster.members)).isEmpty && say(epmd(host, "erlclu", "odd", "other")).isEmpty)
        let known = say(.familiar(asked: ["odd@\(host)", "other@\(host)"], known: ["odd@\(host)"]))
        #expect(
            known.count == 2 && known[0].hasPrefix("odd@\(host) is registered") && known[0].contains("knows its name"))
        #expect(known.last?.contains("has not heard of it") == true, "\(known)")
        #expect(say(epmd(host, "erlclu", "odd", "other")).isEmpty)
        // One joins, which is said elsewhere; one stops.
        #expect(say(.members(Cluster.members + [Cluster.member("odd@\(host)")])).isEmpty)
        #expect(
            say(epmd(host, "erlclu", "odd")) == ["other@\(host) is not registered with the epmd of its host any more."])
    }

    /// One epmd by two names: a node that listens at the same port is the same one.
    @Test func twoNamesOfAHostAreOne() {
        var model = Cluster.model()
        var member = Cluster.member("a@127.0.0.1")
        member.address = "127.0.0.1:4000"
        _ = model.update(.members([member]))
        _ = model.update(epmd("127.0.0.1", "a", "b"))
        _ = model.update(epmd("vm", "a", "b"))
        #expect(model.rows.map(\.name) == ["a@127.0.0.1", "b@127.0.0.1"])
    }

    /// Where ports are fixed, all hosts have the same names at the same ports.
    @Test(
        arguments: [("10.42.1.1", "10.42.1.2", 50_000), ("one.example.org", "two.example.org", 9_100)]
            as [(String, String, UInt16)])
    func aFixedPortIsNoSignOfOneHost(_ first: String, _ second: String, _ port: UInt16) {
        var model = Cluster.model()
        var member = Cluster.member("worker@\(first)")
        member.address = "\(first):\(port)"
        _ = model.update(.members([member]))
        _ = model.update(epmd(first, "worker", port: port))
        _ = model.update(epmd(second, "worker", port: port))
        #expect(model.rows.map(\.name) == ["worker@\(first)", "worker@\(second)"])
        // Nor are the same names and others.
        _ = model.update(epmd(second, "worker", "other", port: port))
        #expect(model.rows.map(\.name).sorted() == ["other@\(second)", "worker@\(first)", "worker@\(second)"].sorted())
    }

    /// A name that is a member on two hosts shows that they are two, whatever else is the same.
    @Test func aNameThatIsTwiceIsOnTwoHosts() {
        var model = Cluster.model()
        _ = model.update(.members(["a@one", "a@two"].map { Cluster.member($0) }))
        for host in ["one", "two"] { _ = model.update(epmd(host, "a", "b", port: 50_000)) }
        #expect(model.rows.filter { $0.stateWord == "RG" }.map(\.name).sorted() == ["b@one", "b@two"])
    }

    /// One epmd by two names is asked at two moments: what has begun between them is one node still.
    @Test func twoNamesOfAHostStayOneWhileItChanges() {
        var model = Cluster.model()
        _ = model.update(.members(["a@one", "b@one"].map { Cluster.member($0) }))
        for host in ["one", "two"] { _ = model.update(epmd(host, "a", "b", port: 50_000)) }
        #expect(model.rows.map(\.name) == ["a@one", "b@one"])
        _ = model.update(epmd("two", "a", "b", "c", port: 50_000))
        #expect(model.rows.map(\.name) == ["a@one", "b@one", "c@two"])
        _ = model.update(epmd("one", "a", "b", "c", port: 50_000))
        #expect(model.rows.map(\.name) == ["a@one", "b@one", "c@one"])
    }

    /// Hosts come and go: those where nobody is give way, and those of members stay.
    @Test func hostsWithoutMembersGiveWay() {
        var model = Cluster.model()
        _ = model.update(.members([Cluster.member("a@kept")]))
        _ = model.update(epmd("kept", "a", "odd"))
        for host in 0..<200 { _ = model.update(epmd("h\(host)", "n\(host)")) }
        let names = model.rows.map(\.name)
        #expect(names.contains("odd@kept") && names.contains("n199@h199") && !names.contains("n0@h0"))
        #expect(model.rows.count { $0.stateWord == "RG" } == RegistrationBook.mostHosts)
        // Losses give way as well, when nothing else does, and what was said of them stays.
        let pods = (0..<100).map { "p@pod\($0)" }
        _ = model.update(.members((["a@kept"] + pods).map { Cluster.member($0) }))
        _ = model.update(.members([Cluster.member("a@kept")]))
        for pod in 0..<100 { _ = model.update(epmd("pod\(pod)", "p")) }
        _ = model.update(epmd("new", "late"))
        #expect(model.rows.contains { $0.name == "late@new" })
        #expect(model.rows.first { $0.name == "p@pod0" }?.stateWord == "RG")
    }

    @Test func manyNamesAreCountedAndNotListed() {
        var model = Cluster.live()
        for host in 0..<70 {
            let names = (0..<300).map { RegisteredNode(name: "n\($0)", port: UInt16(host * 300 + $0 % 300)) }
            _ = model.update(.registrations(host: "h\(host)", .success(names)))
        }
        #expect(model.rows.count { $0.stateWord == "RG" } == RegistrationBook.mostUnlisted)
        #expect(model.lines[2].contains("more registered"), "\(model.lines[2])")
    }

    /// What an epmd says may be anything.
    @Test(arguments: ["", " ", "a b", "\u{1B}[2J", "a@b", "-x\u{202E}y", String(repeating: "n", count: 300)])
    func whatIsNoNameIsNoRow(_ name: String) {
        var model = Cluster.live()
        let rows = model.rows.count
        _ = model.update(.registrations(host: "10.42.1.17", .success([RegisteredNode(name: name, port: 1)])))
        #expect(model.rows.count == rows)
    }

    @Test func whomAContextNamesIsLookedFor() throws {
        var model = Cluster.live()
        model.expected = ["ghost@g"]
        _ = model.update(epmd("g", "ghost", "other"))
        #expect(try row(model, "ghost@g").stateWord == "GH")
        #expect(try pane(model, "ghost@g").contains("has it registered, but no member"))
        _ = model.update(epmd("g"))
        #expect(try pane(model, "ghost@g").contains("does not run there"))
    }

    // MARK: what keys and commands do with them

    @Test func keysAreAboutThem() {
        var model = Cluster.live()
        _ = model.update(epmd("10.42.1.17", "odd"))
        let odd = "odd@10.42.1.17"
        model.press(.end)
        #expect(model.list.selected == odd)
        #expect(model.press(.text("d")) == [.examine(odd)])
        #expect(model.view().text.contains(odd))
        model.press(.text("1"))
        #expect(model.press(.enter) == [.inspect(odd)])
        model.press(.text("1"))
        #expect(model.press(.text("c")) == [.console(odd)])
        model.press(.text(" "), .text("e"))
        #expect(model.overlay == .prompt(Prompt(.expression([odd]))))
    }

    /// One that nobody has heard of is looked at as well; it is not ended.
    @Test func aNameThatIsTypedIsEnough() {
        var model = Cluster.live()
        func run(_ command: String) -> [DashboardEffect] {
            model.press(.text("1"), .text(":"))
            model.type(command)
            return model.press(.enter)
        }
        #expect(run("doctor odd@h") == [.examine("odd@h")])
        #expect(run("node odd@h") == [.inspect("odd@h")])
        #expect(run("console odd@h") == [.console("odd@h")])
        #expect(run("stop odd@h") == [])
        #expect(model.notice?.contains("no node is listed") == true && model.typed == "stop odd@h")
    }

    @Test func theDigitOfDoctorLooksWhereNothingHasBeenFound() {
        var model = Cluster.live()
        let node = model.list.selected ?? ""
        #expect(model.press(.text("7")) == [.examine(node)])
        model.press(.text("1"), .down)
        // What was found last.
        #expect(model.press(.text("7")) == [] && model.examination?.node == node)
    }
}
