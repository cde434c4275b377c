import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

/// The members of the cluster, live.
enum MembersScreen: ListScreen {
    static let start = ListState(sortKey: "st")

    static func columns(_ model: DashboardModel) -> [Column<MemberRow>] { MemberRow.columns }

    static func rows(_ model: DashboardModel) -> [MemberRow] {
        model.picture.rows(at: model.now, expected: model.expected)
    }

    static func head(_ model: DashboardModel) -> String {
        let more = model.picture.moreStrangers
        return "\(model.waiting.map { "\($0)  " } ?? "")view \(model.entry)"
            + (more > 0 ? "  \(more) more registered" : "")
    }

    /// Nothing is known yet: what is being tried, and what came of it.
    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        let back = model.former.first.map { former in
            [StyledLine("")]
                + StyledLine.paragraph("", "Esc goes back to \(former.title)", columns: columns, Style(.accent, .bold))
        }
        guard case .lost(let failure) = model.link else {
            return [StyledLine("asking \(DashboardModel.safe(model.entry)) for the members of its cluster")]
                + (back ?? [])
        }
        let words =
            model.offeredName == nil
            ? "gives no answer; it is tried again and again" : "is not what the node that answers calls itself"
        return [
            StyledLine("\(DashboardModel.safe(model.entry)) \(words)"),
            StyledLine(""),
        ]
            + model.lines(of: failure, columns: columns)
            + (model.offeredName.map {
                [StyledLine("")]
                    + StyledLine.paragraph(
                        "", "Enter connects to \($0), as it calls itself", columns: columns, Style(.accent, .bold))
            } ?? []) + (back ?? [])
    }

    /// A few facts a line.
    static func detail(_ row: MemberRow, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        let member = row.member
        var lines: [StyledLine] = []
        var facts: [String] = []
        func fact(_ name: String, _ cell: Cell) { if cell != .absent { facts.append("\(name) \(cell.shown)") } }
        func endLine() {
            if !facts.isEmpty { lines.append(StyledLine(DashboardModel.safe(facts.joined(separator: "  ")))) }
            facts = []
        }
        fact("addr", Cell(text: member.address))
        fact("via", Cell(text: member.transport))
        fact("kind", Cell(text: member.kind?.rawValue))
        if let days = member.certificateDays {
            facts.append(days < 0 ? "cert expired \(-days)d ago" : "cert \(days)d left")
        }
        if let age = row.age { facts.append("seen \(age) ago") }
        endLine()
        fact("procs", Cell(integer: member.processes))
        fact("mem", member.memoryBytes.map { .bytes($0) } ?? .absent)
        fact("runq", Cell(integer: member.runQueue))
        fact("up", member.uptimeSeconds.map { .seconds($0) } ?? .absent)
        fact("otp", Cell(text: member.otpRelease))
        endLine()
        if let silence = member.silence {
            lines += StyledLine.paragraph(
                "WHY", "\(silence.code.rawValue): \(silence.message)", columns: columns)
            lines += StyledLine.paragraph("FIX", silence.remedy.text(model.means), columns: columns)
        } else if let detour = model.detour, member.isEntry {
            lines += StyledLine.paragraph(
                "WHY", "it is \(DetourWords.sentence(insteadOf: model.transport, detour))", columns: columns)
            lines += StyledLine.paragraph("FIX", detour.remedy.text(model.means), columns: columns)
        } else {
            lines += place(of: row, entry: model.entry, columns: columns)
        }
        return lines
    }
}

extension DashboardModel {
    /// A failure with its reason and its remedy.
    func lines(of failure: NodeFailure, columns: Int) -> [StyledLine] {
        var certainty = "certain"
        if case .likely(let other) = failure.certainty { certainty = "likely; or \(other.words)" }
        return StyledLine.paragraph(
            "", "\(failure.code.rawValue) at \(failure.stage.rawValue), \(certainty)", columns: columns,
            Style(.failure, .bold))
            + StyledLine.paragraph("WHY", failure.message, columns: columns)
            + StyledLine.paragraph("FIX", failure.remedy.text(means), columns: columns)
    }
}
