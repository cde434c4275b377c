import ByteTransport
import Dashboard
import Presentation

/// Keeps what the dashboard sees in a file, a line at a time.
@LoopActor
final class DashboardRecording {
    private let file: OutputFile

    init(_ path: String, _ run: CommandRun) throws(CommandFailure) { file = try OutputFile(path, on: run.context.loop) }

    /// - Parameter time: microseconds since the epoch.
    func add(_ message: DashboardMessage, at time: Int) {
        guard file.fault == nil, let recorded = RecordedMessage(message, at: time) else { return }
        file.add(recorded.json.line)
    }

    /// Why it ends early; nil so far.
    var fault: String? { file.fault }

    /// A reader that takes nothing is given up soon.
    func hurry() { file.hurry() }

    func finish(isHurried: Bool) async { await file.finish(isHurried: isHurried) }
}
