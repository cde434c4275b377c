import ErlangTerm
import Testing

@testable import ErlangNode

/// The machine alone: requests in, effects out.
@Suite struct IOServerTests {
    private let shell = PID(node: "a@b", id: 90, serial: 0, creation: 3)
    private let other = PID(node: "a@b", id: 91, serial: 0, creation: 3)

    @Test func writesInAllTheirForms() throws {
        var server = IOServer(endOfInput: .terminated)
        #expect(server.ask(.request(.put("unicode", .binary("hé\n")))) == ["write hé\n", "reply ok"])
        #expect(server.ask(.request(.tuple([.atom("put_chars"), .binary([0xE9])]))) == ["write é", "reply ok"])
        #expect(
            server.ask(.request(.put("unicode", .list([.integer(0x44F), .list([.binary("x")])])))) == [
                "write яx", "reply ok",
            ])
        #expect(
            server.ask(.request(.put("latin1", .list([.integer(300)]))))
                == ["reply {error,{put_chars,latin1,[300]}}"])
        #expect(
            server.ask(
                .request(
                    .tuple([
                        .atom("put_chars"), .atom("unicode"), .atom("io_lib"), .atom("format"), [.charlist("~p"), []],
                    ])))
                == ["call io_lib:format"])
        #expect(server.give(.charlist("text")) == ["write text", "reply ok"])
    }

    @Test func nestedRequestsStopAtTheFirstFailure() throws {
        var server = IOServer(endOfInput: .terminated)
        let inner = Term.tuple([.atom("requests"), .list([.put("unicode", .binary("b")), .atom("nonsense")])])
        let outer = Term.tuple([
            .atom("requests"), .list([.put("unicode", .binary("a")), inner, .put("unicode", .binary("c"))]),
        ])
        #expect(server.ask(.request(outer)) == ["pause", "write a", "pause", "write b", "reply {error,request}"])
    }

    @Test func unknownRequestsAreAnsweredAsOTPDoes() throws {
        var server = IOServer(endOfInput: .terminated)
        for request in [
            Term.atom("x"), [], .tuple([]), .tuple([.atom("get_line")]),
            .tuple([.atom("put_chars"), .atom("utf7"), 1, 2]),
            .tuple([.atom("get_chars"), .atom("unicode"), [], .integer(-1)]), .tuple([.atom("requests"), .atom("x")]),
        ] {
            #expect(server.ask(.request(request)) == ["reply {error,request}"])
        }
        #expect(server.ask(.tuple([.atom("something"), .atom("else")])) == [])
    }

    @Test func optionsAndGeometry() throws {
        var server = IOServer(endOfInput: .terminated)
        let columns = Term.tuple([.atom("get_geometry"), .atom("columns")])
        #expect(server.ask(.request(columns)) == ["pause", "reply {error,enotsup}"])
        server.columns = 132
        #expect(server.ask(.request(columns)) == ["pause", "reply 132"])
        #expect(
            server.ask(.request(.atom("getopts"))) == ["reply [{echo,true},{binary,false},{encoding,unicode}]"])
        let setting = Term.tuple([.atom("setopts"), .list([.tuple([.atom("binary"), .true])])])
        #expect(server.ask(.request(setting)) == ["reply ok"])
        #expect(server.ask(.request(.getLine)) == ["read > "])
        #expect(server.effects { $0.typed("é\n") } == ["over", "reply <<\"é\\n\"/utf8>>"])
    }

    @Test func aScanGoesOnUntilItIsWholeAndKeepsTheRest() throws {
        var server = IOServer(endOfInput: .terminated)
        #expect(server.ask(.request(.scan)) == ["read 1> "])
        #expect(server.effects { $0.typed("a(\n") } == ["call erl_scan:tokens"])
        #expect(server.give(.tuple([.atom("more"), []])) == ["more"])
        #expect(server.effects { $0.typed("a(\n). b.\n") } == ["call erl_scan:tokens"])
        let done = Term.tuple([.atom("done"), .tuple([.atom("ok"), .fun]), .charlist(" b.\n")])
        #expect(server.give(done) == ["over", "reply {ok,#Fun<m.0.0>}"])
        // What is left is scanned before anything is asked for.
        #expect(server.ask(.request(.scan)) == ["call erl_scan:tokens"])
    }

    @Test func readersWaitForEachOther() throws {
        var server = IOServer(endOfInput: .terminated)
        #expect(server.ask(.request(.getLine, from: shell)) == ["read > "])
        #expect(server.ask(.request(.getLine, from: other)) == [])
        #expect(server.ask(.request(.put("unicode", .binary("x")), from: other)) == ["write x", "reply ok"])
        #expect(server.effects { $0.typed("1\n2\n") } == ["over", "reply [49,10]", "reply [50,10]"])
    }

    @Test func characterCountsSpanLines() throws {
        var server = IOServer(endOfInput: .terminated)
        let request = Term.tuple([.atom("get_chars"), .atom("unicode"), .charlist("> "), 3])
        #expect(server.ask(.request(request)) == ["read > "])
        #expect(server.effects { $0.typed("a\n") } == ["read > "])
        #expect(server.effects { $0.typed("bc\n") } == ["over", "reply [97,10,98]"])
        #expect(server.ask(.request(.getLine)) == ["reply [99,10]"])
    }

    /// `eof` makes a shell of OTP 23 and 25 halt its node.
    @Test func anErlangShellIsNeverToldEndOfFile() throws {
        var server = IOServer(endOfInput: .terminated)
        #expect(server.ask(.request(.scan)) == ["read 1> "])
        #expect(server.effects { $0.inputEnded() } == ["over", "reply {error,terminated}"])
        #expect(server.ask(.request(.scan)) == ["reply {error,terminated}"])
        var unfinished = IOServer(endOfInput: .endOfFile)
        #expect(unfinished.ask(.request(.scan)) == ["read 1> "])
        #expect(unfinished.effects { $0.inputEnded() } == ["over", "reply {error,terminated}"])
    }

    @Test func codeThatReadsGetsEndOfFile() throws {
        var server = IOServer(endOfInput: .terminated)
        #expect(server.ask(.request(.getLine)) == ["read > "])
        #expect(server.effects { $0.inputEnded() } == ["over", "reply eof"])
    }

    @Test func anInterruptEndsTheReadAndForgetsWhatWasKept() throws {
        var server = IOServer(endOfInput: .terminated)
        #expect(server.effects { $0.interrupt() } == [])
        #expect(server.ask(.request(.getLine)) == ["read > "])
        #expect(server.effects { $0.interrupt() } == ["over", "reply {error,interrupted}"])
    }

    @Test func anInterruptEndsTheScanToo() throws {
        var server = IOServer(endOfInput: .terminated)
        #expect(server.ask(.request(.scan)) == ["read 1> "])
        #expect(server.effects { $0.typed("a.\n") } == ["call erl_scan:tokens"])
        #expect(server.isShellReading)
        #expect(server.effects { $0.interrupt() } == ["over", "reply {error,interrupted}"])
        #expect(!server.isReading)
        // The scanner's answer comes when nobody waits for it.
        #expect(server.give(.tuple([.atom("more"), []])) == [])
    }

    @Test func hostileNestingAndFloodsAreBounded() throws {
        var server = IOServer(endOfInput: .terminated)
        _ = server.inputEnded()
        // A hundred thousand reads in one request, at the end of input: a recursion would overflow.
        let reads = Term.tuple([.atom("requests"), .list(Array(repeating: .getLine, count: 100_000))])
        #expect(server.ask(.request(reads)) == ["pause", "reply eof"])
        var waiting = IOServer(endOfInput: .terminated)
        for _ in 0..<IOServer.jobLimit { _ = waiting.ask(.request(.getLine)) }
        #expect(waiting.ask(.request(.getLine)) == ["reply {error,enomem}"])
    }
}

extension Term {
    fileprivate static let fun = Term.exportFun(module: "m", function: "f", arity: 0)
    fileprivate static let getLine = Term.tuple([.atom("get_line"), .atom("unicode"), .charlist("> ")])
    fileprivate static let scan = Term.tuple([
        .atom("get_until"), .atom("unicode"), .charlist("1> "), .atom("erl_scan"), .atom("tokens"),
        .list([1, .list([.atom("text")])]),
    ])

    fileprivate static func put(_ encoding: Atom, _ data: Term) -> Term {
        .tuple([.atom("put_chars"), .atom(encoding), data])
    }

    fileprivate static func request(
        _ request: Term, from: PID = PID(node: "a@b", id: 90, serial: 0, creation: 3)
    ) -> Term {
        .tuple([.atom("io_request"), .pid(from), .atom("me"), request])
    }
}

extension IOServer {
    /// Hands a message over and names the effects.
    fileprivate mutating func ask(_ message: Term) -> [String] {
        guard let decoded = try? DecodedTerm(packet: message.encoded) else { return ["undecodable"] }
        return effects { $0.received(decoded.root) }
    }

    /// The outcome of the call that was asked for last.
    fileprivate mutating func give(_ value: Term) -> [String] {
        guard let decoded = try? DecodedTerm(packet: value.encoded) else { return ["undecodable"] }
        return effects { server in
            (0..<10).flatMap { server.answered($0, .returned(decoded.root)) }
        }
    }

    fileprivate mutating func effects(_ body: (inout IOServer) -> [IOEffect]) -> [String] {
        body(&self).map { effect in
            switch effect {
            case .pause: "pause"
            case .write(let text): "write \(String(decoding: text, as: UTF8.self))"
            case .call(_, let module, let function, _): "call \(module):\(function)"
            case .read(let read): "read \(read.prompt)"
            case .readMore: "more"
            case .readOver: "over"
            case .reply(_, let message): "reply \(Self.reply(message))"
            }
        }
    }

    private static func reply(_ message: [UInt8]) -> String {
        guard let parts = try? DecodedTerm(packet: [131] + message).root.elements(tagged: "io_reply", 3),
            parts[1]?.isAtom("me") == true, let reply = parts[2]
        else { return "malformed" }
        return TestText.of(reply.term)
    }
}

/// Terms as short text, lists of numbers as such.
private enum TestText {
    static func of(_ term: Term) -> String {
        switch term {
        case .atom(let atom): atom.name
        case .integer(let value): "\(value)"
        case .tuple(let elements): "{" + elements.map(of).joined(separator: ",") + "}"
        case .list(let elements): "[" + elements.map(of).joined(separator: ",") + "]"
        case .binary(let bytes):
            "<<\"" + String(decoding: bytes, as: UTF8.self).replacing("\n", with: "\\n") + "\"/utf8>>"
        case .exportFun: "#Fun<m.0.0>"
        default: "?"
        }
    }
}
