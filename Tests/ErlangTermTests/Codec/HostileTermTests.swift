import ErlangTerm
import Glibc
import Testing

/// Bytes that no node writes: each must give a typed error, at once and without much memory.
@Suite struct HostileTermTests {
    private func error(_ hex: String, limits: TermLimits = .standard) -> TermError? {
        error(in: bytes(hex), limits: limits)
    }

    private func error(in packet: [UInt8], limits: TermLimits = .standard) -> TermError? {
        do throws(TermError) {
            _ = try DecodedTerm(packet: packet, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test func refusesOtherVersions() {
        #expect(error("82 6a") == .wrongVersion(130, at: 0))
        #expect(error("") == .truncated(at: 0))
        #expect(error("83") == .truncated(at: 1))
    }

    @Test(arguments: [UInt8](0...255))
    func refusesUnknownTags(tag: UInt8) {
        let known: Set<UInt8> = [
            67, 70, 77, 88, 89, 90, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113,
            114, 115, 116, 118, 119, 120,
        ]
        let named: Set<UInt8> = [80, 82, 121]
        let answer = error(in: [131, tag])
        if known.contains(tag) {
            #expect(tag == 106 ? answer == nil : answer == .truncated(at: 2))
        } else if named.contains(tag) {
            guard case .invalid = answer else {
                Issue.record("tag \(tag): \(String(describing: answer))")
                return
            }
        } else {
            #expect(answer == .unknownTag(tag, at: 1))
        }
    }

    /// Every header with a length or a count that the packet cannot hold.
    @Test(
        arguments: ["69", "6c", "6d", "6f", "74", "43", "70", "4d"], ["ffffffff", "80000000", "7fffffff", "00010000"])
    func refusesLengthsBeyondThePacket(tag: String, length: String) {
        #expect(error("83 \(tag) \(length)" + String(repeating: "00", count: 40)) != nil)
    }

    @Test(arguments: ["64", "76", "6b", "5a", "72"])
    func refusesShortLengthsBeyondThePacket(tag: String) {
        #expect(error("83 \(tag) ffff 00000000") != nil)
        #expect(error("83 \(tag) 8000 00000000") != nil)
    }

    @Test(arguments: [
        "83 46 7ff0000000000000", "83 46 fff0000000000000", "83 46 7ff8000000000000",
        "83 63" + String(repeating: "00", count: 31), "83 63" + String(repeating: "39", count: 31),
        "83 63 6e616e" + String(repeating: "00", count: 28), "83 63 30783130" + String(repeating: "00", count: 27),
        "83 63 312e3065393939" + String(repeating: "00", count: 24),
    ])
    func refusesNumbersThatAreNone(hex: String) {
        // 31 nines are a number; everything else here is not.
        if hex.contains("3939393939") {
            #expect(error(hex) == nil)
        } else {
            #expect(error(hex) != nil)
        }
    }

    @Test(arguments: [
        "83 77 01 ff", "83 77 02 c3 28", "83 77 03 eda080", "83 77 02 c080", "83 77 01 e9",
        "83 76 0100" + String(repeating: "61", count: 256), "83 64 0100" + String(repeating: "61", count: 256),
        "83 64 0100" + String(repeating: "e9", count: 256), "83 76 0401" + String(repeating: "61", count: 1025),
    ])
    func refusesAtomsThatAreNone(hex: String) {
        guard case .invalid = error(hex) else {
            Issue.record("\(String(describing: error(hex)))")
            return
        }
    }

    @Test(arguments: [
        "83 74 00000002 61 01 6a 61 01 6a",
        "83 74 00000002 61 01 6a 62 00000001 6a",
        "83 74 00000002 77 01 61 6a 64 0001 61 6a",
        "83 74 00000002 68 01 61 01 6a 68 01 61 01 6a",
        "83 74 00000003 77 01 61 6a 77 01 62 68 01 6a 77 01 61 6a",
        "83 74 0000000a 6100 6a 6101 6a 6102 6a 6103 6a 6104 6a 6105 6a 6106 6a 6107 6a 6108 6a 6103 6a",
        "83 68 01 74 00000002 6d 00000001 61 6a 6d 00000001 61 6a",
    ])
    func refusesMapsThatNameAKeyTwice(hex: String) {
        guard case .invalid("map names a key twice", _) = error(hex) else {
            Issue.record("\(String(describing: error(hex)))")
            return
        }
    }

    @Test(arguments: [
        // A list as tail, a byte list as tail, a tail behind no element.
        "83 6c 00000001 61 01 6c 00000001 61 02 6a", "83 6c 00000001 61 01 6b 0001 61", "83 6c 00000000 61 01",
        // Bits of a bit string.
        "83 4d 00000001 09 a0", "83 4d 00000001 00 a0", "83 4d 00000000 01",
        // Nodes, module and arity that are none.
        "83 58 6101 00000000 00000000 00000000", "83 71 77 01 61 61 01 61 01", "83 71 77 01 61 77 01 61 62 00000001",
        // References of no and of six words.
        "83 5a 0000 77 01 61 00000000", "83 5a 0006 77 01 61" + String(repeating: "00", count: 28),
        // Names of a record.
        "83 43 00000000 01 61 01 77 01 61", "83 43 00000001 01 77 01 61 77 01 62 61 01 61 02",
        // Only the cache, the compressor or the writer itself could read these.
        "83 52 00", "83 50 00000010 789c", "83 68 01 79 00000000 6a",
    ])
    func refusesImproperTerms(hex: String) {
        guard case .invalid = error(hex) else {
            Issue.record("\(String(describing: error(hex)))")
            return
        }
    }

    @Test func takesTheEmptyListOfErlInterface() throws {
        let decoded = try DecodedTerm(packet: bytes("83 68 03 6c 00000000 6a 6b 0000 61 01"))
        #expect(decoded.root.term == .tuple([], [], 1))
        #expect(decoded.root.elements?[2]?.encodedBytes == bytes("61 01")[...])
    }

    @Test(arguments: [-2, -1, 1, 2, 1 << 30])
    func refusesFunsWhoseSizeLies(difference: Int) throws {
        let vector = try #require(termVectors.first { $0.name == "fun" })
        var packet = bytes(vector.hex) + [106, 106, 106]
        let size = Int(packet[5]) + difference
        for place in 0..<4 { packet[2 + place] = UInt8(truncatingIfNeeded: size >> (24 - 8 * place)) }
        #expect(error(in: packet) != nil)
    }

    @Test(arguments: [
        [UInt8]([108, 0, 0, 0, 1]), [104, 1], [105, 0, 0, 0, 1], [116, 0, 0, 0, 1], [116, 0, 0, 0, 1, 97, 1],
        [67, 0, 0, 0, 1, 1, 119, 0, 119, 0, 119, 0],
    ])
    func refusesDepthBombs(header: [UInt8]) {
        var packet: [UInt8] = [131]
        packet.reserveCapacity(10 << 20)
        while packet.count < 10 << 20 { packet += header }
        guard case .tooDeep(limit: 1000, _) = error(in: packet) else {
            Issue.record("\(String(describing: error(in: packet)))")
            return
        }
    }

    /// 10 MB of list headers, each a chain of cells behind the other.
    @Test func refusesChainsOfLists() {
        var packet: [UInt8] = [131]
        while packet.count < 1 << 20 { packet += [108, 0, 0, 0, 1, 106] }
        #expect(error(in: packet) != nil)
    }

    @Test func limitsDepthToTheLevel() {
        let limits = TermLimits(depth: 3, terms: 100, atoms: 10, uncompressedBytes: 0)
        #expect(error("83 6801 6801 6801 6a", limits: limits) == nil)
        #expect(error("83 6801 6801 6801 6801 6a", limits: limits) == .tooDeep(limit: 3, at: 9))
    }

    @Test func limitsTermsAndAtoms() {
        let limits = TermLimits(depth: 10, terms: 4, atoms: 2, uncompressedBytes: 0)
        #expect(error("83 6803 6a 6a 6a", limits: limits) == nil)
        #expect(error("83 6804 6a 6a 6a 6a", limits: limits) == .tooManyTerms(limit: 4, at: 6))
        #expect(error("83 6803 770161 770162 770161", limits: limits) == nil)
        #expect(error("83 6803 770161 770162 770163", limits: limits) == .tooManyAtoms(limit: 2, at: 11))
        #expect(error("83 6803 770161 770162 7301e9", limits: limits) == .tooManyAtoms(limit: 2, at: 9))
    }

    @Test func limitsEndlessAtoms() {
        let limits = TermLimits(depth: 10, terms: 1 << 20, atoms: 10_000, uncompressedBytes: 0)
        var packet: [UInt8] = [131, 105, 0, 1, 0, 0]
        for number in 0..<65536 { packet += [119, 2, UInt8(number >> 10) & 0x7f, UInt8(number & 0x7f)] }
        #expect(error(in: packet, limits: limits) == nil)
        packet = [131, 105, 0, 1, 0, 0]
        for number in 0..<65536 {
            packet += [119, 3, UInt8(number >> 14), UInt8(number >> 7 & 0x7f), UInt8(number & 0x7f)]
        }
        guard case .tooManyAtoms(limit: 10_000, _) = error(in: packet, limits: limits) else {
            Issue.record("\(String(describing: error(in: packet, limits: limits)))")
            return
        }
    }

    @Test func tellsAtomsApartThatAStringTakesForEqual() throws {
        let decoded = try DecodedTerm(packet: bytes("83 6804 7702c3a9 770365cc81 7301e9 640002c3a9"))
        let atoms = try #require(decoded.root.elements).compactMap(\.atom)
        #expect(atoms.count == 4)
        #expect(atoms[0] != atoms[1])
        #expect(atoms[0] == atoms[2])
        #expect(atoms[3].name == "Ã©")
    }

    /// Nested keys of nested keys, two a level: must not cost more than it takes to read them.
    @Test func comparesNestedKeysInTime() throws {
        var packet: [UInt8] = [106]
        for _ in 0..<900 {
            packet = [116, 0, 0, 0, 2] + packet + [106, 116, 0, 0, 0, 1, 106] + [UInt8](repeating: 106, count: 2)
        }
        let start = clock()
        _ = try DecodedTerm(packet: [131] + packet)
        // What it takes of the processor, whoever else wants it.
        #expect(clock() - start < 5 * CLOCKS_PER_SEC)
    }
}
