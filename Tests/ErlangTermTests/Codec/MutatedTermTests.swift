import ErlangTerm
import ErlcluTestSupport
import Testing

/// Real terms with bytes changed, taken out and put in: a typed error or a term, never a crash.
@Suite struct MutatedTermTests {
    @Test(arguments: 0..<4)
    func survivesMutations(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let seeds = termVectors.filter { $0.hex.count < 400 }.map { bytes($0.hex) }
        let whole = Term.tuple(termVectors.filter { $0.hex.count < 400 }.map(\.term)).encoded
        var terms = 0
        for round in 0..<25_000 {
            var packet = round % 8 == 0 ? whole : seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 1..<max(2, packet.count), using: &random)
                guard place < packet.count else { continue }
                switch UInt8.random(in: 0..<6, using: &random) {
                case 0: packet[place] = .random(in: 0...255, using: &random)
                case 1: packet[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: packet.remove(at: place)
                case 3: packet.insert(.random(in: 97...121, using: &random), at: place)
                case 4: packet[place] = [0, 1, 127, 128, 255].randomElement(using: &random) ?? 0
                default: packet.insert(contentsOf: packet[place...].prefix(20), at: place)
                }
            }
            do throws(TermError) {
                let decoded = try DecodedTerm(packet: packet)
                terms += 1
                let term = decoded.root.term
                let again = try DecodedTerm(packet: term.encoded)
                if again.root.term != term { Issue.record("\(packet) does not come back") }
            } catch {
                continue
            }
        }
        #expect(terms > 1000)
    }

    @Test func survivesNoise() {
        var random = SeededGenerator(seed: 99)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0..<40, using: &random)
            let packet = [131] + (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = (try? DecodedTerm(packet: packet))?.root.term
        }
    }
}
