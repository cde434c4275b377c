import ErlangTerm
import ErlcluTestSupport
import Glibc
import Testing

@testable import ReleaseFiles

/// A real `erl` on a machine that is called otherwise: a namespace with its own host name, `hosts` and `resolv.conf`.
@Suite struct HostNamesOracleTests {
    struct Machine: Sendable, CustomStringConvertible {
        var name: String
        var hosts = ""
        var resolver = ""
        var description: String { "\(name), hosts \(hosts.debugDescription), resolv.conf \(resolver.debugDescription)" }
    }

    static let machines = [
        Machine(name: "box"), Machine(name: "box", hosts: "127.0.1.1 other.example.org box\n"),
        Machine(name: "Box", hosts: "127.0.1.1\tbox box.example.org # box.no\n"),
        Machine(
            name: "box", hosts: "fe80::9 no.example.org box\n::1 six.example.org BOX\n127.0.1.1 late.example.org box\n"),
        Machine(name: "box", hosts: "127.0.0.1 localhost\n10.0.0.1 one.a box\n10.0.0.2 two.b box\n"),
        Machine(name: "box", hosts: "127.0.0.1 other box\n"),
        Machine(name: "box", resolver: "search a.example.net\ndomain one.example\n domain two.example # x\n"),
        Machine(name: "box", resolver: "search a.example.net b.example.net\n"),
        Machine(name: "box", hosts: "127.0.1.1 other.example.org box\n", resolver: "domain res.example.net\n"),
        Machine(name: "box.host.example"), Machine(name: "box.host.example", resolver: "domain res.example.net\n"),
    ]

    @Test(.enabled(if: canEnter, "the kernel grants no namespace"), arguments: machines)
    func namesAreThoseOfErl(_ machine: Machine) throws {
        let directory = try TemporaryDirectory()
        let hosts = try directory.write(machine.hosts, to: "hosts", mode: 0o644)
        // Nobody is asked for what is not in the files.
        let resolver = try directory.write(
            "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n" + machine.resolver, to: "resolv.conf", mode: 0o644)
        let script = """
            mount --bind \(hosts) /etc/hosts && mount --bind \(resolver) /etc/resolv.conf && hostname \(machine.name)
            for kind in name sname; do
                echo "$kind $(erl -$kind shop -start_epmd false -dist_listen false -noinput \
                -eval 'io:format("~s",[node()]),halt().' 2>/dev/null | grep ^shop@)"
            done
            """
        let result = try CommandResult.ofSuccessful(
            "unshare", Self.namespace + ["sh", "-c", script], environment: ["HOME": directory.path])
        let ours = HostNames(
            system: machine.name,
            files: MemoryFiles(["/etc/hosts": machine.hosts, "/etc/resolv.conf": machine.resolver]))
        let long = ours.long.map { "shop@" + $0 } ?? ""
        #expect(result.standardOutput == "name \(long)\nsname shop@\(ours.short)\n", "\(result.standardError)")
    }

    private static let namespace = (geteuid() == 0 ? [] : ["--map-root-user"]) + ["--uts", "--mount"]
    static let canEnter = (try? CommandResult.of("unshare", namespace + ["true"]).exitStatus) == 0
}
