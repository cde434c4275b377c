import ErlangTerm
import Testing

@testable import ReleaseFiles

@Suite struct SettingsResolverTests {
    private func resolve(
        _ files: [String: String] = [:], _ environment: [String: String] = [:], permissions: [String: Int] = [:],
        unreadable: Set<String> = [],
        _ set: (inout SettingsFlags) -> Void = { _ in }
    ) throws -> NodeSettings {
        var memory = MemoryFiles(files)
        memory.permissions = permissions
        memory.unreadable = unreadable
        var flags = SettingsFlags()
        set(&flags)
        let environment = environment.merging(["HOME": "/home/u"]) { given, _ in given }
        return try SettingsResolver(flags: flags, environment: environment, files: memory, hostName: "box.example.org")
            .resolve()
    }

    static let relx = [
        "/rel/releases/start_erl.data": "13.1 1.2.0\n",
        "/rel/releases/1.2.0/vm.args": """
        -name app@10.0.0.1
        -setcookie relcookie
        -proto_dist inet_tls
        -ssl_dist_optfile etc/dist.config
        """,
        "/rel/etc/dist.config":
            "[{client,[{cacertfile,\"etc/ca.pem\"},{certfile,\"etc/c.pem\"},{verify,verify_peer}]}].",
        "/rel/etc/ca.pem": "", "/rel/etc/c.pem": "",
    ]

    @Test func nothingGiven() throws {
        let settings = try resolve()
        #expect(settings.nodes == Sourced([], .fallback))
        #expect(settings.cookie == nil)
        #expect(settings.transport.value == .tcp)
        #expect(settings.epmd.value == .lookup(host: nil, port: 4369))
        #expect(settings.timeoutMilliseconds.value == 10_000)
        #expect(settings.tls.verifiesPeer.value)
        #expect(settings.mode.value == .readWrite)
    }

    @Test func namesAreCompleted() throws {
        let settings = try resolve { $0.nodes = ["app", "b@h"] }
        #expect(settings.nodes.value == ["app@box", "b@h"])
        #expect(settings.nameType.value == .short)
        let long = try resolve([:], ["RELEASE_NODE": "app", "RELEASE_DISTRIBUTION": "name"])
        #expect(long.nodes == Sourced(["app@box.example.org"], .environment("RELEASE_NODE")))
        #expect(long.nameType.value == .long)
        let resolver = ["/etc/resolv.conf": "domain example.net\n", "/vm": "-name app"]
        #expect(try resolve(resolver) { $0.vmArguments = "/vm" }.nodes.value == ["app@box.example.net"])
    }

    @Test func relxRelease() throws {
        let settings = try resolve(Self.relx) { $0.release = "/rel/" }
        #expect(settings.nodes == Sourced(["app@10.0.0.1"], .file("/rel/releases/1.2.0/vm.args", line: 1)))
        #expect(settings.nameType.value == .long)
        #expect(settings.cookie?.value.bytes == Array("relcookie".utf8))
        #expect(settings.transport == Sourced(.tls, .file("/rel/releases/1.2.0/vm.args", line: 3)))
        #expect(settings.optfile?.value == "/rel/etc/dist.config")
        #expect(settings.tls.ca == Sourced("/rel/etc/ca.pem", .file("/rel/etc/dist.config", line: 1)))
        #expect(settings.tls.key?.value == "/rel/etc/c.pem")
        #expect(settings.tls.verifiesPeer.value)
    }

    @Test func sourceFilesAreExpanded() throws {
        var files = Self.relx
        files["/etc/vm.args.src"] = "-name app@${IP:-10.0.0.7}\n-setcookie x\n"
        #expect(try resolve(files) { $0.vmArguments = "/etc/vm.args.src" }.nodes.value == ["app@10.0.0.7"])
        files["/rel/releases/1.2.0/vm.args.src"] = "-name app@${IP}\n-setcookie ${C:-dflt}\n"
        let expanded = try resolve(files, ["IP": "10.9.9.9"]) { $0.release = "/rel" }
        #expect(expanded.nodes.value == ["app@10.9.9.9"])
        #expect(expanded.cookie?.value.bytes == Array("dflt".utf8))
        // Without the variable, the file that the node was started with knows better.
        #expect(try resolve(files) { $0.release = "/rel" }.nodes.value == ["app@10.0.0.1"])
    }

    @Test func mixReleaseWithFilesThatCannotBeUsed() throws {
        let files = [
            "/m/releases/start_erl.data": "14.2 0.1.0", "/m/releases/COOKIE": "MIX\u{1}COOKIE",
            "/m/releases/0.1.0/env.sh": "#!/bin/sh\n",
        ]
        let bad = try resolve(files) { $0.release = "/m" }
        #expect(bad.cookie == nil)
        #expect(bad.warnings == ["/m/releases/COOKIE: bad characters in the cookie"])
        let unreadable: Set = ["/m/releases/COOKIE", "/m/releases/0.1.0/env.sh"]
        #expect(
            try resolve(files, unreadable: unreadable) { $0.release = "/m" }.warnings == [
                "/m/releases/0.1.0/env.sh: cannot be read: Permission denied",
                "/m/releases/COOKIE: cannot be read: Permission denied",
            ])
        var without = files
        without["/m/releases/COOKIE"] = nil
        #expect(try resolve(without) { $0.release = "/m" }.warnings.isEmpty)
    }

    @Test func mixRelease() throws {
        let files = [
            "/m/releases/start_erl.data": "14.2 0.1.0", "/m/releases/COOKIE": "MIXCOOKIE",
            "/m/releases/0.1.0/demo.rel": "", "/m/releases/0.1.0/vm.args": "+K true\n",
            "/m/releases/0.1.0/env.sh": """
            #!/bin/sh
            # export RELEASE_NODE=commented
            IP=10.0.0.7
            export RELEASE_DISTRIBUTION=name
            export RELEASE_NODE="${RELEASE_NAME}@$IP"
            export ERL_FLAGS='-proto_dist inet_tls'
            export RELEASE_COOKIE=$(cat /x)
            """,
        ]
        let settings = try resolve(files) { $0.release = "/m" }
        #expect(settings.nodes == Sourced(["demo@10.0.0.7"], .file("/m/releases/0.1.0/env.sh", line: 5)))
        // Not that of the file, which the script would not take.
        #expect(settings.cookie == nil)
        #expect(settings.transport.value == .tls)
        #expect(
            settings.cookieProblem
                == "file /m/releases/0.1.0/env.sh:7: RELEASE_COOKIE is not read: it depends on a command in line 7, and "
                + "nothing is asked of the release")
        var plain = files
        plain["/m/releases/0.1.0/env.sh"] = "#!/bin/sh\n"
        #expect(try resolve(plain) { $0.release = "/m" }.nodes.value == ["demo@box"])
        #expect(
            try resolve(plain, ["RELEASE_COOKIE": "E"]) { $0.release = "/m" }.cookie?.origin
                == .environment("RELEASE_COOKIE"))
    }

    @Test func precedenceOfCookies() throws {
        var files = Self.relx
        files["/home/u/.erlang.cookie"] = "homecookie\n"
        files["/home/u/.config/erlang/.erlang.cookie"] = "xdg"
        files["/home/u/.config/erlclu/erlclu.config"] =
            "{context, c, [{cookie, \"contextcookie\"}, {release, \"/rel\"}]}."
        files["/f"] = "flagcookie"
        var environment = ["ERLCLU_COOKIE": "own", "RELX_COOKIE": "relx", "ERLCLU_CONTEXT": "c", "V": "fromenv"]
        func cookie(_ set: (inout SettingsFlags) -> Void = { _ in }) throws -> String? {
            try resolve(files, environment, set).cookie.map { String(decoding: $0.value.bytes, as: UTF8.self) }
        }
        #expect(try cookie { $0.cookieFile = "/f" } == "flagcookie")
        #expect(try cookie { $0.cookieEnvironment = "V" } == "fromenv")
        #expect(try cookie() == "own")
        environment["ERLCLU_COOKIE"] = nil
        #expect(try cookie() == "relx")
        environment["RELX_COOKIE"] = nil
        #expect(try cookie() == "contextcookie")
        files["/home/u/.config/erlclu/erlclu.config"] = "{context, c, [{release, \"/rel\"}]}."
        #expect(try cookie() == "relcookie")
        environment["ERLCLU_CONTEXT"] = nil
        #expect(try cookie() == "homecookie")
        files["/home/u/.erlang.cookie"] = nil
        #expect(try cookie() == "xdg")
    }

    @Test func openHomeCookieIsRefused() throws {
        let path = "/home/u/.erlang.cookie"
        let error = try #require(throws: SettingsError.self) { try resolve([path: "x"], permissions: [path: 0o644]) }
        #expect(error.exitStatus == 78)
    }

    @Test func flagsOverTheOptionFile() throws {
        let settings = try resolve(Self.relx) {
            $0.release = "/rel"
            $0.ca = "/my/ca.pem"
            $0.insecure = true
            $0.serverName = "other"
        }
        #expect(settings.tls.ca == Sourced("/my/ca.pem", .flag("--ca")))
        #expect(settings.tls.certificate?.value == "/rel/etc/c.pem")
        #expect(settings.tls.verifiesPeer == Sourced(false, .flag("--insecure")))
        #expect(settings.tls.serverName?.value == .name("other"))
    }

    @Test func keysStayWithTheirCertificates() throws {
        let settings = try resolve(Self.relx) {
            $0.release = "/rel"
            $0.certificate = "/my/c.pem"
        }
        #expect(settings.tls.certificate?.value == "/my/c.pem")
        #expect(settings.tls.key?.value == "/my/c.pem")
    }

    @Test func transports() throws {
        #expect(
            try resolve(Self.relx) {
                $0.release = "/rel"; $0.transport = "tcp"
            }.transport.value == .tcp)
        #expect(
            try resolve(Self.relx) {
                $0.release = "/rel"; $0.transport = "auto"
            }.transport.value == .tls)
        let optfile = try resolve(["/o": "[{client,[]}]."], [:]) { $0.optfile = "/o" }
        #expect(optfile.transport.value == .tls)
        #expect(try resolve { $0.ca = "/ca" }.transport.value == .tls)
        #expect(throws: SettingsError.self) { try resolve { $0.optfile = "/none" } }
    }

    @Test func epmd() throws {
        #expect(
            try resolve([:], ["ERL_EPMD_PORT": "5000"]).epmd
                == Sourced(.lookup(host: nil, port: 5000), .environment("ERL_EPMD_PORT")))
        let here = try resolve([:], ["ERL_EPMD_ADDRESS": "10.1.1.1,10.1.1.2"]) { $0.nodes = ["a"] }
        #expect(here.epmd.value == .lookup(host: "10.1.1.1", port: 4369))
        let there = try resolve([:], ["ERL_EPMD_ADDRESS": "10.1.1.1"]) { $0.nodes = ["a@there"] }
        #expect(there.epmd.value == .lookup(host: nil, port: 4369))
        #expect(try resolve { $0.epmd = "none" }.epmd == Sourced(.none, .flag("--epmd")))
        #expect(try resolve { $0.epmd = "[::1]:4370" }.epmd.value == .lookup(host: "::1", port: 4370))
        let without = try resolve(["/vm": "-name a@1.1.1.1 -start_epmd false -erl_epmd_port 9100"]) {
            $0.vmArguments = "/vm"
        }
        #expect(without.epmd.value == EPMDChoice.none)
        #expect(without.distributionPort?.value == 9100)
        let range = "-kernel inet_dist_listen_min 9 inet_dist_listen_max 9"
        let known = try resolve(["/vm": "-sname a -start_epmd false \(range)"]) { $0.vmArguments = "/vm" }
        #expect(known.epmd == Sourced(.lookup(host: nil, port: 4369), .fallback))
        #expect(known.distributionPort == nil)
        let module = try resolve(["/vm": "-sname a -epmd_module Elixir.Epmd \(range)"]) { $0.vmArguments = "/vm" }
        #expect(module.epmd == Sourced(.none, .file("/vm", line: 1)))
        #expect(module.distributionPort?.value == 9)
        let told = try resolve(["/vm": "-sname a -kernel inet_dist_listen_min 9"]) {
            $0.vmArguments = "/vm"
            $0.epmd = "none"
        }
        #expect(told.distributionPort?.value == 9)
        #expect(try resolve([:], ["ERL_DIST_PORT": "8001"]).distributionPort?.value == 8001)
    }

    @Test(arguments: [
        ("--address", "nohost", 64), ("--address", "h:0", 64), ("--address", "h:65536", 64),
        ("--transport", "udp", 64), ("--timeout", "-1s", 64), ("--timeout", "soon", 64), ("--epmd", "x", 64),
        ("--release", "/none", 66), ("--vm-args", "/none", 66), ("--cookie-file", "/none", 66),
        ("--cookie-env", "NONE", 78), ("--context", "c", 66), ("--config", "/none", 66),
    ])
    func refused(option: String, value: String, status: Int32) throws {
        let error = try #require(throws: SettingsError.self) {
            try resolve { flags in
                switch option {
                case "--address": flags.address = value
                case "--transport": flags.transport = value
                case "--timeout": flags.timeout = value
                case "--epmd": flags.epmd = value
                case "--release": flags.release = value
                case "--vm-args": flags.vmArguments = value
                case "--cookie-file": flags.cookieFile = value
                case "--cookie-env": flags.cookieEnvironment = value
                case "--context": flags.context = value
                default: flags.configuration = value
                }
            }
        }
        #expect(error.exitStatus == status)
    }

    /// What `env.sh` computes is not given by `vm.args` instead: the script's option comes first all the same.
    @Test func nameThatOnlyTheShellKnows() throws {
        let files = [
            "/m/releases/start_erl.data": "14.2 0.1.0", "/m/releases/0.1.0/shop.rel": "",
            "/m/releases/0.1.0/env.sh": "export RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=shop@$(hostname -i)\n",
            "/m/releases/0.1.0/vm.args": "-name b@10.0.0.1\n-setcookie x\n",
        ]
        let settings = try resolve(files) { $0.release = "/m" }
        #expect(settings.nodes.value == [])
        #expect(settings.nameProblem?.contains("env.sh:2: RELEASE_NODE is not read") == true)
        #expect(settings.cookie?.value.bytes == Array("x".utf8))
    }

    /// mix's own tools take their options from `remote.vm.args`, but not the node's name and cookie.
    @Test func howMixReachesTheNode() throws {
        let files = [
            "/m/releases/start_erl.data": "14.2 0.1.0", "/m/releases/COOKIE": "MIX",
            "/m/releases/0.1.0/env.sh": "export RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=a@10.0.0.1\n",
            "/m/releases/0.1.0/vm.args": "-proto_dist inet_tls -ssl_dist_optfile node -name b@10.0.0.1\n",
            "/m/releases/0.1.0/remote.vm.args":
                "-proto_dist inet_tls -ssl_dist_optfile client -name c@10.0.0.1\n-erl_epmd_port 9100 -start_epmd false\n",
            "/m/node": "[{client, [{depth, 1}]}].", "/m/client": "[{client, [{depth, 2}]}].",
        ]
        let settings = try resolve(files) { $0.release = "/m" }
        #expect(settings.nodes.value == ["a@10.0.0.1"])
        #expect(settings.cookie?.value.bytes == Array("MIX".utf8))
        #expect(settings.tls.depth?.value == 2)
        #expect(settings.distributionPort == Sourced(9100, .file("/m/releases/0.1.0/remote.vm.args", line: 2)))
        let flags = try resolve(files, ["ERL_FLAGS": "-erl_epmd_port 9200"]) { $0.release = "/m" }
        #expect(flags.distributionPort == Sourced(9200, .file("ERL_FLAGS", line: 1)))
    }

    /// The port is in `sys.config`, and what `vm.args` says of a parameter counts before it.
    @Test func portsOfTheSystemConfiguration() throws {
        var files = Self.relx
        files["/rel/releases/1.2.0/vm.args"]? += "\n-epmd_module shop_epmd\n"
        files["/rel/releases/1.2.0/sys.config"] =
            "[{shop, [{kernel, 1}]},\n {kernel, [{inet_dist_listen_min, 9100}, {inet_dist_listen_max, 9100}]}]."
        let settings = try resolve(files) { $0.release = "/rel" }
        #expect(settings.distributionPort == Sourced(9100, .file("/rel/releases/1.2.0/sys.config", line: 2)))
        files["/rel/releases/1.2.0/vm.args"]? += "-kernel inet_dist_listen_max 9105\n"
        #expect(try resolve(files) { $0.release = "/rel" }.distributionPort == nil)
        files["/rel/releases/1.2.0/sys.config"] = "[{kernel, [{inet_dist_listen_min, ${PORT}}]}]."
        #expect(try resolve(files) { $0.release = "/rel" }.distributionPort == nil)
    }

    @Test(arguments: [
        ("couch", "-ssl_dist_optfile o", Transport.tls),
        ("Elixir.Shop.Dist", "-ssl_dist_opt client_verify verify_peer", .tls),
        ("couch", "", .tcp), ("inet_tcp", "-ssl_dist_optfile o", .tcp), ("inet6_tcp", "-ssl_dist_optfile o", .tcp),
        ("inet6_tls", "", .tls),
    ])
    func carriers(carrier: String, options: String, expected: Transport) throws {
        let files = ["/vm": "-name a@b.c\n-proto_dist \(carrier) \(options)", "/o": "[]."]
        let settings = try resolve(files) { $0.vmArguments = "/vm" }
        #expect(settings.transport == Sourced(expected, .file("/vm", line: 2)))
    }

    /// Of a value that is put in later nothing is made; which one, and where, is said.
    @Test(arguments: [
        ("vm.args.src", "\n-name ${SHOP_NODE_NAME}", ":2: ${SHOP_NODE_NAME} is not set here; -name is not known"),
        ("vm.args.src", "-sname shop@${POD_IP}", ":1: ${POD_IP} is not set here; -sname is not known"),
        (
            "vm.args", "-name ${N}",
            ":1: nothing replaces ${N} in this file: relx does that in vm.args.src; -name is not known"
        ),
        (
            "vm.args", "# {{ x }}\n-sname {{ rel_name }}",
            ":2: this file is a template: {{ rel_name }} is put in when the release is built; -sname is not known"
        ),
        (
            "vm.args", "-name {{name}}@127.0.0.1",
            ":1: this file is a template: {{name}} is put in when the release is built; -name is not known"
        ),
        (
            "vm.args", "-name <%= @release.name %>@h.x",
            ":1: this file is a template: <%= @release.name %> is put in when the release is built; -name is not known"
        ),
    ])
    func namesThatArePutInLater(name: String, text: String, problem: String) throws {
        let settings = try resolve(["/d/" + name: text]) { $0.vmArguments = "/d/" + name }
        #expect(settings.nodes.value == [])
        #expect(settings.nameProblem == "file /d/" + name + problem)
        let named = try resolve(["/d/" + name: text]) {
            $0.vmArguments = "/d/" + name
            $0.nodes = ["a@b"]
        }
        #expect(named.nameProblem == nil)
    }

    @Test func otherValuesThatArePutInLater() throws {
        let text = """
            -name a@b.c
            -setcookie ${SHOP_COOKIE}
            -proto_dist inet_tls -ssl_dist_optfile ${ROOTDIR}/o
            -erl_epmd_port {{ port }}
            +P {{ processes }}
            -kernel inet_dist_use_interface {{127,0,0,1}}
            """
        let settings = try resolve(["/vm.args.src": text]) { $0.vmArguments = "/vm.args.src" }
        #expect(settings.cookie == nil)
        #expect(settings.optfile == nil)
        #expect(settings.distributionPort == nil)
        #expect(
            settings.warnings.map { $0.prefix(24) } == [
                "file /vm.args.src:3: ${R", "file /vm.args.src:4: thi", "file /vm.args.src:2: ${S",
            ])
    }

    @Test func environmentIsConfiguration() throws {
        let error = try #require(throws: SettingsError.self) { try resolve([:], ["ERLCLU_TIMEOUT": "x"]) }
        #expect(error.exitStatus == 78)
        #expect(error.message == "ERLCLU_TIMEOUT: expected a time such as 10s, 500ms or 2m, not 'x'")
        let settings = try resolve(
            [:],
            ["ERLCLU_NODE": "a@b, c@d", "ERLCLU_TIMEOUT": "1.5s", "ERLCLU_INSECURE": "1", "ERLCLU_MODE": "read_only"])
        #expect(settings.nodes.value == ["a@b", "c@d"])
        #expect(settings.timeoutMilliseconds.value == 1500)
        #expect(!settings.tls.verifiesPeer.value)
        #expect(settings.mode.value == .readOnly)
    }

    @Test func defaultContext() throws {
        let files = [
            "/home/u/.config/erlclu/erlclu.config":
                "{default_context, c}. {context, c, [{nodes, ['x@y']}, {optfile, \"o\"}]}.",
            "/home/u/.config/erlclu/o": "[{client, [{depth, 1}]}].",
        ]
        let settings = try resolve(files)
        #expect(settings.nodes.value == ["x@y"])
        #expect(settings.context?.value == "c")
        #expect(settings.tls.depth?.value == 1)
        #expect(settings.transport.value == .tls)
        #expect(try resolve(files) { $0.nodes = ["z@y"] }.nodes.value == ["z@y"])
    }

    @Test func noSecretIsShown() throws {
        let settings = try resolve([:], ["ERLCLU_COOKIE": "topsecret", "ERLCLU_KEY_PASSWORD": "passphrase"])
        #expect(settings.cookie?.origin.description == "environment ERLCLU_COOKIE")
        #expect(!"\(settings)".contains("topsecret") && !"\(settings)".contains("passphrase"))
    }
}
