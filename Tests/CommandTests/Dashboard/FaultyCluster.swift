import ErlcluTestSupport
import Foundation
import Testing

/// Five nodes of the releases that are there, one of them hidden and one with Elixir, over mutual TLS in a network of
/// their own, and the dashboard that watches them through the first, keeping what it sees.
final class FaultyCluster {
    /// How a node that comes later is.
    struct Guest {
        var number: Int
        var cookie = FaultyCluster.cookie
        var validity = CertificateProfile.Validity.current
        var arguments: [String] = []
    }

    private static let cookie = "test_cookie"
    private static let memberCount = 5
    /// The one that dials nobody whom it is not told to.
    static let hidden = 5
    /// Those of OTP 26 and later refuse one of OTP 23.
    private static let releases = OTPRelease.available.filter { $0.major >= 25 }

    let network: PrivateNetwork
    /// By their numbers; the first is asked.
    private(set) var nodes: [Int: ErlangNodeFixture] = [:]
    let screen: TmuxScreen
    private let tool: NodeTool
    private let directory: TemporaryDirectory
    private var recording: String { directory.file("seen.jsonl") }

    init() throws {
        directory = try TemporaryDirectory()
        network = try PrivateNetwork(addresses: 8)
        let (network, count) = (self.network, Self.memberCount)
        // Each is written by one thread, and read when all are done.
        nonisolated(unsafe) var started = [Result<ErlangNodeFixture, any Error>?](repeating: nil, count: count)
        started.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let places = buffer
            DispatchQueue.concurrentPerform(iterations: count) { place in
                places[place] = Result { try Self.start(Self.member(place + 1), in: network) }
            }
        }
        for (place, node) in started.enumerated() { nodes[place + 1] = try node?.get() }
        let entry = try #require(nodes[1])
        for number in 2...count { try nodes[number]?.evaluate("net_kernel:connect_node('\(entry.name)')") }
        for number in 2..<count { try nodes[number]?.expectVisible(count - 2) }
        tool = try NodeTool(entry)
        let words = ["ui", "--screen", "members", "--record", directory.file("seen.jsonl")]
        let (program, arguments) = network.command("env", [])
        screen = try TmuxScreen(
            "\(([program] + arguments).joined(separator: " ")) \(tool.shellCommand(words)); echo status $?.; read x",
            size: TerminalSize(columns: 110, rows: 44), environment: tool.variables)
    }

    func stop() {
        screen.stop()
        for node in nodes.values { node.stop() }
        network.stop()
    }

    // MARK: nodes

    static func name(_ number: Int) -> String { "n\(number)@\(PrivateNetwork.host(number))" }

    private static func member(_ number: Int) -> Guest {
        Guest(number: number, arguments: number == hidden ? ["-hidden"] : [])
    }

    private static func start(_ guest: Guest, in network: PrivateNetwork) throws -> ErlangNodeFixture {
        let host = PrivateNetwork.host(guest.number)
        func certificate(_ validity: CertificateProfile.Validity) throws -> IssuedCertificate {
            try CertificateAuthority.issue(
                CertificateProfile(
                    commonName: "n\(guest.number)", dnsNames: [host], addresses: [host], validity: validity))
        }
        let release = releases[(guest.number - 1) % releases.count]
        let isElixir = guest.number == 4
        // It shows a good one where it dials: a member may serve one that has run out.
        let tls = try NodeTLS(
            certificate: certificate(guest.validity),
            clientCertificate: guest.validity == .current ? nil : certificate(.current))
        let kernel = [
            "net_ticktime", "4", "net_setuptime", "3", "prevent_overlapping_partitions", "false",
            "inet_dist_connect_options", "[{ip,{\(host.replacingOccurrences(of: ".", with: ","))}}]",
        ]
        let node = try ErlangNodeFixture(
            release: release, name: "n\(guest.number)", nameType: .long(host: host), cookie: guest.cookie,
            transport: .tls(tls),
            arguments: ["-kernel"] + kernel + guest.arguments + (isElixir ? release.elixirArguments() : []),
            network: network)
        if isElixir { #expect(try node.evaluate("element(1, application:ensure_all_started(elixir))") == "ok") }
        return node
    }

    /// Starts one of the members again, or another node; it knows nobody.
    @discardableResult
    func start(_ number: Int) throws -> ErlangNodeFixture { try start(Self.member(number)) }

    @discardableResult
    func start(_ guest: Guest) throws -> ErlangNodeFixture {
        nodes[guest.number]?.stop()
        let node = try Self.start(guest, in: network)
        nodes[guest.number] = node
        return node
    }

    func node(_ number: Int) throws -> ErlangNodeFixture { try #require(nodes[number]) }

    /// - Returns: whether there is a link between them then.
    @discardableResult
    func connect(_ number: Int, to other: Int) throws -> Bool {
        try node(number).evaluate("net_kernel:connect_node('\(Self.name(other))')") == "true"
    }

    /// Whether a member has a link to another node, as it says itself.
    func knows(_ number: Int, _ other: Int) throws -> Bool {
        try node(number).evaluate("lists:member('\(Self.name(other))', nodes(connected))") == "true"
    }

    // MARK: what is seen

    /// The lists of members so far, each by name.
    private func lists() throws -> [[String: [String: Any]]] {
        try String(contentsOfFile: recording, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard line.contains("\"members\":"),
                let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let members = object["members"] as? [[String: Any]]
            else { return nil }
            return Dictionary(members.map { ($0["node"] as? String ?? "", $0) }) { first, _ in first }
        }
    }

    /// What a member knows is on the screen within two refreshes of its knowing.
    /// - Parameters:
    ///   - knows: whether a member knows it.
    ///   - shows: whether a list of members says so.
    func expectListed(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation, once knows: () throws -> Bool,
        _ shows: ([String: [String: Any]]) -> Bool
    ) throws {
        let isKnown = try eventually(knows)
        #expect(isKnown, "nobody knows: \(what)", sourceLocation: sourceLocation)
        let before = try lists().count
        var after: [[String: [String: Any]]] = []
        let isThere = try eventually {
            after = Array(try lists().dropFirst(before))
            return after.prefix(2).contains(where: shows) || after.count >= 2
        }
        #expect(
            isThere && after.prefix(2).contains(where: shows), "\(what): \(after.prefix(2))",
            sourceLocation: sourceLocation)
    }

    /// - Parameter isLast: the last rows are looked at, whatever comes meanwhile.
    func expect(
        _ what: String, on key: String? = nil, within seconds: Double = Deadline.patience, isLast: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation, _ condition: (String) -> Bool
    ) throws {
        if let key { try screen.press(key) }
        var seen = ""
        let satisfied = try eventually(within: seconds) {
            if isLast { try screen.press("G") }
            let look = try screen.wait(within: isLast ? 1 : seconds, until: condition)
            seen = look.screen
            return look.satisfied
        }
        #expect(satisfied, "\(what)\n\(seen)", sourceLocation: sourceLocation)
    }
}

extension ErlangNodeFixture {
    fileprivate func expectVisible(_ count: Int) throws {
        let isComplete = try eventually { try evaluate("length(nodes())") == "\(count)" }
        let seen = try evaluate("nodes()")
        #expect(isComplete, "\(name): \(seen)")
    }
}
