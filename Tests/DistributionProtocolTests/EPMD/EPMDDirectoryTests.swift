import DistributionProtocol
import Testing

/// What an epmd of our own answers, read back by what asks a real one. Real ones are compared in `DaemonEPMDTests`.
@Suite struct EPMDDirectoryTests {
    private static func body(_ request: EPMDRequest) -> [UInt8] { Array(request.encoded.dropFirst(2)) }

    private static func read(
        _ answer: EPMDDirectory.Answer, _ kind: EPMDResponseReader.Expectation
    ) throws -> EPMDResponse? {
        var reader = EPMDResponseReader(expecting: kind)
        let found = try answer.bytes.withUnsafeBytes { try reader.received($0) }
        return try kind == .names ? reader.closed() : found
    }

    private static func node(_ alive: String, port: UInt16 = 1, version: UInt16 = 6) -> EPMDRegistration {
        EPMDRegistration(port: port, highestVersion: version, alive: alive)
    }

    @Test func aNameLivesAsLongAsItsConnection() throws {
        var directory = EPMDDirectory(port: 4369, creation: 77)
        let answer = directory.answer(to: Self.body(.alive(Self.node("a", port: 9))), from: 1, isLocal: true)
        #expect(answer.isRegistration)
        #expect(try Self.read(answer, .alive) == .alive(creation: 77))
        let found = directory.answer(to: Self.body(.portPlease(alive: "a")), from: 2, isLocal: false)
        #expect(try Self.read(found, .port) == .port(Self.node("a", port: 9)))
        let names = directory.answer(to: Self.body(.names), from: 3, isLocal: false)
        #expect(
            try Self.read(names, .names) == .names(EPMDNames(epmdPort: 4369, nodes: [.init(alive: "a", port: 9)])))
        let taken = directory.answer(to: Self.body(.alive(Self.node("a"))), from: 4, isLocal: true)
        #expect(!taken.isRegistration)
        #expect(try Self.read(taken, .alive) == .aliveRefused(result: 1))
        directory.left(1)
        let gone = directory.answer(to: Self.body(.portPlease(alive: "a")), from: 5, isLocal: true)
        #expect(try Self.read(gone, .port) == .notRegistered(result: 1))
        let again = directory.answer(to: Self.body(.alive(Self.node("a"))), from: 6, isLocal: true)
        #expect(try Self.read(again, .alive) == .alive(creation: 78))
    }

    @Test func anOldNodeGetsAShortCreation() throws {
        var directory = EPMDDirectory(port: 4369, creation: 100_000)
        let answer = directory.answer(to: Self.body(.alive(Self.node("old", version: 5))), from: 1, isLocal: true)
        guard case .alive(let creation) = try Self.read(answer, .alive) else { return #expect(Bool(false)) }
        #expect((1...3).contains(creation))
    }

    @Test(arguments: ["", "a b", "a\nname b at port 1", String(repeating: "a", count: 1021), "\u{FFFD}"])
    func whatIsNoNameIsRefused(_ alive: String) throws {
        var directory = EPMDDirectory(port: 4369, creation: 4)
        let answer = directory.answer(to: Self.body(.alive(Self.node(alive))), from: 1, isLocal: true)
        #expect(!answer.isRegistration && directory.names.isEmpty)
        #expect(try Self.read(answer, .alive) == .aliveRefused(result: 1))
    }

    /// Whoever is not on this host may ask for a name, and nothing else.
    @Test func othersMayOnlyAsk() {
        var directory = EPMDDirectory(port: 4369, creation: 4)
        for body in [Self.body(.alive(Self.node("a"))), [UInt8(ascii: "k")], [UInt8(ascii: "d")], Array("sa".utf8)] {
            #expect(directory.answer(to: body, from: 1, isLocal: false) == .init(bytes: []), "\(body)")
        }
        #expect(directory.answer(to: [UInt8(ascii: "k")], from: 1, isLocal: true) == .init(bytes: Array("NO".utf8)))
        #expect(directory.answer(to: Array("sa".utf8), from: 1, isLocal: true) == .init(bytes: []))
    }

    @Test func aRequestHasALimit() throws {
        var reader = EPMDRequestReader()
        #expect(throws: EPMDRequestReader.Unreadable.self) {
            try [UInt8(0xff), 0xff].withUnsafeBytes { try reader.received($0) }
        }
        reader = EPMDRequestReader()
        for byte in EPMDRequest.names.encoded.dropLast() {
            let early = try [byte].withUnsafeBytes { try reader.received($0) }
            #expect(early == nil)
        }
        let whole = try [UInt8(110), 1, 2].withUnsafeBytes { try reader.received($0) }
        #expect(whole == [110])
    }
}
