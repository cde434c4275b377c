import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

/// What a real node makes of its arguments: its name, its cookie, where it listens and at which epmd it is known.
@Suite struct DistributionArgumentsOracleTests {
    static let judges = OTPRelease.available.filter { [25, 27].contains($0.major) }

    /// A fixed port of its own for each, as several nodes run at once; 272xx stands for 271xx on all releases but the
    /// installed one.
    static let ports = [
        "", "-start_epmd false", "-erl_epmd_port 27101", "-erl_epmd_port 27102 -erl_epmd_port 27103",
        "-start_epmd false -erl_epmd_port 27104", "-kernel inet_dist_listen_min 27105",
        "-kernel inet_dist_listen_max 27106", "-kernel inet_dist_listen_min 27107 -kernel inet_dist_listen_max 27107",
        "-kernel inet_dist_listen_min 27108 -kernel inet_dist_listen_min 27109",
        "-kernel inet_dist_listen_min 27110 inet_dist_listen_max any", "-erl_epmd_port 0",
        "-erl_epmd_port 27111 -kernel inet_dist_listen_min 27112", "-epmd_module erl_epmd -epmd_module nothing",
        "-start_epmd false -env ERL_EPMD_PORT 1", "-kernel inet_dist_listen_min {a,1}",
    ]

    @Test(arguments: ports, judges) func portsAreThoseOfErl(_ source: String, _ release: OTPRelease) throws {
        let source = release == .host ? source : source.replacing("271", with: "272")
        let directory = try TemporaryDirectory(in: release.root.map { "\($0)/tmp" })
        let mapper = try PortMapper.shared.get()
        let alive = "dao\(UInt32.random(in: 0...UInt32.max))"
        let path = try directory.write("-name \(alive)@127.0.0.1\n-setcookie c\n\(source)\n", to: "vm.args")
        // Port of the listening socket, and what epmd says.
        let program = """
            [Port | _] = [P || S <- erlang:ports(), {name, "tcp_inet"} =:= erlang:port_info(S, name),
                {ok, {_, P}} <- [inet:sockname(S)], {error, enotconn} =:= inet:peername(S)],
            {ok, Names} = erl_epmd:names({127,0,0,1}),
            io:format("~w.~n", [{Port, proplists:get_value("\(alive)", Names)}]), halt().
            """
        let (erl, arguments) = release.command(
            "erl", ["-args_file", release.path(seenFromInside: path), "-noinput", "-eval", program])
        let result = try CommandResult.ofSuccessful(
            erl, arguments,
            environment: [
                "ERL_EPMD_PORT": "\(mapper.port)", "HOME": release.path(seenFromInside: directory.path),
            ])
        guard case .tuple(let pair)? = try TermParser.consult(bytes: result.standardOutputBytes).first,
            let port = pair[0].integer
        else { throw FixtureFailure(result.standardOutput + result.standardError) }
        #expect(pair[1].integer == port, "each of them is known at the epmd")
        let ours = DistributionArguments(try VMArguments.read(path, SystemFiles()))
        if let known = ours.distributionPort ?? ours.listenPorts.fixed {
            #expect(known.value == port)
        } else {
            #expect(!(27101...27299).contains(port), "fixed, and we did not know it")
        }
        #expect(ours.epmd?.value != EPMDChoice.none || ours.distributionPort != nil)
    }

    static let identities = [
        "-name a@127.0.0.1 -setcookie x", "-name a@127.0.0.1 -name b@127.0.0.1 -setcookie x",
        "-name a@127.0.0.1 -sname b@localhost -setcookie x", "-sname a@localhost x -name b@127.0.0.1 -setcookie x",
        "-name a@127.0.0.1 -setcookie x -setcookie y", "-name a@127.0.0.1 -setcookie x -setcookie x",
        "-name a@127.0.0.1 -setcookie x -setcookie", "-name a@127.0.0.1 -setcookie q@h z -setcookie x",
        "-name a@127.0.0.1 -setcookie ${NAME}", "-name a@127.0.0.1 -setcookie a b c -setcookie x",
    ]

    @Test(arguments: identities, judges)
    func nameAndCookieAreThoseOfErl(_ source: String, _ release: OTPRelease) throws {
        let directory = try TemporaryDirectory(in: release.root.map { "\($0)/tmp" })
        let path = try directory.write(source + "\n", to: "vm.args")
        try directory.write("homecookie", to: ".erlang.cookie", mode: 0o400)
        let program = "io:format(\"~tp.~n\", [{node(), erlang:get_cookie()}]), halt()."
        let (erl, arguments) = release.command(
            "erl",
            [
                "-args_file", release.path(seenFromInside: path), "-noinput", "-dist_listen", "false", "-start_epmd",
                "false", "-eval", program,
            ])
        let result = try CommandResult.ofSuccessful(
            erl, arguments, environment: ["HOME": release.path(seenFromInside: directory.path)])
        let line = result.standardOutput.split(separator: "\n").last.map(String.init) ?? ""
        guard case .tuple(let pair)? = try TermParser.consult(bytes: Array(line.utf8)).first else {
            throw FixtureFailure(result.standardOutput + result.standardError)
        }
        var flags = SettingsFlags()
        flags.vmArguments = path
        let ours = try SettingsResolver(
            flags: flags, environment: ["HOME": directory.path], files: SystemFiles(), hostName: "localhost"
        ).resolve()
        #expect(ours.nodes.value == [pair[0].text])
        #expect(ours.cookie?.value.bytes == pair[1].text.map { Array($0.utf8) })
    }
}
