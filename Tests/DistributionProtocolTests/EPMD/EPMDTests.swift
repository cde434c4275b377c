import DistributionProtocol
import Testing

/// Answers as the epmd of OTP 25 gave them.
@Suite struct EPMDTests {
    private static let portAnswer = [UInt8](hex: "77 00 950f 4d 00 0006 0005 0006 646973743235 0000")
    private static let namesAnswer = [UInt8](hex: "00001111") + Array("name a at port 39273\nname b_c at port 1\n".utf8)

    private func response(
        _ bytes: [UInt8], _ expectation: EPMDResponseReader.Expectation, chunk: Int = .max
    ) throws(EPMDError) -> EPMDResponse? {
        var reader = EPMDResponseReader(expecting: expectation)
        for piece in bytes.chunks(of: chunk) {
            let result = piece.withUnsafeBytes { raw -> Result<EPMDResponse?, EPMDError> in
                do throws(EPMDError) { return .success(try reader.received(raw)) } catch { return .failure(error) }
            }
            if let response = try result.get() { return response }
        }
        return nil
    }

    @Test func requests() {
        #expect(EPMDRequest.portPlease(alive: "dist25").encoded == [UInt8](hex: "0007 7a 646973743235"))
        #expect(EPMDRequest.names.encoded == [UInt8](hex: "0001 6e"))
        let registration = EPMDRegistration(
            port: 1234, nodeType: EPMDRegistration.NodeType.hidden.rawValue, alive: "distcap")
        #expect(
            EPMDRequest.alive(registration).encoded
                == [UInt8](hex: "0014 78 04d2 48 00 0006 0005 0007 64697374636170 0000"))
    }

    @Test(arguments: [1, 3, .max])
    func port(_ chunk: Int) throws {
        let expected = EPMDRegistration(port: 0x950f, alive: "dist25")
        #expect(try response(Self.portAnswer, .port, chunk: chunk) == .port(expected))
        #expect(try response([119, 1], .port, chunk: chunk) == .notRegistered(result: 1))
    }

    @Test func extraDataIsKept() throws {
        let answer = Self.portAnswer.dropLast(2) + [0, 3, 1, 2, 3]
        guard case .port(let registration) = try response(Array(answer), .port) else {
            Issue.record("no port")
            return
        }
        #expect(registration.extra == [1, 2, 3])
    }

    @Test func anAnswerIsNotGivenBeforeItIsWhole() throws {
        for count in 0..<Self.portAnswer.count {
            #expect(try response(Array(Self.portAnswer[..<count]), .port) == nil)
        }
        var reader = EPMDResponseReader(expecting: .port)
        _ = try Self.portAnswer.dropLast().withUnsafeBytes { try reader.received($0) }
        #expect(throws: EPMDError.truncated(after: Self.portAnswer.count - 1)) { try reader.closed() }
    }

    @Test(arguments: [1, 7, .max])
    func names(_ chunk: Int) throws {
        var reader = EPMDResponseReader(expecting: .names)
        for piece in Self.namesAnswer.chunks(of: chunk) {
            #expect(try piece.withUnsafeBytes { try reader.received($0) } == nil)
        }
        #expect(
            try reader.closed()
                == .names(
                    EPMDNames(
                        epmdPort: 4369, nodes: [.init(alive: "a", port: 39273), .init(alive: "b_c", port: 1)],
                        otherLines: [])))
    }

    @Test func namesAreForgivingAndBounded() throws {
        var reader = EPMDResponseReader(expecting: .names)
        let odd = [0, 0, 17, 17] + Array("name x at port 70000\nactive name\nname y at port 5".utf8) + [10, 0xff, 10]
        #expect(try odd.withUnsafeBytes { try reader.received($0) } == nil)
        guard case .names(let names) = try reader.closed() else {
            Issue.record("no names")
            return
        }
        #expect(names.nodes == [.init(alive: "y", port: 5)])
        #expect(names.otherLines.count == 3)
        #expect(throws: EPMDError.tooLong(limit: EPMDResponseReader.maximumNamesBytes)) {
            try response([UInt8](repeating: 10, count: (1 << 20) + 1), .names, chunk: 4096)
        }
        let empty = EPMDResponseReader(expecting: .names)
        #expect(throws: EPMDError.truncated(after: 0)) { try empty.closed() }
    }

    @Test func registration() throws {
        #expect(try response([UInt8](hex: "76 00 6b02d10e"), .alive, chunk: 1) == .alive(creation: 0x6b02_d10e))
        #expect(try response([UInt8](hex: "79 00 0003"), .alive, chunk: 1) == .alive(creation: 3))
        #expect(try response([UInt8](hex: "76 01 00000063"), .alive, chunk: 1) == .aliveRefused(result: 1))
        #expect(try response([UInt8](hex: "76 00 6b02d1"), .alive) == nil)
    }

    @Test func otherAnswersShowTheirFirstBytes() {
        let http = Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8)
        for expectation in [EPMDResponseReader.Expectation.port, .alive] {
            #expect(throws: EPMDError.unexpectedAnswer(firstBytes: Array(http.prefix(32)))) {
                try response(http, expectation)
            }
        }
    }

    /// Both lengths at their most: it ends, and one byte more is refused by the limit.
    @Test func lengthsOf65535() throws {
        let half = [UInt8](repeating: 120, count: 65535)
        let answer = [UInt8](hex: "77 00 950f 4d 00 0006 0005 ffff") + half + [0xff, 0xff] + half
        guard case .port(let registration) = try response(answer, .port, chunk: 1000) else {
            Issue.record("no port")
            return
        }
        #expect(registration.extra.count == 65535)
        #expect(throws: EPMDError.self) { try response(Array(answer.dropLast()) + half, .port) }
    }
}
