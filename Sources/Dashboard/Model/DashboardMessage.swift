package import ClusterAdmin
package import Diagnosis
package import TerminalCanvas

/// What happens to the dashboard.
package enum DashboardMessage: Sendable {
    case key(Key)
    case resized(ScreenSize)
    /// The time, microseconds since the epoch.
    case clock(Int)
    /// A look is over.
    case members([Member])
    case changes([MemberChange])
    /// A look has been waiting for these for a while.
    case awaiting([String])
    /// The entry gives no answer.
    case interrupted(NodeFailure)
    /// This node answers, after an interruption.
    case resumed(entry: String)
    /// Something that the dashboard was asked to do has been done, or has failed: a sentence.
    case notice(String)
}

/// What is to be done outside of the model.
package enum DashboardEffect: Hashable, Sendable {
    case quit
    /// Gives the terminal to the shell that started the program, until it goes on.
    case suspend
    /// Draws every cell anew.
    case repaint
    /// Looks now, and not only when it is time to.
    case look
    /// Seconds between two looks from now on.
    case interval(Int)
    /// Hands the terminal to a shell on the node, and takes it back.
    case console(String)
    /// Writes the screen into a file of the current folder.
    case save(Canvas)
}
