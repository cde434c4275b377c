import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport
import Testing

/// A node of OTP 25 has joined one of its own release and then two of another one, with names on both sides and a conflict.
/// Fed with the same, `GlobalServer` says the same, message by message.
@Suite struct GlobalRecordingTests {
    @Test(arguments: GlobalRecording.releases)
    func itSaysWhatARealNodeSays(_ release: Int) throws {
        var replay = try GlobalReplay(GlobalRecording(release: release))
        replay.run()
        #expect(replay.sent == replay.recorded)
        #expect(replay.recorded.toServers.values.reduce(0) { $0 + $1.count } > 12)
        #expect(replay.recorded.toProcesses.values.reduce(0) { $0 + $1.count } > 5)
        #expect(replay.server.registeredNames == ["clash", "late"])
        #expect(replay.server.knownNodes.count == 2)
        #expect(!replay.server.isJoining)
    }

    /// What has the shape of no message, made of each one that comes.
    @Test(arguments: GlobalRecording.releases, 0..<10 as Range<UInt64>)
    func whatIsCutShortIsPassedOver(_ release: Int, _ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var replay = try GlobalReplay(GlobalRecording(release: release))
        replay.run { message in
            (0..<3).map { _ in Self.cut(message, &random) }
        }
        #expect(replay.sent == replay.recorded)
    }

    /// Without a part of it, or of a part of it. Lists may be shorter, and are left as they are.
    private static func cut(_ term: Term, _ random: inout SeededGenerator) -> Term {
        guard case .tuple(let parts) = term, let index = parts.indices.randomElement(using: &random) else {
            return .atom("short")
        }
        // Without its tag it is that of version 5.
        if parts[0] == .atom("lock_set") { return .atom("short") }
        var left = parts
        if case .tuple = parts[index], Bool.random(using: &random), parts.first == .atom("$gen_cast") {
            left[index] = cut(parts[index], &random)
        } else {
            left.remove(at: index)
        }
        return .tuple(left)
    }

    /// Messages with parts that belong elsewhere: nothing is asked of it but that it goes on, and lets go.
    @Test(arguments: GlobalRecording.releases, 0..<20 as Range<UInt64>)
    func whatIsMixedUpDoesNoHarm(_ release: Int, _ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var replay = try GlobalReplay(GlobalRecording(release: release))
        var parts: [Term] = []
        replay.run { message in
            parts += Self.parts(message)
            return (0..<3).map { _ in Self.mixed(message, parts, &random) }
        }
        let nodes = replay.recorded.toServers.keys
        replay.end(nodes)
        #expect(replay.server.knownNodes.allSatisfy { name in !nodes.contains { $0.name == name } })
        #expect(!replay.server.isJoining)
    }

    private static func parts(_ term: Term) -> [Term] {
        switch term {
        case .tuple(let elements), .list(let elements): [term] + elements.flatMap(parts)
        default: [term]
        }
    }

    private static func mixed(_ term: Term, _ others: [Term], _ random: inout SeededGenerator) -> Term {
        guard Int.random(in: 0..<5, using: &random) > 0 else { return others.randomElement(using: &random) ?? term }
        switch term {
        case .tuple(var elements):
            guard let index = elements.indices.dropFirst().randomElement(using: &random) else { return term }
            elements[index] = mixed(elements[index], others, &random)
            return .tuple(elements)
        case .list(let elements): return .list(elements.map { mixed($0, others, &random) })
        default: return term
        }
    }
}
