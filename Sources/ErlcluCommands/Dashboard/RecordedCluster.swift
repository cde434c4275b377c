import ByteTransport
import Dashboard
import Diagnosis
import Presentation

/// What a dashboard saw once, shown again: by its own time, faster, or up to the next failure.
@LoopActor
final class RecordedCluster: DashboardSource {
    private enum Command {
        case pause(Bool)
        case speed(Int)
        case nextFailure
    }

    /// Messages that may wait to be taken.
    private static let leap = 64

    private let recording: RecordingReader
    private let messages: EventQueue<DashboardMessage>
    private let commands = EventQueue<Command>(limit: 16)
    private var isPaused = false
    private var seeksFailure = false
    /// How many times faster than it was; 0: as fast as it can be shown.
    private var speed: Int
    /// Why the recording could not be read to its end.
    private(set) var fault: CommandFailure?

    init(_ recording: RecordingReader, speed: Int, _ messages: EventQueue<DashboardMessage>) {
        self.recording = recording
        self.speed = speed
        self.messages = messages
    }

    func feed() async {
        var time: Int?
        do throws(CommandFailure) {
            while let line = try await recording.next() {
                guard await wait(from: &time, until: line.time) else { return }
                messages.push(.clock(max(line.time, time ?? line.time)), isVital: true)
                messages.push(line.message, isVital: true)
                if seeksFailure, line.isTrouble {
                    seeksFailure = false
                    isPaused = true
                    messages.push(.replayPaused, isVital: true)
                }
            }
        } catch { fault = error }
        messages.push(.replayEnded(fault?.items.first?.message), isVital: true)
    }

    /// - Returns: false where the task is cancelled.
    private func wait(from reached: inout Int?, until end: Int) async -> Bool {
        var time = reached ?? end
        defer { reached = time }
        while true {
            let hurries = (speed == 0 || seeksFailure) && !isPaused
            if hurries, messages.count < Self.leap, !Task.isCancelled {
                time = max(time, end)
                return true
            }
            if !isPaused, time >= end, messages.count < Self.leap { return !Task.isCancelled }
            let step = hurries ? 1_000 : min(1_000_000, max(1_000, (end - time) / max(1, speed)))
            let start = Instant.now
            switch await commands.next(until: isPaused ? nil : start + .microseconds(step)) {
            case .cancelled: return false
            case .value(let command): take(command)
            case .deadline:
                guard !hurries else { continue }
                let passed = Int((Instant.now.nanoseconds - start.nanoseconds) / 1_000)
                time = min(end, time + passed * max(1, speed))
                messages.push(.clock(time))
            }
        }
    }

    private func take(_ command: Command) {
        switch command {
        case .pause(let isPaused): self.isPaused = isPaused
        case .speed(let speed): self.speed = speed
        case .nextFailure: (seeksFailure, isPaused) = (true, false)
        }
    }

    func errands(for effect: DashboardEffect) -> [Errand] {
        switch effect {
        case .pauseReplay(let isPaused): commands.push(.pause(isPaused))
        case .replaySpeed(let speed): commands.push(.speed(speed))
        case .nextFailure: commands.push(.nextFailure)
        default: break
        }
        return []
    }
}
