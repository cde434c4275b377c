import ErlcluTestSupport
import Testing

/// A cable between two hosts is pulled, and nobody is told: three nodes, and a visible erlclud on a host of its own.
@Suite(
    .waiting, .enabled(if: PrivateNetwork.isAvailable, "no network namespace is granted"))
struct DaemonSplitTests {
    private struct Cluster {
        let network: PrivateNetwork
        let host: PrivateHost
        let nodes: [ErlangNodeFixture]
        let daemon: DaemonFixture

        static let daemonsNumber = 9
        private static let metricsPort = 9411

        /// - Parameter kernel: further variables of the application.
        init(_ release: OTPRelease, kernel: [String] = []) throws {
            network = try PrivateNetwork(addresses: 3)
            host = try network.addHost(Self.daemonsNumber)
            nodes = try (1...3).map { [network] number in
                let address = PrivateNetwork.host(number)
                // They miss each other soon, and dial from their own addresses.
                let variables = [
                    "net_ticktime", "4", "net_setuptime", "3",
                    "inet_dist_connect_options", "[{ip,{\(address.replacing(".", with: ","))}}]",
                ]
                return try ErlangNodeFixture(
                    release: release, name: "n\(number)", nameType: .long(host: address),
                    arguments: ["-kernel"] + variables + kernel, network: network)
            }
            daemon = try DaemonFixture(
                host: host,
                options: ["--visible", "--discover", "static:" + nodes.map(\.name).joined(separator: ",")]
                    + ["--probe-interval", "3", "--http", "127.0.0.1:\(Self.metricsPort)"])
        }

        func metrics() throws -> String {
            let (program, arguments) = host.command(
                "curl", ["-s", "-m", "5", "http://127.0.0.1:\(Self.metricsPort)/metrics"])
            return try CommandResult.of(program, arguments).standardOutput
        }

        /// Whether each node lists all the others, and `global` works.
        func isWhole() throws -> Bool {
            let all = nodes.map(\.name) + [daemon.name]
            return try nodes.allSatisfy { node in
                let others = all.filter { $0 != node.name }.map { "'\($0)'" }.joined(separator: ",")
                return try node.evaluate("lists:sort(nodes()) =:= lists:sort([\(others)])") == "true"
            }
        }

        var state: String { "\(daemon.process.standardError)\(nodes.map(\.log))" }
    }

    /// Between a node and erlclud. What a node does that has lost one: it tells the others, which part with it.
    @Test(arguments: OTPRelease.available)
    func theCableOfErlcludIsPulled(_ release: OTPRelease) throws {
        let cluster = try Cluster(release)
        let (first, log) = (cluster.nodes[0].name, cluster.daemon.process)
        #expect(try eventually { try cluster.isWhole() }, "\(cluster.state)")
        #expect(
            try eventually { try cluster.metrics().contains("erlclu_peer_up{peer=\"\(first)\"} 1\n") },
            "\(cluster.state)")
        try cluster.network.cut(1, from: Cluster.daemonsNumber)
        var text = ""
        #expect(
            try eventually {
                text = try cluster.metrics()
                return text.contains("erlclu_peer_up{peer=\"\(first)\"} 0\n")
            }, "\(cluster.state)")
        #expect(text.contains("erlclu_handshake_failures_total{peer=\"\(first)\",code=\"E-"), "\(text)")
        for other in cluster.nodes.dropFirst() {
            #expect(text.contains("erlclu_peer_up{peer=\"\(other.name)\"} 1\n"), "\(text)")
        }
        #expect(
            try eventually {
                try !cluster.nodes[0].evaluate("nodes()").contains(cluster.daemon.name)
                    && (release.major < 25 || log.standardError.contains("event=disconnect"))
            }, "\(cluster.state)")
        try cluster.network.mend()
        // What erlclud had of it is lost by then; it dials again after half a minute at most.
        #expect(try eventually(within: 2 * Deadline.patience) { try cluster.isWhole() }, "\(cluster.state)")
        #expect(
            try eventually { try cluster.metrics().contains("erlclu_peer_up{peer=\"\(first)\"} 1\n") },
            "\(cluster.state)")
        for node in cluster.nodes {
            #expect(try node.evaluate("global:trans({r, self()}, fun() -> done end)") == "done", "\(cluster.state)")
        }
    }

    /// Between two nodes that leave it at that: erlclud reaches both, and sees that they do not reach each other.
    @Test func theCableOfTwoNodesIsPulled() throws {
        let cluster = try Cluster(.host, kernel: ["prevent_overlapping_partitions", "false"])
        let peers = cluster.nodes.map { "erlclu_peer_up{peer=\"\($0.name)\"} 1\n" }
        func shows(missing: Int) throws -> Bool {
            let text = try cluster.metrics()
            return text.contains("erlclu_mesh_links_missing \(missing)\n") && text.contains("erlclu_partitions 1\n")
                && peers.allSatisfy { text.contains($0) }
        }
        #expect(try eventually { try cluster.isWhole() && shows(missing: 0) }, "\(cluster.state)")
        try cluster.network.cut(1, from: 2)
        #expect(try eventually { try shows(missing: 1) }, "\(cluster.state)")
        try cluster.network.mend()
        #expect(
            try eventually {
                try cluster.nodes[0].evaluate("net_adm:ping('\(cluster.nodes[1].name)')") == "pong"
                    && shows(missing: 0)
            }, "\(cluster.state)")
    }
}
