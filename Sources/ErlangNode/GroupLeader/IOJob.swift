import ErlangTerm

/// One request of one process, which may consist of several.
struct IOJob {
    struct Read {
        var kind: IORequest.ReadKind
        var prompt: String
        var isLatin1: Bool

        var isSecret: Bool {
            if case .password = kind { true } else { false }
        }

        /// `shell` scans with the option `text`; `io:read` and its like do not.
        var isOfShell: Bool {
            guard case .until(let module, _, let extra) = kind else {
                // IEx up to Elixir 1.14 reads lines.
                return prompt.hasPrefix("iex(") || prompt.hasPrefix("...(")
            }
            if module != "erl_scan" { return true }
            return extra[1]?.list?.contains { $0.isAtom("text") } ?? false
        }
    }

    enum State {
        case running
        /// A function on the node makes the text.
        case formatting(isLatin1: Bool)
        case reading(Read)
    }

    let from: PID
    let replyAs: TermView
    /// Bytes of the message, which it keeps in memory.
    let size: Int
    var state = State.running
    /// The last reply; that of the whole.
    private(set) var reply = IOReply.ok
    private var single: TermView?
    /// What is left of nested lists of requests, the innermost last.
    private var lists: [TermViews.Iterator] = []

    init(from: PID, replyAs: TermView, first: TermView, size: Int) {
        self.from = from
        self.replyAs = replyAs
        self.size = size
        single = first
    }

    var isDone: Bool {
        if case .running = state { single == nil && lists.isEmpty } else { false }
    }

    /// Takes the next request out; nil while it waits, or at the end.
    mutating func nextStep() -> TermView? {
        guard case .running = state else { return nil }
        if let step = single {
            single = nil
            return step
        }
        while let last = lists.indices.last {
            if let step = lists[last].next() { return step }
            lists.removeLast()
        }
        return nil
    }

    mutating func push(_ requests: TermViews) { lists.append(requests.makeIterator()) }

    /// The answer to the step that was taken. After a failure the remaining ones are not done.
    mutating func settle(_ reply: [UInt8], isFailure: Bool) {
        state = .running
        self.reply = reply
        if isFailure { lists = [] }
    }
}
