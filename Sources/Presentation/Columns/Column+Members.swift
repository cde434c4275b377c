package import ClusterAdmin

extension Column where Row == Member {
    /// What is shown of a member, here and wherever members are listed.
    package static var members: [Column<Member>] {
        [
            Column("entry", "", .left) { .mark($0.isEntry) },
            Column("node", "NODE") { .atom($0.node) },
            Column("state", "STATE") { .atom($0.state.rawValue) }.meaning(\.state.role),
            Column("kind", "KIND", .left, dropOrder: 5) { $0.kind.map { .atom($0.rawValue) } ?? .absent },
            Column("address", "ADDRESS", .left, dropOrder: 4) { Cell(text: $0.address) },
            Column("transport", "VIA", .left, dropOrder: 3) { Cell(text: $0.transport) },
            Column("otp_release", "OTP", .right, dropOrder: 2) { Cell(text: $0.otpRelease) },
            Column("uptime_seconds", "UPTIME", .right) { $0.uptimeSeconds.map { .seconds($0) } ?? .absent },
            Column("processes", "PROCS", .right, dropOrder: 7) { Cell(integer: $0.processes) },
            Column("run_queue", "RUNQ", .right, dropOrder: 6) { Cell(integer: $0.runQueue) },
            Column("memory_bytes", "MEMORY", .right) { $0.memoryBytes.map { .bytes($0) } ?? .absent },
            Column("links", "LINKS", .right) { member in
                guard let links = member.links else { return .absent }
                return member.linksExpected.map { .ratio(links, $0) } ?? .integer(links)
            }
            .meaning(\.linksRole),
            Column("certificate_days", "CERT", .right, dropOrder: 1) { $0.certificateDays.map { .days($0) } ?? .absent }
                .meaning(\.certificateRole),
            Column("remark", "REMARK") { $0.remark.map { .text($0) } ?? .blank },
        ]
    }
}

extension Member.State {
    fileprivate var role: CellRole {
        switch self {
        case .up: .good
        case .pending, .unknown: .warning
        case .unreachable, .down: .failure
        }
    }
}

extension Member {
    /// A hidden node need not see the whole mesh.
    fileprivate var linksRole: CellRole {
        guard kind == .visible, let links, let linksExpected else { return .plain }
        return links < linksExpected ? .warning : .plain
    }

    fileprivate var certificateRole: CellRole {
        guard let certificateDays, certificateDays < HealthExaminer.fewDays else { return .plain }
        return certificateDays < 0 ? .failure : .warning
    }
}
