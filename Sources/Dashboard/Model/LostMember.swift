import ClusterAdmin
import Diagnosis

/// A member that was there, and that nobody lists any more: it has stopped, or it and we are on two sides of a split.
struct LostMember: Sendable {
    /// As it was seen last, without what says how it is now.
    var member: Member
    /// When it was missed, microseconds since the epoch.
    var since: Int
    /// Why it gave no answer before, and since when.
    var silence: NodeFailure?
    var silentSince: Int?
    /// What its epmd has said since.
    var standing = RegistrationBook.Standing.unknown

    /// Whether it counts in the alarm: a hidden node comes and goes, and alarms nobody. One of which nothing is known since
    /// another node is asked is not lost.
    var alarms: Bool { member.state == .down && member.kind != .hidden && standing != .absent }
}

/// Members that are lost, and of which it is not settled that they have stopped.
struct LossAlarm: Hashable, Sendable {
    /// Their epmd has their names still.
    var cutOff = 0
    /// Their epmd could not say.
    var undecided = 0
    /// Since when the first of them is lost, microseconds since the epoch.
    var since = Int.max

    init?(_ losses: some Sequence<LostMember>) {
        for loss in losses where loss.alarms {
            if loss.standing == .registered { cutOff += 1 } else { undecided += 1 }
            since = min(since, loss.since)
        }
        guard cutOff + undecided > 0 else { return nil }
    }

    /// From the longest to the shortest form.
    /// - Parameter time: when that was, to the minute.
    func forms(_ time: String) -> [String] {
        let count = cutOff + undecided
        if cutOff == 0 {
            return ["\(count) lost since \(time): dead or split", "\(count) lost: dead or split", "\(count) lost!"]
        }
        if undecided == 0 { return ["\(count) cut off since \(time)", "\(count) cut off!"] }
        return [
            "\(count) lost since \(time): \(cutOff) cut off, \(undecided) dead or split",
            "\(count) lost: \(cutOff) cut off", "\(count) lost!",
        ]
    }
}
