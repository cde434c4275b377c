import ErlcluCommands
import Testing

@Suite struct ShellWordTests {
    /// Names come from peers, remedies are pasted.
    @Test(arguments: [
        ("app@10.0.0.1", "app@10.0.0.1"), ("a b@c", "'a b@c'"), ("$(reboot)@x", "'$(reboot)@x'"),
        ("it's@x", #"'it'\''s@x'"#), ("", "''"), ("é@x", "'é@x'"), ("[::1]:4711", "'[::1]:4711'"),
    ])
    func quotesForTheShell(word: String, quoted: String) {
        #expect(ShellWord.quoted(word) == quoted)
    }
}
