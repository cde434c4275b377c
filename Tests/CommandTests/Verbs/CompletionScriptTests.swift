import ErlcluTestSupport
import Foundation
import Testing

/// The committed completion scripts in the shells that they are for, with the built program.
@Suite(.waiting) struct CompletionScriptTests {
    struct Line: CustomTestStringConvertible, Sendable {
        /// What has been typed.
        var typed: String
        /// Offered, in any order.
        var offered: [String]
        var testDescription: String { typed }
    }

    static let nodes = ["shop@10.42.1.17", "shop@10.42.1.18", "stock@10.42.2.1"]
    static let lines = [
        Line(typed: "erlclu-ctl ping -n ", offered: nodes),
        Line(typed: "erlclu-ctl ping sto", offered: ["stock@10.42.2.1"]),
        Line(typed: "erlclu-ctl doctor --from sh", offered: Array(nodes.prefix(2))),
        Line(typed: "erlclu-ctl -n a@b doctor ", offered: nodes),
        Line(typed: "erlclu-ctl -c ", offered: ["prod", "stage"]),
        Line(typed: "erlclu-ctl trace ", offered: ["dist"]),
        Line(typed: "erlclu-ctl trace dist ", offered: nodes),
        Line(typed: "erlclu-ctl trace dist --fail", offered: ["--failures"]),
        Line(typed: "erlclu-ctl config v", offered: ["view"]),
        Line(typed: "erlclu-ctl config view v", offered: []),
        Line(typed: "erlclu-ctl capture ", offered: ["decode"]),
        Line(typed: "erlclu-ctl capture decode seen", offered: ["seen.pcap"]),
        Line(typed: "erlclu-ctl -o js", offered: ["json", "jsonl"]),
        Line(typed: "erlclu-ctl memb", offered: ["members"]),
    ]

    @Test(arguments: lines) func bash(_ line: Line) throws {
        try expect(line, "bash", ["-c", Self.bashScript, "bash", Self.script("erlclu-ctl.bash"), line.typed])
    }

    @Test(arguments: lines) func fish(_ line: Line) throws {
        try expect(
            line, "fish",
            ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", Self.script("erlclu-ctl.fish"), line.typed])
    }

    /// bash itself ends words at these characters, and puts what is offered behind the last of them.
    @Test(arguments: [("erlclu-ctl -n shop@10.42.1.17", "10.42.1.17"), ("erlclu-ctl --context=st", "stage")])
    func bashWordEnds(_ typed: String, _ offered: String) throws { try bash(Line(typed: typed, offered: [offered])) }

    /// Names are data to the shell that offers them.
    @Test func namesAreNotExpanded() throws {
        let directory = try TemporaryDirectory()
        let mark = directory.file("mark")
        let line = Line(typed: "erlclu-ctl -c ", offered: ["$(touch \(mark))"])
        let config = "{context, '$(touch \(mark))', [{nodes, [a@b]}]}.\n"
        try expect(
            line, "bash",
            ["-c", Self.bashScript, "bash", Self.script("erlclu-ctl.bash"), line.typed], config: config)
        #expect(!FileManager.default.fileExists(atPath: mark))
    }

    private static let bashScript = """
        . "$1"; COMP_LINE=$2 COMP_POINT=${#2}; _erlclu_ctl
        [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
        """

    private func expect(_ line: Line, _ shell: String, _ arguments: [String], config: String = Self.config) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(config, to: "erlclu.config")
        _ = try directory.write("", to: "seen.pcap")
        let result = try CommandResult.of(
            "/usr/bin/env", ["-C", directory.path, shell] + arguments,
            environment: [
                "PATH": String(BuiltProduct.tool.dropLast("/erlclu-ctl".count)) + ":/usr/bin:/bin",
                "HOME": directory.path,
                "ERLCLU_CONFIG": path,
            ])
        #expect(result.standardError.isEmpty)
        // fish has a description behind a tab.
        let offered = result.standardOutput.split(separator: "\n").compactMap { $0.split(separator: "\t").first }
        #expect(offered.map(String.init).sorted() == line.offered.sorted(), "\(result.standardError)")
    }

    private static let config = """
        {context, prod, [{nodes, ['shop@10.42.1.17', 'shop@10.42.1.18']}]}.
        {context, stage, [{nodes, ['stock@10.42.2.1', 'shop@10.42.1.17']}]}.
        """

    private static func script(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../completions/\(name)")
            .standardized
            .path
    }
}
