package import ClusterAdmin

extension Column where Row == DistributionLink {
    /// What is shown of a link, here and wherever links are listed.
    package static var links: [Column<DistributionLink>] {
        [
            Column("node", "NODE", .left, dropOrder: 10) { .atom($0.node) },
            Column("peer", "PEER") { .atom($0.peer) },
            Column("state", "STATE") { Cell(text: $0.state?.rawValue) }.meaning(\.stateRole),
            Column("kind", "KIND", .left, dropOrder: 3) { Cell(text: $0.kind?.rawValue) },
            Column("transport", "VIA", .left, dropOrder: 2) { Cell(text: $0.transport) },
            Column("address", "ADDRESS", .left, dropOrder: 4) { Cell(text: $0.address) },
            Column("dialled", "DIALLED", .left, dropOrder: 8) { Cell(flag: $0.isDialled) },
            Column("bytes_in", "IN", .right) { Cell(bytes: $0.bytesIn) },
            Column("bytes_out", "OUT", .right) { Cell(bytes: $0.bytesOut) },
            Column("packets_in", "PKTS IN", .right, dropOrder: 6) { Cell(integer: $0.packetsIn) },
            Column("packets_out", "PKTS OUT", .right, dropOrder: 5) { Cell(integer: $0.packetsOut) },
            Column("buffered_bytes", "BUFFER", .right) { Cell(bytes: $0.bufferedBytes) }.meaning(\.busyRole),
            Column("queued_bytes", "QUEUE", .right, dropOrder: 1) { Cell(bytes: $0.queuedBytes) },
            Column("busy", "BUSY") { Cell(flag: $0.isBusy) }.meaning(\.busyRole),
            Column("tls_version", "TLS", .left, dropOrder: 7) { Cell(text: $0.tlsVersion) },
            Column("cipher", "CIPHER", .left, dropOrder: 9) { Cell(text: $0.cipher) },
        ]
    }
}

extension DistributionLink {
    fileprivate var stateRole: CellRole { state == .up ? .good : .warning }
    fileprivate var busyRole: CellRole { isBusy == true ? .failure : .plain }
}

extension LinkChange {
    /// For scripts: what happened, or which members of the document are new.
    package var keys: [String] {
        switch what {
        case .found: []
        case .made: ["made"]
        case .gone: ["gone"]
        case .changed(let aspects): aspects.map(\.rawValue)
        }
    }

    private static let lasting = Column<DistributionLink>.links

    /// What happened, and the link as it is then.
    package static func columns(forPeople: Bool) -> [Column<LinkChange>] {
        let changes = Column<LinkChange>("changes", "CHANGE") {
            forPeople ? .text($0.keys.joined(separator: ", ")) : .texts($0.keys)
        }
        .meaning { $0.isBad ? .failure : .changed }
        return [changes] + lasting.map { $0.inside(\.link) }
    }
}
