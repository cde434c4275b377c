package import ClusterAdmin

extension Column where Row == NodeStatus {
    package static var status: [Column<NodeStatus>] {
        [
            Column("node", "node") { .atom($0.node) },
            Column("state", "state") { .atom($0.progress) },
            Column("release", "release") { status in
                Cell(text: status.product.map { [$0.name, $0.version].compactMap { $0 }.joined(separator: " ") })
            },
            Column("pid", "pid") { .text($0.processID) },
            Column("otp_release", "OTP release") { .text($0.otpRelease) },
            Column("erts_version", "erts") { .text($0.ertsVersion) },
            Column("uptime_seconds", "uptime") { .seconds($0.uptimeSeconds) },
            Column("processes", "processes") { .integer($0.processes) },
            Column("process_limit", "process limit") { Cell(integer: $0.processLimit) },
            Column("run_queue", "run queue") { .integer($0.runQueue) },
            Column("memory_bytes", "memory") { .bytes($0.memoryBytes) },
            Column("applications", "applications") { .texts($0.applications.map { "\($0.name) \($0.version)" }) },
        ]
    }
}
