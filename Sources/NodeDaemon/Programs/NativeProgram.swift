import ErlangNode
import ErlangTerm

/// What this node does where a peer has it run a program of erlclu-ctl that it knows by name.
protocol NativeProgram: AnyObject {
    /// It may end at once.
    func begin()
    /// Somebody has sent its process a message.
    func take(_ message: TermView)
    /// Its process is over: nobody is to hear of it any more.
    func cancel()
}

/// One answer, and the end.
final class SingleAnswer: NativeProgram {
    private let process: HostedProcess
    private let answer: () -> Term

    init(for process: HostedProcess, _ answer: @escaping () -> Term) {
        self.process = process
        self.answer = answer
    }

    func begin() {
        process.emit(answer())
        process.end()
    }

    func take(_ message: TermView) {}
    func cancel() {}
}

extension NodeConnection {
    /// Whether a program may be sent: a member that takes nothing would have programs pile up here.
    var takesMore: Bool { pendingOutput < 1 << 20 }
}
