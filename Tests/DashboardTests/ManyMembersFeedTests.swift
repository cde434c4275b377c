import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlcluTestSupport
import TerminalCanvas
import Testing

@testable import Dashboard

/// A live feed of many members, as the dashboard shows it.
@Suite(.waiting) struct ManyMembersFeedTests {
    /// A dashboard, and what is to hold of it whatever comes.
    @LoopActor
    private final class Shown {
        var model: DashboardModel
        let deadline = Instant.now + .seconds(Deadline.patience)
        /// The rows that a list has at least.
        var fewest = 0
        var selected: String?
        var flickers: [String] = []
        private let watch: MemberWatch

        init(_ cluster: ScriptedCluster) {
            let entry = cluster.administrator()
            model = DashboardModel(
                title: "many", entry: entry.node, transport: "tls", mode: .readWrite,
                size: ScreenSize(columns: 110, rows: 30), isASCII: false, now: Cluster.start, means: { _ in "--option" }
            )
            var take: ((MemberWatch.Event) -> Void)?
            watch = MemberWatch(entry, ways: []) { _, _ in
                entry
            } onEvent: {
                take?($0)
            }
            watch.interval = .milliseconds(100)
            take = { [weak self] in self?.take($0) }
        }

        private func take(_ event: MemberWatch.Event) {
            switch event {
            case .members(let members): _ = model.update(.members(members))
            case .changed(let changes): _ = model.update(.changes(changes))
            case .cost(let cost): _ = model.update(.cost(cost))
            case .waits(let names): _ = model.update(.awaiting(names))
            case .looked: _ = model.update(.awaiting([]))
            case .interrupted(let failure): flickers.append("lost: \(failure.message)")
            case .resumed: break
            }
            guard fewest > 0 else { return }
            if model.rows.count < fewest { flickers.append("\(model.rows.count) rows") }
            if model.list.selected != selected { flickers.append("\(model.list.selected ?? "nothing") is selected") }
            let row = model.lines.first { $0.hasPrefix("> ") || $0.hasPrefix(">*") || $0.hasPrefix("*>") }
            if let selected, row?.contains(selected) == false { flickers.append("in sight is \(row ?? "no row")") }
        }

        /// Watches until the task is cancelled.
        func begin() -> Task<Void, Never> {
            LoopActor.begin { [watch, weak self] in
                do throws(VisitFailure) { try await watch.watch() } catch { self?.flickers.append(error.message) }
            }
        }

        /// Waits until it is so.
        func wait(until condition: () -> Bool) async {
            while !condition(), .now < deadline { await sleep(for: .milliseconds(50)) }
        }

        func names(_ state: String) -> Set<String> { Set(model.rows.filter { $0.stateWord == state }.map(\.name)) }

        func uptimes(_ names: some Sequence<String>) -> [Int] {
            let wanted = Set(names)
            return model.rows.filter { wanted.contains($0.name) }.map { $0.member.uptimeSeconds ?? 0 }
        }
    }

    /// All three hundred are on one thread with what is tested: on a busy machine of two processors they are late
    /// themselves. So they belong to the soak.
    @Test(arguments: [(60, reach: 30)] + (SoakTime.seconds == nil ? [] : [(300, reach: 10)]))
    func nobodyIsHeldBackAndTheSelectionStays(_ count: Int, _ reach: Int) throws {
        EventLoop().run { @LoopActor () async in
            let cluster = ScriptedCluster(count, reach: reach, on: LoopActor.loop)
            let links = min(2 * reach, count - 1)
            let (hung, slow) = (Set(cluster.names[5..<8]), Set(cluster.names[8..<13]))
            let prompt = Set(cluster.names).subtracting(hung).subtracting(slow)
            cluster.set(.hung, of: hung)
            cluster.set(.slow(3), of: slow)
            let shown = Shown(cluster)
            let watching = shown.begin()
            defer { watching.cancel() }
            await shown.wait { shown.names("UP").count == count - hung.count }
            // Trouble first.
            #expect(Set(shown.model.rows.prefix(hung.count).map(\.name)) == hung)
            #expect(shown.names("UR") == hung && shown.names("UP") == prompt.union(slow))
            #expect(shown.model.rows.last?.member.links == links)

            shown.model.press(.end)
            shown.model.press(.text(" "))
            (shown.selected, shown.fewest) = (shown.model.list.selected, count)
            let selected = shown.selected
            let looks = cluster.looks
            await shown.wait {
                // Nobody's figures are older than a look or two, while some hang.
                (shown.uptimes(prompt).min() ?? 0) > 90 + looks + 10
            }
            #expect((shown.uptimes(prompt).min() ?? 0) >= (shown.uptimes(prompt).max() ?? 0) - 1)
            #expect((shown.uptimes(slow).min() ?? 0) > 90 + looks)
            #expect(shown.names("UR") == hung && shown.names("UP") == prompt.union(slow))

            // Some go, and come back; the hung ones answer.
            let leaving = Set(cluster.names[20..<30]).subtracting([selected].compactMap { $0 })
            cluster.take(leaving, isGone: true)
            await shown.wait { shown.names("DN") == leaving }
            #expect(shown.names("DN") == leaving)
            #expect(Set(shown.model.rows.prefix(leaving.count).map(\.name)) == leaving)
            shown.model.press(.text("/"))
            shown.fewest = 0
            shown.model.type("st=DN")
            #expect(Set(shown.model.rows.map(\.name)) == leaving)
            shown.model.press(.escape)
            #expect(shown.model.rows.count == count)
            shown.model.press(.home)
            for _ in 0..<count where shown.model.list.selected != selected { shown.model.press(.down) }
            shown.fewest = count
            cluster.take(leaving, isGone: false)
            cluster.set(.prompt, of: hung)
            await shown.wait { shown.names("UP").count == count }
            #expect(shown.names("UP").count == count)
            #expect(shown.model.rows.allSatisfy { $0.member.links == links })
            // By name, backwards: the same row is selected, and the same one is marked.
            shown.fewest = 0
            while shown.model.list.sortKey != "node" { shown.model.press(.text("s")) }
            shown.model.press(.text("S"))
            #expect(shown.model.rows.map(\.name) == cluster.names.sorted().reversed())
            #expect(shown.model.list.selected == selected && shown.model.list.marked.count == 1)
            #expect(shown.flickers.isEmpty, "\(shown.flickers.prefix(5))")
        }
    }
}
