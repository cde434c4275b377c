import Testing

@testable import ErlcluCommands

@Suite struct NodeStopTests {
    @Test(arguments: [
        "q().", " q( ) .", "c:q().", "halt().", "halt(0).", "erlang:halt().", "init:stop().", "init : stop ( ).",
        "'init':'stop'().", "init:restart().", "X = 1, init:reboot().", "System.halt()", "System.stop(1)",
        ":init.stop()", ":erlang.halt()", "begin init:stop() end.", "catch init:stop().", "true andalso halt().",
        "try q() catch _:_ -> ok end.", "if true do System.stop end", ":erlang.halt", ":c.q", "import System; stop()",
        "apply(init,stop,[]).", "spawn(init, stop, []).", "(fun init:stop/0)().", "rpc:call(node(),init,stop,[]).",
        "M = init, M:stop().", "X = 1. halt().", "apply(:init, :stop, [])", "'Elixir.System':halt(0).",
        "&System.halt/0",
        "\"init\":stop().", "init: % x\n stop().", "init:\n stop().",
    ])
    func whatStopsTheNodeIsFound(_ text: String) {
        #expect(NodeStop.find(in: text) != nil)
    }

    @Test(arguments: [
        "q().", "halt().", " erlang : halt ( 0 ) .", "halt(\"dump\")", "init:stop()", "'init':'stop'().",
        "System.halt(1)", ":init.stop()", "init:restart().",
    ])
    func theCallIsAllOfIt(_ text: String) {
        #expect(NodeStop.whole(text) != nil)
    }

    /// What it does besides may not be done when the connection ends.
    @Test(arguments: [
        "move(), init:stop().", "init:stop(), move().", "% never init:stop() here\nmove().", "[c, q].",
        "case x of y -> halt(); _ -> move() end.", "spawn(fun() -> halt() end).", "X = 1. halt().", "halt(move()).",
        "apply(init, stop, []).", "init:stopped().", "seq().", "move().", "", "halt", ")",
    ])
    func theCallIsNotAllOfIt(_ text: String) {
        #expect(NodeStop.whole(text) == nil)
    }

    @Test(arguments: [
        "exit().", "seq().", "asphalt(1).", "gen_server:stop(x).", "nodes().", "init:get_status().", "Agent.stop(pid)",
        "{init, stopped}.", "supervisor:restart_child(a, b).", "M:stopped().", "haltq().",
    ])
    func whatDoesNotIsLeftAlone(_ text: String) {
        #expect(NodeStop.find(in: text) == nil)
    }
}
