import Testing

@testable import ErlcluCommands

@Suite struct DrawingFilterTests {
    @Test(arguments: [
        ("plain é日\n\tx", "plain é日\n\tx"),
        ("\u{1B}[1;31mred\u{1B}[0m", "\u{1B}[1;31mred\u{1B}[0m"),
        ("\u{1B}[38:2::1:2:3mx\u{1B}[2K\u{1B}[H", "\u{1B}[38:2::1:2:3mx\u{1B}[2K\u{1B}[H"),
        ("\u{1B}]0;title\u{7}x", "x"),
        ("\u{1B}]52;c;aGk=\u{1B}\\x", "x"),
        ("\u{1B}[?1049hx\u{1B}[?25l\u{1B}[6n\u{1B}[c\u{1B}[>c\u{1B}[5t", "x"),
        ("\u{1B}Pq#0\u{1B}\\x\u{1B}c\u{1B}(0y\u{1B}7", "xy"),
        ("\u{9B}31mx\u{9D}0;t\u{7}y\u{85}z", "\u{1B}[31mxyz"),
        ("\u{7}\u{0}\u{E}x\u{7F}", "x"),
    ])
    func onlyDrawingPasses(_ text: String, _ passed: String) {
        var whole = DrawingFilter()
        #expect(whole.filter(Array(text.utf8)) == Array(passed.utf8))
        var pieces = DrawingFilter()
        #expect(text.utf8.flatMap { pieces.filter([$0]) } == Array(passed.utf8))
    }

    @Test func nothingDangerousPassesWhateverComes() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("\u{1B}[]PX^_?>0123;:mhlnctqJKH\\\u{7}\n\u{9B}\u{9D}é".utf8)
        for _ in 0..<500 {
            var filter = DrawingFilter()
            let bytes = (0..<80).compactMap { _ in alphabet.randomElement(using: &generator) }
            let passed = Array(filter.filter(bytes))
            for (index, byte) in passed.enumerated() where byte == 0x1B {
                let rest = passed[(index + 1)...]
                #expect(rest.first == 0x5B)
                let final = rest.dropFirst().first { $0 >= 0x40 }
                #expect(final.map { "mABCDEFGHJKdf".utf8.contains($0) } == true)
            }
            #expect(!passed.contains(0x07))
        }
    }
}

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
        "exit().", "seq().", "asphalt(1).", "gen_server:stop(x).", "nodes().", "init:get_status().", "Agent.stop(pid)",
        "{init, stopped}.", "supervisor:restart_child(a, b).", "M:stopped().", "haltq().",
    ])
    func whatDoesNotIsLeftAlone(_ text: String) {
        #expect(NodeStop.find(in: text) == nil)
    }
}
