package import ClusterAdmin

extension Column where Row == NodeStatus {
    /// What is shown of a node, here and on a screen.
    package static var status: [Column<NodeStatus>] {
        identity + load + memory + [
            Column("alarms", "alarms") { Cell($0.alarms) },
            Column("links", "links") { Cell($0.links) },
            Column("applications", "applications") { .texts($0.applications.map { "\($0.name) \($0.version)" }) },
        ]
    }

    private static var identity: [Column<NodeStatus>] {
        [
            Column("node", "node") { .atom($0.node) },
            Column("state", "state") { .atom($0.progress) },
            Column("release", "release") { status in
                Cell(text: status.product.map { [$0.name, $0.version].compactMap { $0 }.joined(separator: " ") })
            },
            Column("pid", "pid") { .text($0.processID) },
            Column("otp_release", "OTP release") { Cell(word: $0.otpRelease) },
            Column("erts_version", "erts") { Cell(word: $0.ertsVersion) },
            Column("uptime_seconds", "uptime") { .seconds($0.uptimeSeconds) },
        ]
    }

    private static var load: [Column<NodeStatus>] {
        [
            Column("processes", "processes") { Cell(NodeStatus.Use($0.processes, of: $0.processLimit)) },
            Column("process_limit", "process limit") { Cell(integer: $0.processLimit) }.forScripts(),
            Column("ports", "ports") { Cell($0.ports) },
            Column("port_limit", "port limit") { Cell(integer: $0.ports?.limit) }.forScripts(),
            Column("atoms", "atoms") { Cell($0.atoms) },
            Column("atom_limit", "atom limit") { Cell(integer: $0.atoms?.limit) }.forScripts(),
            Column("ets_tables", "ETS tables") { Cell($0.etsTables) },
            Column("ets_limit", "ETS limit") { Cell(integer: $0.etsTables?.limit) }.forScripts(),
            Column("schedulers", "schedulers") { Cell(integer: $0.schedulers?.online) },
            Column("dirty_cpu_schedulers", "dirty CPU") { Cell(integer: $0.schedulers?.dirtyCPU) }.forScripts(),
            Column("dirty_io_schedulers", "dirty I/O") { Cell(integer: $0.schedulers?.dirtyIO) }.forScripts(),
            Column("run_queue", "run queue") { .integer($0.runQueue) },
            Column("run_queues", "run queues") { $0.runQueues.isEmpty ? .absent : .numbers($0.runQueues) },
        ]
    }

    private static var memory: [Column<NodeStatus>] {
        [
            Column("memory_bytes", "memory") { .bytes($0.memoryBytes) },
            Column("memory_processes_bytes", "  processes") { Cell(bytes: $0.memory.processes) },
            Column("memory_binary_bytes", "  binaries") { Cell(bytes: $0.memory.binary) },
            Column("memory_ets_bytes", "  ETS") { Cell(bytes: $0.memory.ets) },
            Column("memory_atom_bytes", "  atoms") { Cell(bytes: $0.memory.atom) },
            Column("memory_code_bytes", "  code") { Cell(bytes: $0.memory.code) },
            Column("memory_system_bytes", "system memory") { Cell(bytes: $0.memory.system) }.forScripts(),
        ]
    }

    /// What moves, for lines that follow each other.
    package static var moving: [Column<NodeStatus>] {
        [
            Column("node", "NODE", .left, dropOrder: 1) { .atom($0.node) },
            Column("processes", "PROCS", .right) { .integer($0.processes) },
            Column("ports", "PORTS", .right) { Cell(integer: $0.ports?.used) },
            Column("atoms", "ATOMS", .right, dropOrder: 3) { Cell(integer: $0.atoms?.used) },
            Column("ets_tables", "ETS", .right, dropOrder: 4) { Cell(integer: $0.etsTables?.used) },
            Column("run_queue", "RUNQ", .right) { .integer($0.runQueue) },
            Column("memory_bytes", "MEMORY", .right) { .bytes($0.memoryBytes) },
            Column("memory_processes_bytes", "PROCESSES", .right, dropOrder: 2) { Cell(bytes: $0.memory.processes) },
            Column("memory_binary_bytes", "BINARIES", .right, dropOrder: 5) { Cell(bytes: $0.memory.binary) },
            Column("busy_links", "BUSY", .right) { Cell(integer: $0.links?.count { $0.isBusy == true }) },
            Column("alarms", "ALARMS") { Cell($0.alarms) },
        ]
    }
}

extension Cell {
    /// What a node that is no Erlang node leaves out is empty.
    package init(word: String) { self.init(text: word.isEmpty ? nil : word) }

    fileprivate init(_ use: NodeStatus.Use?) {
        guard let use else { self = .absent; return }
        self = use.limit.map { .used(use.used, of: $0) } ?? .integer(use.used)
    }

    fileprivate init(_ alarms: [NodeStatus.Alarm]?) {
        guard let alarms else { self = .absent; return }
        self = .objects(
            alarms.map { alarm in
                CellObject(
                    words: alarm.id,
                    fields: [
                        CellObject.Field("id", .text(alarm.id)),
                        CellObject.Field("description", .text(alarm.description)),
                    ])
            })
    }

    fileprivate init(_ links: [DistributionLink]?) {
        guard let links else { self = .absent; return }
        let columns = Column<DistributionLink>.links
        self = .objects(
            links.map { link in
                CellObject(
                    words: link.words, fields: columns.map { CellObject.Field($0.key, $0.cell(link)) })
            })
    }
}

extension DistributionLink {
    /// In a line of a node's sheet.
    fileprivate var words: String {
        let waits = Cell(bytes: (bufferedBytes ?? 0) + (queuedBytes ?? 0)).shown
        let state = state.map { $0 == .up ? "" : " \($0.rawValue)" } ?? ""
        return "\(peer)\(state) in \(Cell(bytes: bytesIn).shown) out \(Cell(bytes: bytesOut).shown) queue \(waits)"
            + (isBusy == true ? " busy" : "")
    }
}
