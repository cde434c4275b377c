import Glibc

/// A network namespace with one address, which a cable connects with a `PrivateNetwork`. It is gone with the last process
/// in it.
package final class PrivateHost: @unchecked Sendable {
    package let address: String
    private let holder: ChildProcess

    /// - Parameter holder: a process in the network's namespace.
    init(_ number: Int, in network: PrivateNetwork, holder other: Int32) throws {
        address = PrivateNetwork.host(number)
        let (program, arguments) = network.command(
            "unshare", ["--net", "sh", "-ec", "ip link set lo up; echo ready; exec cat >/dev/null"])
        holder = try ChildProcess(program, arguments)
        guard holder.waitForOutput(containing: "ready") else {
            throw FixtureFailure("no network namespace: \(holder.standardError)")
        }
        // Both ends have one hardware address, and ask nobody for the other's: a cut is silent then.
        let hardware = "02:00:00:00:00:\(number + 10)"
        let outside = """
            ip link add host\(number) address \(hardware) type veth \
                peer name cable address \(hardware) netns \(holder.processIdentifier)
            ip link set host\(number) arp off
            ip link set host\(number) up
            ip route add \(address) dev host\(number)
            """
        let inside = """
            ip link set cable arp off
            ip address add \(address)/32 dev cable
            ip link set cable up
            ip route add default dev cable
            """
        for (program, arguments) in [network.command("sh", ["-ec", outside]), command("sh", ["-ec", inside])] {
            try CommandResult.ofSuccessful(program, arguments)
        }
    }

    /// The command line that runs a program there.
    package func command(_ program: String, _ arguments: [String]) -> (executable: String, arguments: [String]) {
        let enter = geteuid() == 0 ? [] : ["--user", "--preserve-credentials"]
        return ("nsenter", enter + ["--net", "--target", "\(holder.processIdentifier)", program] + arguments)
    }

    package func stop() { holder.terminate() }
}
