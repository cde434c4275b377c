import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

/// The certificate that each member serves; what ends soonest comes first.
enum CertificatesScreen: ListScreen {
    struct Row: ListRow {
        var certificate: NodeCertificate

        var name: String { certificate.node }
        /// As doctor has it: what ends within this time is trouble.
        var needsAttention: Bool { !certificate.findings(within: HealthExaminer.fewDays * 86_400).isEmpty }
    }

    static let start = ListState(sortKey: "days_left")

    /// Those of `cert list`, so far as they say something on a screen.
    static func columns(_ model: DashboardModel) -> [Column<Row>] {
        Column<NodeCertificate>.certificates.map { column in
            let alignment: Column<Row>.Alignment = column.alignment == .right ? .right : .left
            return Column<Row>(column.key, column.heading, alignment, dropOrder: column.dropOrder) {
                column.cell($0.certificate)
            }
            .meaning { column.role($0.certificate) }
        }
    }

    static func rows(_ model: DashboardModel) -> [Row] { model.certificates.map { Row(certificate: $0) } }

    static func head(_ model: DashboardModel) -> String {
        guard model.certificatesFailure != nil, let seen = model.certificatesSeen else { return "as served" }
        return "as served \(Cell.seconds(max(0, model.now - seen) / 1_000_000).shown) ago"
    }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        if let failure = model.certificatesFailure { return model.lines(of: failure, columns: columns) }
        return [StyledLine("asking the members for their certificates")]
    }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        // Why it is not as new as it should be.
        let failure = model.certificatesFailure.map { model.lines(of: $0, columns: columns) } ?? []
        guard row.certificate.facts != nil else {
            return failure
                + (row.certificate.failure.map { model.lines(of: $0, columns: columns) }
                    ?? StyledLine.paragraph("", row.certificate.remark ?? "", columns: columns))
        }
        let facts = Column<NodeCertificate>.certificate.filter { !["node"].contains($0.key) }
        let width = facts.map(\.heading.cellWidth).max() ?? 0
        return failure
            + facts.flatMap { column in
                let label = column.heading + String(repeating: " ", count: width - column.heading.cellWidth)
                let meaning = column.role(row.certificate)
                let role = Style(
                    Style.Role(meaning), meaning == .failure || meaning == .warning ? .underline : [])
                return StyledLine.paragraph(label, column.cell(row.certificate).shown, columns: columns, role)
            }
    }
}
