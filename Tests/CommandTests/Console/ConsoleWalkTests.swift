import ErlcluTestSupport
import Testing

/// What a person sees, screen by screen, over TLS, on each release.
@Suite(.waiting) struct ConsoleWalkTests {
    private static let scrubs: [Scrub] = [
        .pattern(#"Eshell V[0-9.]+"#, as: "Eshell V<version>"),
        .pattern(#"Interactive Elixir \([0-9.]+\)"#, as: "Interactive Elixir (<version>)"),
        .pattern(#"<[0-9]+\.[0-9]+\.[0-9]+>"#, as: "<pid>"),
        .pattern(#"\([a-z]+\.erl(:|, line )[0-9]+\)"#, as: "(<file>:<line>)"),
        .pattern(#"\{line,[0-9]+\}"#, as: "{line,<line>}"),
        .pattern(#"\(elixir [0-9.]+\) ([a-z/_]+\.ex):[0-9]+"#, as: "(elixir <version>) $1:<line>"),
        .pattern(#"#Function<[0-9.]+/"#, as: "#Function</"),
        .pattern(#"REPORT==== [^ ]+"#, as: "REPORT==== <time>"),
        .pattern(#"#Fun<erl_eval\.[0-9.]+>"#, as: "#Fun<erl_eval>"),
    ]

    @Test(arguments: OTPRelease.available)
    func theErlangShell(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(
            release: release, name: "walk\(release.major)", transport: .mutualTLS())
        let console = try ConsoleScreen(node, followedBy: "; echo status $?.; cat")
        var walk = try ConsoleWalk(console) { "(\(node.name))\($0)>" }
        defer { expectSnapshot(walk.text, named: "erlang-otp\(release.major).txt", scrubbing: Self.scrubs) }
        try walk.look("A sum") { try $0.enter("1+1.") }
        try walk.look("A fun of several lines") {
            try $0.begin("F = fun(A) ->")
            try $0.begin("A * 2")
            try $0.enter("end.")
            try $0.enter("F(21).")
        }
        try walk.look("Forgotten bindings") {
            try $0.enter("f().")
            try $0.enter("F.")
        }
        try walk.look("Records") {
            try $0.enter("rr(file).")
            try $0.enter("#file_info{size = 7}#file_info.size.")
            try $0.enter("rd(point, {x, y = 0}).")
            try $0.enter("#point{x = 1}.")
        }
        try walk.look("Code that reads") {
            try $0.enter("io:get_line(\"x> \").", answering: ("x>", "typed äöü"))
            try $0.enter("io:get_line(\"\\nGo on?\\n> \").", answering: (">", "yes"))
            try $0.enter(
                "io:put_chars(lists:duplicate(90,$x)), io:get_line(\"y> \").",
                answering: ("xxxxxxxxxxy>", "after a begun line"))
            try $0.enter("io:get_chars(\"z> \", 4).", answering: ("z>", "a"), ("z>", "bc"))
        }
        try walk.look("Unicode") {
            try $0.enter("io:format(\"~ts ~ts~n\", [\"grüße, я, 日本語\", [16#1F600, $e, 16#301]]).")
            try $0.enter("\"日本語\".")
        }
        try walk.look("An exception with its stack") {
            try $0.enter("lists:map(fun(X) -> 1 / X end, [0]).")
            try $0.enter("exit(gone).")
        }
        try walk.look("A crash") {
            try $0.enter(
                "spawn(fun() -> error(crashed) end), io:get_line(\"w> \").", showing: "\n{crashed",
                answering: ("w>", ""))
        }
        try walk.look("An interrupt, with the bindings kept") {
            try $0.enter("Kept = 42.")
            try $0.type("io:put_chars(\"on\\n\"), receive after infinity -> ok end.")
            try $0.screen.press("Enter")
            try $0.wait(for: "\non")
            try $0.interrupt()
            try $0.enter("Kept.")
        }
        try walk.look("Completion") {
            try $0.type("lists:")
            try $0.screen.press("Tab")
            try $0.wait(for: "zipwith3")
            try $0.waitForLine(endingIn: "> lists:")
        }
        try walk.look("A term of a megabyte") { try $0.enter("rp(lists:seq(1, 150000)).") }
        try walk.look("A paste of 200 lines") {
            try $0.paste(["length(["] + (1...197).map { "\($0)," } + ["198", "])."])
        }
        try walk.look("Another size in the middle of a long line") {
            try $0.resizeWhileTyping("length(\"", String(repeating: "0123456789", count: 15), "\").")
        }
        try walk.look("A search in the history") { try $0.search("Kept", finding: "Kept.") }
        try walk.look("The job menu") { try $0.visitMenu() }
        try walk.look("The end") { try $0.leave("exit().") }
    }

    @Test(arguments: OTPRelease.available)
    func iEx(release: OTPRelease) throws {
        let node = try RemoteIExTests.node(release, name: "iex\(release.major)", transport: .mutualTLS())
        let console = try ConsoleScreen(node, followedBy: "; echo status $?.; cat")
        var walk = try ConsoleWalk(console) { "iex(\(node.name))\($0)>" }
        defer { expectSnapshot(walk.text, named: "iex-otp\(release.major).txt", scrubbing: Self.scrubs) }
        try walk.look("A sum") { try $0.enter("1+1") }
        try walk.look("A fun of several lines") {
            try $0.begin("f = fn a ->")
            try $0.begin("a * 2")
            try $0.enter("end")
            try $0.enter("f.(21)")
        }
        try walk.look("Code that reads") {
            try $0.enter("IO.gets(\"x> \")", answering: ("x>", "typed äöü"))
        }
        try walk.look("Unicode") {
            try $0.enter("IO.puts([\"grüße, я, 日本語 \", 0x1F600, ?e, 0x301])")
            try $0.enter("\"日本語\"")
        }
        try walk.look("An exception with its stack") {
            try $0.enter("Enum.map([0], fn x -> 1 / x end)", isCounted: false)
            try $0.enter("exit(:gone)", isCounted: false)
        }
        try walk.look("A crash") {
            try $0.enter(
                "spawn(fn -> :erlang.error(:crashed) end); IO.gets(\"w> \")", showing: "\n{crashed",
                answering: ("w>", ""))
        }
        try walk.look("An interrupt") {
            try $0.type("IO.puts(\"on\"); Process.sleep(:infinity)")
            try $0.screen.press("Enter")
            try $0.wait(for: "\non")
            try $0.interrupt(isCounted: false)
            try $0.enter("42")
        }
        try walk.look("Completion") {
            try $0.type("Enum.ma")
            try $0.screen.press("Tab")
            try $0.wait(for: "map_every")
            try $0.waitForLine(endingIn: "> Enum.ma")
        }
        try walk.look("A term of a megabyte") {
            try $0.enter("inspect(Enum.to_list(1..150000), limit: :infinity) |> IO.puts()")
        }
        try walk.look("A paste of 200 lines") {
            try $0.paste(["length(["] + (1...197).map { "\($0)," } + ["198", "])"])
        }
        try walk.look("Another size in the middle of a long line") {
            try $0.resizeWhileTyping("byte_size(\"", String(repeating: "0123456789", count: 15), "\")")
        }
        try walk.look("A search in the history") { try $0.search("byt", finding: "byte_size(\"") }
        try walk.look("The job menu") { try $0.visitMenu() }
        try walk.look("The end") { try $0.leave(nil) }
    }
}
