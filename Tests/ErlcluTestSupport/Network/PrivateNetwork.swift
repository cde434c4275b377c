import Foundation
import Glibc

/// A network namespace of its own, with an address for each node and an epmd. Between two of the addresses nothing may go
/// through any more, and nobody is told: a cable that has been pulled. It is gone with the last process in it.
///
///     let network = try PrivateNetwork(addresses: 5)
///     let node = try ErlangNodeFixture(nameType: .long(host: PrivateNetwork.host(2)), network: network)
package final class PrivateNetwork: @unchecked Sendable {
    /// Whether this machine grants one.
    package static let isAvailable =
        (try? CommandResult.of("unshare", arguments + ["sh", "-ec", setup(addresses: 2)]).exitStatus) == 0

    /// Other users than the superuser need a user namespace as well.
    private static let arguments = (geteuid() == 0 ? [] : ["--map-root-user"]) + ["--net"]
    package static let mapperPort: UInt16 = 4369
    /// The table with the only way that leads nowhere.
    private static let nowhere = 66

    private let holder: ChildProcess
    private let lock = NSLock()
    private var cuts: Set<[Int]> = []

    /// - Parameter addresses: how many nodes have room in it; their numbers begin at 1.
    package init(addresses: Int) throws {
        let script = """
            \(Self.setup(addresses: addresses))
            epmd -port \(Self.mapperPort) &
            until epmd -port \(Self.mapperPort) -names >/dev/null 2>&1; do sleep 0.02; done
            echo ready
            cat >/dev/null
            kill -9 $!
            """
        // Its input ends with this process, even by SIGKILL, and epmd with it.
        holder = try ChildProcess("unshare", Self.arguments + ["sh", "-ec", script])
        guard holder.waitForOutput(containing: "ready") else {
            throw FixtureFailure("no network namespace: \(holder.standardError)")
        }
    }

    /// What is delivered here at once is looked up behind the rules that cut; a veth device whose other end takes no
    /// packet swallows what they send there.
    private static func setup(addresses: Int) -> String {
        """
        ip link set lo up
        for number in $(seq 1 \(addresses)); do ip address add 10.42.0.$number/32 dev lo; done
        ip rule add pref 10 lookup local
        ip rule delete pref 0
        ip link add hole type veth peer name bottom
        ip link set hole arp off
        ip link set hole up
        ip link set bottom up
        ip route add default dev hole table \(nowhere)
        """
    }

    package static func host(_ number: Int) -> String { "10.42.0.\(number)" }

    /// A host of its own behind a cable, for programs that dial from whatever address their host has.
    /// - Parameter number: of its address, which is to be none of `addresses`.
    package func addHost(_ number: Int) throws -> PrivateHost {
        try PrivateHost(number, in: self, holder: holder.processIdentifier)
    }

    /// The command line that runs a program inside.
    package func command(_ program: String, _ arguments: [String]) -> (executable: String, arguments: [String]) {
        let enter = geteuid() == 0 ? [] : ["--user", "--preserve-credentials"]
        return ("nsenter", enter + ["--net", "--target", "\(holder.processIdentifier)", program] + arguments)
    }

    /// No packet gets from any of `some` to any of `others`, nor back, until `mend`. Nodes are meant that use their own
    /// address where they dial.
    package func cut(_ some: [Int], from others: [Int]) throws {
        for one in some { for other in others { try rule("add", one, other) } }
    }

    package func cut(_ one: Int, from other: Int) throws { try cut([one], from: [other]) }

    /// All goes through again.
    package func mend() throws {
        for pair in lock.withLock({ cuts }) { try rule("delete", pair[0], pair[1]) }
    }

    private func rule(_ verb: String, _ one: Int, _ other: Int) throws {
        for (from, to) in [(one, other), (other, one)] {
            let words = ["rule", verb, "pref", "5", "from", Self.host(from), "to", Self.host(to)]
            let (program, arguments) = command("ip", words + ["lookup", "\(Self.nowhere)"])
            try CommandResult.ofSuccessful(program, arguments)
        }
        lock.withLock {
            if verb == "add" { cuts.insert([one, other]) } else { cuts.remove([one, other]) }
        }
    }

    package func stop() { holder.terminate() }
}
