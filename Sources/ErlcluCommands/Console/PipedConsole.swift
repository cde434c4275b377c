import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Glibc
import Presentation

/// A console whose input is no terminal: its lines are run, and standard output gets what the shell prints. Prompts
/// and the banner belong to a person: the former are left out, the latter goes to standard error.
@LoopActor
final class PipedConsole {
    private let node: any Administration
    private let options: ConsoleOptions
    private let run: CommandRun
    private var shell: NodeShell?
    private var input: DescriptorHandle?
    /// What was read and not entered yet.
    private var read: [UInt8] = []
    private var isInputOver = false
    /// What was entered for the read that goes on.
    private var entered = ""
    private var hasBeenAsked = false
    /// What the console came to; the first counts.
    private let end = Promise<Result<ExitStatus, CommandFailure>>()

    init(_ node: any Administration, _ options: ConsoleOptions, run: CommandRun) {
        self.node = node
        self.options = options
        self.run = run
    }

    /// Runs it to its end.
    func attend() async throws(CommandFailure) -> ExitStatus {
        let input = LoopActor.loop.watch(STDIN_FILENO, for: []) { [weak self] _ in self?.readInput() }
        self.input = input
        defer { input.cancel() }
        let deadline = run.deadline
        let shell = try await run.asking { () async throws(NodeFailure) in
            try await node.ask(
                ShellQuestion(options.language) { [weak self] in self?.handle($0) }, until: deadline)
        }
        self.shell = shell
        defer { shell.leave() }
        shell.resize(columns: 80, rows: nil)
        shell.start()
        // The usual time is for connecting: lines may take as long as they do, unless somebody says otherwise.
        if case .value(let outcome) = await end.value(until: run.statedDeadline) { return try outcome.get() }
        throw .node(
            NodeFailure(
                .timeout, stage: .up, node: node.node,
                message: "the lines for \(node.node) have not all been run before the deadline of this command",
                remedy: "give them more time with --timeout"))
    }

    private func handle(_ event: NodeShell.Event) {
        switch event {
        case .output(let text):
            options.log?.printed(text)
            if hasBeenAsked {
                run.results.add(exactly: text)
            } else if !run.isQuiet {
                run.say(TerminalText(lines: text))
            }
        case .logged(let text):
            options.log?.printed(text)
            run.say(TerminalText(lines: text))
        case .read:
            hasBeenAsked = true
            entered = ""
            enterLine()
        case .readMore: enterLine()
        case .readOver, .paused: break
        case .ended(let reason):
            if let reason { run.say("erlclu-ctl: the shell on \(node.node) ended: \(reason)\n") }
            end.fulfil(.success(reason == nil ? .done : .negative))
        case .lost(let failure):
            end.fulfil(.failure(.node(failure)))
        }
    }

    /// Enters the next line, once there is one.
    private func enterLine() {
        guard let end = read.firstIndex(of: 0x0A) ?? (isInputOver && !read.isEmpty ? read.count - 1 : nil) else {
            guard isInputOver else {
                // A program that writes a line and reads its result waits for this.
                run.results.flush()
                input?.interest = .read
                return
            }
            if !entered.isEmpty {
                run.say("erlclu-ctl: the last expression has no end, and is not run\n")
                self.end.fulfil(.success(.unparsable))
            }
            shell?.endInput()
            return
        }
        var line = String(decoding: read[...end], as: UTF8.self)
        if !line.hasSuffix("\n") { line += "\n" }
        read.removeSubrange(...end)
        if !options.isRaw, let stop = NodeStop.find(in: String(entered.suffix(200)) + line) {
            run.say("erlclu-ctl: \(stop) would stop \(node.node); give --raw to mean it\n")
            return self.end.fulfil(.success(.negative))
        }
        options.log?.entered(line)
        entered += line
        shell?.enter(entered)
    }

    private func readInput() {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        if count <= 0 { isInputOver = true } else { read += chunk[..<count] }
        guard isInputOver || read.contains(0x0A) else { return }
        input?.interest = []
        enterLine()
    }
}
