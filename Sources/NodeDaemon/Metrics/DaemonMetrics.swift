import Diagnosis

/// What is counted, and what was seen last, for `/metrics`. The names of peers are labels; there are at most
/// `Canary.peersLimit` of them, and codes are a fixed set.
struct DaemonMetrics {
    private struct PeerRow {
        var isUp: Bool
        var probes = 0
        var failures: [FailureCode: Int] = [:]
        var expiry: Int?
    }

    private let version: String
    private let startTime: Int
    private var peers: [String: PeerRow] = [:]
    private var durations: [ProbeResult.Rung: DurationHistogram] = [:]
    private var refused: [FailureCode: Int] = [:]
    var links = 0
    /// Peers on their way in that made room for newer ones.
    var displaced = 0
    /// Whether an epmd has our name; nil: none is to have it.
    var isRegistered: Bool?
    /// Whether the source of peers said anything when it was asked last; nil: it was not asked yet.
    var discovery: (source: String, isUp: Bool)?
    /// What the last look at the mesh found; nil: there was none yet, or it failed.
    var mesh: MeshWatch.Finding? { didSet { meshTime = mesh?.time ?? meshTime } }
    /// When a look at the mesh last found something; nil: never.
    private var meshTime: Int?
    /// Until when our own certificate is valid: seconds since 1970.
    var ownExpiry: Int?

    /// - Parameter startTime: seconds since 1970.
    init(version: String, startTime: Int) {
        self.version = version
        self.startTime = startTime
    }

    mutating func add(_ result: ProbeResult) {
        var row = peers[result.peer] ?? PeerRow(isUp: false)
        row.probes += 1
        row.isUp = result.failure == nil
        if let failure = result.failure { row.failures[failure.code, default: 0] += 1 }
        row.expiry = result.certificateExpiry ?? row.expiry
        peers[result.peer] = row
        for (rung, time) in result.times { durations[rung, default: DurationHistogram()].add(time / .seconds(1)) }
    }

    /// A peer that dialled us did not come in.
    mutating func addRefused(_ failure: NodeFailure) { refused[failure.code, default: 0] += 1 }

    /// Those that are peers no more are dropped.
    mutating func keep(_ names: Set<String>) { peers = peers.filter { names.contains($0.key) } }

    /// - Parameter process: of this process, where the kernel says it.
    func text(_ process: ProcessUsage?) -> String {
        var text = MetricsText()
        text.begin("erlclu_build_info", .gauge, "The version of erlclud.")
        text.add("erlclu_build_info", [("version", version)], 1)
        if let isRegistered {
            text.begin("erlclu_name_registered", .gauge, "Whether an epmd has the name of this node.")
            text.add("erlclu_name_registered", isRegistered ? 1 : 0)
        }
        if let discovery {
            text.begin("erlclu_discovery_up", .gauge, "Whether the last look-up of peers in the source succeeded.")
            text.add("erlclu_discovery_up", [("source", discovery.source)], discovery.isUp ? 1 : 0)
        }
        let sorted = peers.sorted { $0.key < $1.key }
        text.begin("erlclu_peer_up", .gauge, "Whether the last handshake with the peer came up.")
        for (name, row) in sorted { text.add("erlclu_peer_up", [("peer", name)], row.isUp ? 1 : 0) }
        text.begin("erlclu_handshakes_total", .counter, "Handshakes that were tried with the peer.")
        for (name, row) in sorted { text.add("erlclu_handshakes_total", [("peer", name)], Double(row.probes)) }
        text.begin("erlclu_handshake_failures_total", .counter, "Those that failed, by the code of erlclu-ctl explain.")
        for (name, row) in sorted {
            for (code, count) in row.failures.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                text.add(
                    "erlclu_handshake_failures_total", [("peer", name), ("code", code.rawValue)], Double(count))
            }
        }
        text.begin("erlclu_handshake_duration_seconds", .histogram, "How long each rung of a handshake took.")
        for rung in ProbeResult.Rung.allCases {
            durations[rung]?.write("erlclu_handshake_duration_seconds", [("rung", rung.rawValue)], to: &text)
        }
        text.begin(
            "erlclu_certificate_expiry_timestamp_seconds", .gauge,
            "Until when the certificate is valid that the peer showed, or that we show.")
        for (name, row) in sorted {
            guard let expiry = row.expiry else { continue }
            text.add(
                "erlclu_certificate_expiry_timestamp_seconds", [("peer", name), ("side", "peer")], Double(expiry))
        }
        if let ownExpiry {
            text.add(
                "erlclu_certificate_expiry_timestamp_seconds", [("peer", ""), ("side", "own")], Double(ownExpiry))
        }
        if let mesh {
            text.begin(
                "erlclu_mesh_links_missing", .gauge,
                "Pairs of members of which neither lists the other, as the member says that was asked last.")
            text.add("erlclu_mesh_links_missing", Double(mesh.missing))
            text.begin(
                "erlclu_partitions", .gauge, "Parts of the cluster that reach each other; 1 is a whole one.")
            text.add("erlclu_partitions", Double(mesh.partitions))
        }
        if let meshTime {
            text.begin(
                "erlclu_mesh_looked_timestamp_seconds", .gauge,
                "When a look at the mesh last succeeded, since 1970.")
            text.add("erlclu_mesh_looked_timestamp_seconds", Double(meshTime))
        }
        text.begin("erlclu_links", .gauge, "Links of this node that are up.")
        text.add("erlclu_links", Double(links))
        text.begin("erlclu_refused_total", .counter, "Nodes that dialled this one and did not come in, by code.")
        for (code, count) in refused.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text.add("erlclu_refused_total", [("code", code.rawValue)], Double(count))
        }
        text.begin(
            "erlclu_arrivals_displaced_total", .counter,
            "Connections that were closed on their way in to make room for newer ones.")
        text.add("erlclu_arrivals_displaced_total", Double(displaced))
        text.begin("process_start_time_seconds", .gauge, "When this process started, since 1970.")
        text.add("process_start_time_seconds", Double(startTime))
        guard let process else { return text.text }
        text.begin("process_cpu_seconds_total", .counter, "Processor time of this process.")
        text.add("process_cpu_seconds_total", process.processorSeconds)
        text.begin("process_resident_memory_bytes", .gauge, "Memory of this process.")
        text.add("process_resident_memory_bytes", Double(process.residentBytes))
        text.begin("process_open_fds", .gauge, "Open file descriptors of this process.")
        text.add("process_open_fds", Double(process.openDescriptors))
        return text.text
    }
}
