import Testing

@testable import ErlcluCommands

/// What a shell gets to read of names.
@Suite struct ProxyCommandTextTests {
    private func expanded(
        _ command: String, user: String = "amy", destination: String = "box", host: String = "box.internal"
    ) -> String? {
        try? ProxyCommandText.expanded(command, user: user, destination: destination, host: host)
    }

    @Test func tokensAreReplaced() {
        #expect(expanded("nc -X %r@%n %h %p") == "nc -X amy@box %h %p")
        #expect(expanded("a %%r %%n %") == "a %%r %%n %")
        #expect(expanded("nc %n %h", destination: "fe80::1%eth0", host: "fe80::1%eth0") == "nc fe80::1%eth0 %h")
        #expect(expanded("nc %r", user: "DOMAIN\\amy b") == "nc DOMAIN\\amy b")
    }

    /// Those that OpenSSH refuses (CVE-2023-51385).
    @Test(
        arguments: ["`id`", "a;id", "a|id", "a&id", "$(id)", "a'b", "a\"b", "a>b", "a{b", "a\\", "-oX", "a\nb", "a -x"])
    func whatMeansSomethingToTheShellIsRefused(text: String) {
        for command in ["x %r", "x %n", "x %h"] {
            #expect(expanded(command, user: text, destination: text, host: text) == nil, "\(command)")
        }
        #expect(expanded("x %p", user: text, destination: text, host: text) == "x %p")
        let failure = #expect(throws: CommandFailure.self) {
            try ProxyCommandText.expanded("x %r", user: text, destination: "box", host: "box")
        }
        #expect(failure?.status == .configuration)
    }
}
