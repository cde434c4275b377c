import ByteTransport
import ErlangTerm
import Glibc
import Presentation

extension CommandRun {
    /// Whether somebody sits there who can answer.
    var canAsk: Bool { context.inputIsTerminal && context.errorIsTerminal && onWords == nil }

    /// How long an answer is waited for, whatever the deadline of the command: nobody compares a fingerprint in a second.
    private static let patience = Duration.seconds(120)
    private static let lineLimit = 4_096

    /// Asks on the terminal, once nobody else does. The deadline of the command begins anew with the answer.
    /// - Parameter question: may have text of a peer in it.
    /// - Returns: the line, without its end; nil where nobody answers.
    @LoopActor
    func ask(_ question: String) async -> String? {
        guard await questions.take() else { return nil }
        defer { questions.pass() }
        return await askInTurn(question)
    }

    /// - Precondition: the turn is ours.
    @LoopActor
    private func askInTurn(_ question: String) async -> String? {
        guard canAsk, !Task.isCancelled, let input = try? context.openFile("-") else { return nil }
        let keys = keys
        keys?.lend()
        defer { keys?.takeBack() }
        say(TerminalText(lines: question))
        defer { beginTurn() }
        let end = Instant.now + Self.patience
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1)
        while line.count < Self.lineLimit, !Task.isCancelled, Instant.now < end {
            // Byte by byte: what is typed behind the line is for whoever reads next.
            let count = buffer.withUnsafeMutableBytes { bytes -> Int? in
                (try? input.read(into: bytes)) ?? nil
            }
            switch count {
            case 0: return nil
            case nil: await input.awaitBytes(until: end)
            default:
                if buffer[0] == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
                line.append(buffer[0])
            }
        }
        return nil
    }

    /// Asks until the answer is one.
    /// - Parameters:
    ///   - known: looked at when the turn has come: the same may have been asked, and answered, meanwhile.
    ///   - accepts: nil for what is no answer.
    /// - Returns: nil where nobody answers.
    @LoopActor
    func ask<Answer>(
        _ question: String, again: String, unless known: () -> Answer? = { nil }, _ accepts: (String) -> Answer?
    ) async -> Answer? {
        guard await questions.take() else { return nil }
        defer { questions.pass() }
        if let answer = known() { return answer }
        var words = question
        for _ in 0..<5 {
            guard let line = await askInTurn(words) else { return nil }
            if let answer = accepts(line) { return answer }
            words = again
        }
        return nil
    }

    /// The same for what nobody is to see while it is typed.
    @LoopActor
    func askSecret(_ question: String) async -> Secret? {
        // Two that hide what is typed would each take the other's terminal for the one to give back.
        guard await questions.take() else { return nil }
        defer { questions.pass() }
        // What is hidden is given back to lines, and the lines then to whoever has lent the terminal.
        let keys = keys
        keys?.lend()
        defer { keys?.takeBack() }
        guard canAsk, let input = HiddenInput() else { return nil }
        defer {
            input.end()
            say("\n")
        }
        // Whoever gives up may end this process before anything else is done here.
        return await withTaskCancellationHandler {
            await askInTurn(question).map { Secret($0) }
        } onCancel: {
            input.end()
        }
    }
}

/// The terminal without what is typed, until `end`.
private final class HiddenInput: Sendable {
    private let shown: termios

    /// - Returns: nil where it cannot be hidden.
    init?() {
        var found = termios()
        guard tcgetattr(STDIN_FILENO, &found) == 0 else { return nil }
        shown = found
        found.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &found) == 0 else { return nil }
    }

    func end() {
        var shown = shown
        tcsetattr(STDIN_FILENO, TCSANOW, &shown)
    }
}
