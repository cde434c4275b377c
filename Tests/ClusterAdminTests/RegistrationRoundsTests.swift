import ByteTransport
import ClusterAdmin
import Testing

/// Whose epmd is asked when.
@Suite struct RegistrationRoundsTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)

    /// All that are asked until a moment, with the time that has passed.
    private func asked(
        _ rounds: inout RegistrationRounds, until end: Duration, from begin: Duration = .zero, answers: Bool = true
    ) -> [(host: String, at: Duration)] {
        var asked: [(String, Duration)] = []
        while let wake = rounds.wake, wake <= start + end {
            let now = max(wake, start + begin)
            guard let host = rounds.next(at: now) else { break }
            rounds.answered(host, isAnswer: answers, at: now)
            asked.append((host, start.duration(to: now)))
        }
        return asked
    }

    @Test func theHostOfTheEntryComesFirstAndEachRarely() {
        var rounds = RegistrationRounds(entry: "a@one", at: start)
        rounds.take(["a@one", "b@two", "c@two", "d@three", "nohost"], at: start)
        let first = asked(&rounds, until: .seconds(29))
        #expect(first.map(\.host) == ["one", "two", "three"])
        #expect(first.map(\.at) == [.zero, .milliseconds(500), .seconds(1)])
        let later = asked(&rounds, until: .seconds(300))
        #expect((27...30).contains(later.count))
        for (earlier, next) in zip(later, later.dropFirst()) {
            #expect(next.at - earlier.at >= RegistrationRounds.gap)
        }
    }

    /// Many hosts are asked no faster than a few, and no more than so many at all.
    @Test func manyHostsAreBounded() {
        var rounds = RegistrationRounds(entry: "a@h0", at: start)
        rounds.take((0..<5_000).map { "a@h\($0)" }, at: start)
        let minute = asked(&rounds, until: .seconds(60))
        #expect(minute.count <= 121)
        #expect(Set(minute.map(\.host)).count == RegistrationRounds.mostHosts)
    }

    /// Each deploy brings new hosts: those before them give way, and that of the entry stays.
    @Test func hostsWithoutMembersGiveWay() {
        var rounds = RegistrationRounds(entry: "a@entry", at: start)
        var begin = Duration.zero
        for deploy in 0..<5 {
            let pods = (0..<40).map { "a@pod-\(deploy)-\($0)" }
            // A host that is still to say what became of somebody stays until it has: a later list has room.
            for _ in 0..<3 {
                rounds.take(["a@entry"] + pods, at: start + begin)
                _ = asked(&rounds, until: begin + .seconds(60), from: begin)
                begin += .seconds(60)
            }
            let hosts = Set(asked(&rounds, until: begin + .seconds(60), from: begin).map(\.host))
            begin += .seconds(60)
            #expect(hosts.count <= RegistrationRounds.mostHosts)
            #expect(hosts.isSuperset(of: pods.compactMap(RegistrationRounds.host(of:)) + ["entry"]), "\(deploy)")
        }
    }

    /// What became of somebody is asked once before the host gives way.
    @Test func whoeverIsMissedIsAskedForFirst() {
        var rounds = RegistrationRounds(entry: "a@h0", at: start)
        let full = (0..<RegistrationRounds.mostHosts).map { "a@h\($0)" }
        rounds.take(full, at: start)
        _ = asked(&rounds, until: .seconds(40))
        let later = Array(full.dropLast()) + ["a@new"]
        rounds.take(later, at: start + .seconds(100))
        #expect(
            Set(asked(&rounds, until: .seconds(160), from: .seconds(100)).map(\.host)) == Set((0..<64).map { "h\($0)" })
        )
        rounds.take(later, at: start + .seconds(160))
        let hosts = Set(asked(&rounds, until: .seconds(220), from: .seconds(160)).map(\.host))
        #expect(hosts.contains("new") && !hosts.contains("h63"))
    }

    @Test func theHostOfOneThatIsMissedIsAskedSoon() {
        var rounds = RegistrationRounds(entry: "a@one", at: start)
        rounds.take(["a@one", "b@two"], at: start)
        _ = asked(&rounds, until: .seconds(10))
        rounds.take(["a@one"], at: start + .seconds(10))
        let soon = asked(&rounds, until: .seconds(11), from: .seconds(10))
        #expect(soon.map(\.host) == ["two"] && soon.map(\.at) == [.seconds(10)])
        // However often somebody comes and goes there.
        for second in 11..<20 {
            rounds.take(second % 2 == 0 ? ["a@one"] : ["a@one", "b@two"], at: start + .seconds(second))
        }
        let flapping = asked(&rounds, until: .seconds(20), from: .seconds(13))
        #expect(flapping.filter { $0.host == "two" }.count == 1)
    }

    @Test func oneThatGivesNoAnswerIsAskedLessAndLess() {
        var rounds = RegistrationRounds(entry: "a@one", at: start)
        let asked = asked(&rounds, until: .seconds(7_200), answers: false)
        let pauses = zip(asked, asked.dropFirst()).map { $1.at - $0.at }
        #expect(pauses.first == .seconds(6) && pauses.last == RegistrationRounds.longest)
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(asked.count < 25)
    }

    @Test func behindATunnelOnlyTheHostOfTheEntryIsAsked() {
        var rounds = RegistrationRounds(entry: "a@one", interval: .seconds(120), asksOthers: false, at: start)
        rounds.take(["a@one", "b@two"], at: start)
        #expect(asked(&rounds, until: .seconds(200)).map(\.host) == ["one", "one"])
    }

    @Test(arguments: ["nohost", "a@", "@", "", "a@" + String(repeating: "h", count: 300)])
    func aNameWithoutAHostHasNoEpmd(_ name: String) {
        #expect(RegistrationRounds.host(of: name) == nil)
        #expect(RegistrationRounds(entry: name, at: start).wake == nil)
    }
}
