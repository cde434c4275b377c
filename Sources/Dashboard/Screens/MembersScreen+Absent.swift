import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

/// What the pane of Members says of those that no member lists: what that can mean, and what to do.
extension MembersScreen {
    /// - Parameter entry: the node that is asked.
    static func place(of row: MemberRow, entry: String, columns: Int) -> [StyledLine] {
        let host = RegistrationRounds.host(of: row.name) ?? "its host"
        func why(_ reason: String, _ remedy: String) -> [StyledLine] {
            StyledLine.paragraph("WHY", reason, columns: columns)
                + StyledLine.paragraph("FIX", remedy, columns: columns)
        }
        switch row.place {
        case .member where row.member.state == .down: return why(Self.unsettled.reason, Self.unsettled.remedy)
        case .member: return StyledLine.paragraph("", row.member.remark ?? "", columns: columns)
        case .stranger(let stranger):
            let (reason, remedy) = words(of: stranger, entry)
            return why(
                "the epmd of \(host) has it registered at port \(stranger.port), and no member lists it\(reason)",
                remedy)
        case .ghost(.registered):
            return why(
                "the context names it and the epmd of \(host) has it registered, but no member has a link to it",
                "d looks at the way to it rung by rung; 3 shows the handshakes that it tries, and why one fails")
        case .ghost(.absent):
            return why(
                "the context names it, no member has a link to it, and the epmd of \(host) does not know it: it does "
                    + "not run there", "start it; or take it out of the context")
        case .ghost:
            return why(
                "the context names it, and no member has a link to it",
                "d looks at the way to it rung by rung; 3 shows the handshakes that it tries, and why one fails")
        case .lost(let loss): return before(loss, now: row.now, columns: columns) + lost(loss, host, why)
        }
    }

    private static func words(of stranger: Stranger, _ entry: String) -> (reason: String, remedy: String) {
        let look =
            "d looks at the way to it rung by rung; 3 shows the handshakes that are tried, and why one fails. Where nobody "
            + "dials, net_adm:ping('\(stranger.node)') in a member's shell (c) does"
        switch stranger.acquaintance {
        case .familiar:
            return (
                ". \(entry) knows its name: it was a member and is cut off, it tries to join and is refused, or it is "
                    + "configured and was never reached", look
            )
        case .unheard:
            return (
                ". \(entry) has not heard of it since it began: it has never joined, or belongs to another cluster; or it "
                    + "was cut off before", look
            )
        case .asked, .undecided:
            return (": it has never joined, or it was a member and is cut off", look)
        }
    }

    /// Since when it is gone, and what was known of it until then.
    private static func before(_ loss: LostMember, now: Int, columns: Int) -> [StyledLine] {
        var words = "gone since \(ClockTime.second(loss.since))"
        if let silence = loss.silence {
            let time = loss.silentSince.map { Cell.seconds(max(0, loss.since - $0) / 1_000_000).shown }
            words +=
                "; before that it did not answer" + (time.map { " for \($0)" } ?? "")
                + ": \(silence.code.rawValue), \(silence.message)"
        }
        return StyledLine.paragraph("", words, columns: columns)
    }

    private static func lost(
        _ loss: LostMember, _ host: String, _ why: (_ reason: String, _ remedy: String) -> [StyledLine]
    ) -> [StyledLine] {
        switch loss.standing {
        case .registered:
            return why(
                "the epmd of \(host) has it registered still: it runs or hangs there, and no member that is asked has a "
                    + "link to it",
                "d looks at the way to it; 3 shows the handshakes that fail; 5 asks it itself")
        case .absent:
            return why(
                "the epmd of \(host) does not know it any more: it has stopped",
                "start it again, if it is to be there; D takes it off the list")
        case .unanswered(let problem):
            return why(
                "no member lists it: it is dead, or it and we are on two sides of a split; the epmd of \(host) gives no "
                    + "answer either: \(problem)", "d looks whether it still runs, and who does not reach it")
        case .unknown: return why(unsettled.reason, unsettled.remedy)
        }
    }

    private static let unsettled = (
        reason: "no member lists it any more: it has stopped, or it is parted from all that are asked",
        remedy: "d looks whether it still runs, and who does not reach it"
    )
}
