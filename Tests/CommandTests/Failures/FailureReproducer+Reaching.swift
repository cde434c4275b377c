import Diagnosis
import ErlangNode
import ErlcluTestSupport

extension FailureReproducer {
    /// Before a byte of distribution is spoken.
    static let reaching: [FailureReproducer] = [
        FailureReproducer(.dns) {
            // A label that no name server is asked for: where there is none, it would be a question of time.
            let host = String(repeating: "x", count: 64) + ".invalid"
            return FailedCommand(
                arguments: ["ping", "-n", "app@\(host)", "--cookie-env", "COOKIE"], environment: ["COOKIE": "x"],
                scrubs: [.text(host, as: "no-such-host.invalid"), .text("Name or service not known", as: "REASON")])
        },
        FailureReproducer(.epmdRefused) { asking(epmd: try DeadPort.make()) },
        FailureReproducer(.epmdRefused, "a close instead of an answer") {
            let peer = try ScriptedPeer([.receive(3)])
            return asking(epmd: peer.port, [peer])
        },
        FailureReproducer(.epmdTimeout, "silent") {
            let peer = try ScriptedPeer([.stall])
            return asking(epmd: peer.port, [peer])
        },
        FailureReproducer(.epmdTimeout, "filtered") {
            let peer = try DeafListener()
            return asking(epmd: peer.port, [peer])
        },
        FailureReproducer(.epmdNotRegistered, "a near name") {
            // An epmd of its own: the run's knows who knows what.
            let mapper = try PortMapper()
            let node = try ErlangNodeFixture(name: "billing", variables: ["ERL_EPMD_PORT": "\(mapper.port)"])
            return asking(epmd: mapper.port, name: "biling@127.0.0.1", [mapper, node])
        },
        FailureReproducer(.epmdNotRegistered, "nobody") {
            let mapper = try PortMapper()
            return asking(epmd: mapper.port, [mapper])
        },
        FailureReproducer(.tcpRefused, "stale epmd") {
            // What epmd says of a node whose listener is gone: type 77, protocol 0, versions 6 and 5, the name.
            let port = try DeadPort.make()
            let entry: [UInt8] = [119, 0, UInt8(port >> 8), UInt8(port & 255), 77, 0, 0, 6, 0, 5, 0, 3]
            let mapper = try ScriptedPeer([.receive(3), .send(entry + Array("app".utf8) + [0, 0])])
            return asking(epmd: mapper.port, [mapper])
        },
        FailureReproducer(.tcpRefused, "by address") { .ping(port: try DeadPort.make(), DeadEnd()) },
        FailureReproducer(.tcpTimeout) {
            let peer = try DeafListener()
            return .ping(port: peer.port, peer, ["--timeout", "4s"])
        },
        FailureReproducer(.tunnel, "ended") {
            through("exec:sh -c 'echo \"Error from server (NotFound): no such pod\" >&2; exit 1'")
        },
        FailureReproducer(.tunnel, "silent") { through("exec:sleep 1000") },
    ]

    private static func through(_ tunnel: String) -> FailedCommand {
        FailedCommand(
            arguments: ["ping", "-n", "app@127.0.0.1", "--via", tunnel, "--cookie-env", "COOKIE", "--timeout", "4s"],
            environment: ["COOKIE": "test_cookie"])
    }

    private static func asking(
        epmd port: UInt16, name: String = "app@127.0.0.1", _ fixtures: [AnyObject] = []
    ) -> FailedCommand {
        FailedCommand(
            arguments: ["ping", "-n", name, "--epmd", "127.0.0.1:\(port)", "--cookie-env", "COOKIE"]
                + ["--timeout", "4s"], environment: ["COOKIE": "test_cookie"], fixtures: fixtures)
    }

    /// A peer that is not there.
    private final class DeadEnd {}
}
