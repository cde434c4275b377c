package import ErlangTerm

/// What a group leader wants done.
package enum IOEffect {
    /// Send this message (external term format, without the version byte).
    case reply(to: PID, message: [UInt8])
    /// Show this text (UTF-8).
    case write([UInt8])
    /// Whoever wrote asks for something else, as shells do before they print a result: what it wrote is whole.
    case pause
    /// Call a function on the node and give the outcome to `IOServer.answered`. Arguments: a list in external term
    /// format, without the version byte.
    case call(ticket: Int, module: Atom, function: Atom, arguments: [UInt8])
    /// Somebody waits for input: ask for a line, and give it to `IOServer.typed`.
    case read(IORead)
    /// What was typed is not whole: let it be continued, and give all of it to `IOServer.typed` again.
    case readMore
    /// The read that was asked for is over, with or without input.
    case readOver
}

/// A read that waits for input.
package struct IORead: Hashable, Sendable {
    package var prompt: String
    /// What is typed is not to be shown.
    package var isSecret = false
    /// It comes from the shell itself, not from code that runs in it.
    package var isShellPrompt = false

    package init(prompt: String, isSecret: Bool = false, isShellPrompt: Bool = false) {
        self.prompt = prompt
        self.isSecret = isSecret
        self.isShellPrompt = isShellPrompt
    }
}
