import ErlangNode
import ErlangTerm

extension NodeShell {
    /// Log events that are formatted at once; of a flood the rest is dropped.
    private static let formattedLimit = 100

    /// Has the node's formatter make text of a log event, with the header that `erl` shows.
    func format(_ level: TermView, _ message: [TermView], _ meta: TermView) {
        guard formattedCount < Self.formattedLimit else { return }
        formattedCount += 1
        var encoder = TermEncoder()
        encoder.writeBytes([108, 0, 0, 0, 2, 116, 0, 0, 0, 3])
        encoder.write(.atom("level"))
        encoder.write(level)
        encoder.write(.atom("msg"))
        if message.count == 2 { encoder.writeBytes([104, 2]) }
        for part in message { encoder.write(part) }
        encoder.write(.atom("meta"))
        encoder.write(meta)
        encoder.writeBytes([116, 0, 0, 0, 2])
        for (key, value) in [("legacy_header", true), ("single_line", false)] {
            encoder.write(.atom(Atom(key)))
            encoder.write(.bool(value))
        }
        encoder.writeByte(106)
        session.call("logger_formatter", "format", encoded: encoder.bytes, leader: nil) { [weak self] result in
            guard let self else { return }
            formattedCount -= 1
            guard case .success(.returned(let value)) = result,
                let text = CharacterData.utf8(value, isLatin1: false), !text.isEmpty
            else { return }
            say(text)
        }
    }
}
