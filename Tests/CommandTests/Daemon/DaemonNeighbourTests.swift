import ErlcluTestSupport
import Glibc
import Testing

/// What OTP's own libraries do between two nodes goes on while an erlclud joins, leaves and is killed.
@Suite(.waiting) struct DaemonNeighbourTests {
    /// How an erlclud goes, and whether it has joined by then.
    private static let rounds: [(signal: Int32, hasJoined: Bool)] = [
        (SIGKILL, false), (SIGKILL, true), (SIGTERM, true),
    ]

    private static func daemon(_ node: ErlangNodeFixture, _ options: [String]) throws -> DaemonFixture {
        try DaemonFixture(options: ["--discover", "static:\(node.name)", "--probe-interval", "86400"] + options)
    }

    private static func pair(_ release: OTPRelease, _ arguments: [String] = []) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release, arguments: arguments) }
        #expect(try nodes[0].evaluate("net_adm:ping('\(nodes[1].name)')") == "pong")
        return nodes
    }

    /// One after another comes and goes; `check` is run before, during and after.
    private static func comeAndGo(
        _ nodes: [ErlangNodeFixture], _ options: [String], by list: String, _ check: (String) throws -> Void
    ) throws {
        try check("before")
        for (number, round) in rounds.enumerated() {
            let daemon = try daemon(nodes[0], options)
            if round.hasJoined {
                for node in nodes.prefix(options.isEmpty ? 1 : 2) {
                    #expect(
                        try eventually { try node.evaluate(list).contains(daemon.name) },
                        "\(daemon.process.standardError)\(node.log)")
                }
            }
            try check("with \(number)")
            daemon.process.signal(round.signal)
            try check("end of \(number)")
            _ = try daemon.process.wait()
            for node in nodes {
                #expect(try eventually { try !node.evaluate(list).contains(daemon.name) }, "\(node.log)")
            }
            try check("after \(number)")
        }
        for (node, other) in zip(nodes, nodes.reversed()) {
            #expect(try node.evaluate("nodes()") == "['\(other.name)']", "\(node.log)")
            #expect(!node.log.contains("disconnect from node '\(other.name)'"), "\(node.log)")
        }
    }

    @Test(arguments: OTPRelease.available)
    func processGroupsBesideAVisibleOne(_ release: OTPRelease) throws {
        let nodes = try Self.pair(release)
        let start = """
            begin
                {ok, _} = pg:start(pg),
                register(member, spawn(fun() -> receive stop -> ok end end)),
                pg:join(all, whereis(member))
            end
            """
        for node in nodes { #expect(try node.evaluate(start) == "ok") }
        try Self.comeAndGo(nodes, ["--visible"], by: "nodes()") { (when: String) throws in
            for node in nodes {
                #expect(try eventually { try node.evaluate("length(pg:get_members(all))") == "2" }, "\(when)")
            }
            #expect(try nodes[1].evaluate("pg:join(some, whereis(member))") == "ok")
            #expect(
                try eventually {
                    try nodes[0].evaluate("[node(Pid) || Pid <- pg:get_members(some)]") == "['\(nodes[1].name)']"
                }, "\(when)")
            #expect(try nodes[1].evaluate("pg:leave(some, whereis(member))") == "ok")
            #expect(try eventually { try nodes[0].evaluate("pg:get_members(some)") == "[]" }, "\(when)")
        }
    }

    @Test(arguments: OTPRelease.available)
    func mnesiaBesideAVisibleOne(_ release: OTPRelease) throws {
        let nodes = try Self.pair(release)
        for node in nodes { #expect(try node.evaluate("mnesia:start()") == "ok") }
        let (one, two) = (nodes[0].name, nodes[1].name)
        #expect(
            try nodes[1].evaluate("mnesia:change_config(extra_db_nodes, ['\(one)'])") == "{ok,['\(one)']}")
        #expect(
            try nodes[1].evaluate("mnesia:create_table(t, [{ram_copies, ['\(one)', '\(two)']}])") == "{atomic,ok}")
        #expect(try nodes[0].evaluate("mnesia:wait_for_tables([t], 20000)") == "ok")
        var number = 0
        try Self.comeAndGo(nodes, ["--visible"], by: "nodes()") { (when: String) throws in
            for (writer, reader) in zip(nodes, nodes.reversed()) {
                number += 1
                #expect(
                    try writer.evaluate("mnesia:transaction(fun() -> mnesia:write({t, key, \(number)}) end)")
                        == "{atomic,ok}", "\(when)")
                #expect(
                    try reader.evaluate("mnesia:transaction(fun() -> mnesia:read(t, key) end)")
                        == "{atomic,[{t,key,\(number)}]}", "\(when)")
                #expect(try reader.evaluate("length(mnesia:system_info(running_db_nodes))") == "2", "\(when)")
            }
        }
        // A table is made with a lock on all nodes that are there.
        let daemon = try Self.daemon(nodes[0], ["--visible"])
        #expect(try eventually { try nodes[1].evaluate("nodes()").contains(daemon.name) })
        #expect(
            try nodes[0].evaluate("mnesia:create_table(u, [{ram_copies, ['\(one)', '\(two)']}])") == "{atomic,ok}")
    }

    /// Elixir's nodes with a hidden erlclud, which they do not list.
    @Test(arguments: OTPRelease.available)
    func elixirBesideAHiddenOne(_ release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in
            try ErlangNodeFixture(release: release, arguments: release.elixirArguments())
        }
        func elixir(_ node: ErlangNodeFixture, _ source: String) throws -> String {
            try node.evaluate("element(1, 'Elixir.Code':eval_string(<<\"\(source.replacing("\"", with: "\\\""))\">>))")
        }
        for node in nodes { #expect(try node.evaluate("element(1, application:ensure_all_started(elixir))") == "ok") }
        #expect(try elixir(nodes[0], "Node.connect(:\"\(nodes[1].name)\")") == "true")
        #expect(
            try elixir(
                nodes[0], "pid = spawn(fn -> Process.sleep(:infinity) end); :global.register_name(:early, pid)")
                == "yes")
        try Self.comeAndGo(nodes, [], by: "nodes(hidden)") { (when: String) throws in
            for (node, other) in zip(nodes, nodes.reversed()) {
                #expect(try elixir(node, "Node.list()") == "['\(other.name)']", "\(when)")
                #expect(
                    try eventually {
                        try elixir(node, "pid = :global.whereis_name(:early); is_pid(pid) and node(pid)")
                            == "'\(nodes[0].name)'"
                    },
                    "\(when)")
                #expect(try elixir(node, ":global.trans({:lock, self()}, fn -> :done end)") == "done", "\(when)")
                #expect(
                    try elixir(node, ":rpc.call(:\"\(other.name)\", Kernel, :node, [])") == "'\(other.name)'",
                    "\(when)")
            }
        }
    }
}
