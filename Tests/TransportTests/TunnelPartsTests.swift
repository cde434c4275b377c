import Testing

@testable import ByteTransport

@Suite struct TunnelPartsTests {
    @Test func placesAreFilledIn() {
        let words = CommandTunnel.replaced(
            ["-W", "[%h]:%p", "100%%", "%x", "%", "%h%h"], host: "a%p", port: 4369)
        #expect(words == ["-W", "[a%p]:4369", "100%", "%x", "%", "a%pa%p"])
    }

    @Test(
        arguments: [
            ("Forwarding from 127.0.0.1:41235 -> 4369", 41235), ("Forwarding from [::1]:41235 -> 4369", nil),
            ("Forwarding from 127.0.0.1:41235 -> 4370", nil), ("Forwarding from 127.0.0.1:0 -> 4369", nil),
            ("Forwarding from 127.0.0.1:99999 -> 4369", nil), ("Handling connection for 41235", nil), ("", nil),
            ("Forwarding from 127.0.0.1:41235 -> 4369 x", nil),
        ] as [(String, UInt16?)])
    func thePortIsReadOfKubectl(_ line: String, _ port: UInt16?) {
        #expect(PortForward.localPort(line, of: 4369) == port)
    }

    /// Names come from peers.
    @Test(arguments: [
        ("127.0.0.1", true), ("fe80::1%eth0", true), ("pod-0.shop_x.svc", true), ("", false),
        ("-oProxyCommand=x", false),
        ("a b", false), ("$(id)", false), ("a;b", false), ("`id`", false), ("a\nb", false), ("ä.example", false),
    ])
    func whatIsNoHostIsNotGivenToAProgram(_ host: String, _ isGiven: Bool) {
        #expect(((try? CommandTunnel.checkHost(host)) != nil) == isGiven)
    }

    @Test func theLastWordsAreShort() {
        var tail = OutputTail()
        func append(_ text: String) { Array(text.utf8).withUnsafeBytes { tail.append($0) } }
        #expect(tail.lastWords.isEmpty)
        append("one\n\n  two \r\nthree")
        #expect(tail.lastWords == "two; three")
        append(String(repeating: "x", count: 1_000_000))
        #expect(tail.lastWords.count == 300)
        append("\n\u{1}\u{FF}\nend\n")
        #expect(tail.lastWords.hasSuffix("; end"))
        tail.removeAll()
        #expect(tail.lastWords.isEmpty)
    }
}
