import ByteTransport
import ErlcluTestSupport
import Testing

@testable import ErlcluCommands

/// One question, or one result, at a time.
@Suite struct FairTurnsTests {
    @Test func oneAsksAtATime() {
        let words = EventLoop().run { () async -> [String] in
            let queue = FairTurns()
            let said = EventQueue<String>(limit: 16)
            await atOnce(["a", "b", "c"]) { name async -> Bool in
                guard await queue.take() else { return false }
                said.push("\(name) asks")
                await sleep(for: .milliseconds(1))
                said.push("\(name) is answered")
                queue.pass()
                return true
            } take: { _, _ in
            }
            var words: [String] = []
            while said.count > 0, case .value(let word) = await said.next(until: nil) { words.append(word) }
            return words + [queue.isTaken ? "taken" : "free", "\(queue.ended)"]
        }
        let turns = ["a", "b", "c"].flatMap { ["\($0) asks", "\($0) is answered"] }
        #expect(words == turns + ["free", "3"])
    }

    @Test func whoeverGivesUpHasNoTurn() {
        let isRight = EventLoop().run { () async -> Bool in
            let queue = FairTurns()
            let turns = EventQueue<Bool>(limit: 4)
            guard await queue.take() else { return false }
            let second = LoopActor.begin { turns.push(await queue.take()) }
            let third = LoopActor.begin { turns.push(await queue.take()) }
            await sleep(for: .milliseconds(1))
            second.cancel()
            guard case .value(false) = await turns.next(until: nil), queue.isTaken else { return false }
            queue.pass()
            guard case .value(true) = await turns.next(until: nil), queue.isTaken else { return false }
            queue.pass()
            third.cancel()
            return !queue.isTaken
        }
        #expect(isRight)
    }

    /// As much time as the command has, however often somebody is asked.
    @Test func eachAnswerGivesTheSameTime() throws {
        let trial = CommandTrial()
        let run = try trial.command("ping", "--timeout", "10s")
        for second in [0, 7, 30, 31] as [Int64] {
            trial.now = Instant(nanoseconds: 0) + .seconds(second)
            run.beginTurn()
            #expect(run.deadline == trial.now + .seconds(10))
        }
    }
}
