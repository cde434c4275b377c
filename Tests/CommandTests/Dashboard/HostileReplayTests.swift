import ClusterAdmin
import Dashboard
import Diagnosis
import ErlcluTestSupport
import Foundation
import HandshakeTrace
import Presentation
import TerminalCanvas
import Testing

/// A recording in which every name and value is made to be misread by a terminal, shown on a real one.
@Suite(.waiting) struct HostileReplayTests {
    private static let texts = [
        "\u{1B}[2J\u{1B}[31m\u{1B}]52;c;ZXZpbA==\u{7}", "\u{9B}2J\u{90}q\u{9C}\u{8}\r\n\u{85}", "\u{202E}evil\u{2066}",
        "\u{200B}\u{2060}\u{FEFF}\u{E0041}", String(repeating: "w", count: 2_000), String(repeating: "字", count: 1_000),
        "a" + String(repeating: "\u{301}", count: 300),
    ]

    /// Writes what a dashboard would have seen.
    private static func recording(_ directory: TemporaryDirectory) throws -> String {
        let start = 1_796_047_331_000_000
        var members: [Member] = []
        var messages: [DashboardMessage] = []
        for (index, text) in texts.enumerated() {
            let node = "\(text)\(index)@h"
            let failure = NodeFailure(.timeout, stage: .up, node: node, message: text, remedy: Remedy(text))
            var member = Member(
                node: node, state: index == 1 ? .unreachable : .up, kind: .visible, isEntry: index == 0, address: text,
                transport: text, otpRelease: text, lists: [], remark: text)
            if index == 1 { member.silence = failure }
            members.append(member)
            messages += [
                .traceBegan(node: node), .untraced(node: node, reason: text),
                .changes([MemberChange(member: member, what: .left)]), .interrupted(failure), .resumed(entry: node),
            ]
            let events: [(NodeFailure.Stage, EventKind)] = [
                (.tcp, .connected), (.up, .note(text)), (.tls, .ended(.tls(text))),
            ]
            messages += events.map { stage, what in
                .traced(
                    TraceEvent(
                        time: start + index, vantage: .node(node), connection: index, side: .acceptor,
                        initiator: Party(name: node, address: Endpoint(host: text, port: 4)),
                        acceptor: Party(name: node, address: Endpoint(host: text, port: 1)), stage: stage,
                        sender: .initiator, what: what))
            }
        }
        messages += [.members(members), .members(members)]
        let lines = messages.compactMap { RecordedMessage($0, at: start + 10)?.json.line }
        #expect(lines.count == messages.count)
        return try directory.write(lines.map { String(decoding: $0, as: UTF8.self) }.joined(), to: "hostile.jsonl")
    }

    /// What ncurses writes for an xterm begins with one of these.
    private static func isOfNcurses(_ sequence: Substring) -> Bool {
        ["[", "(", ")", "=", ">"].contains(sequence.first)
    }

    @Test(arguments: [TerminalSize(), TerminalSize(columns: 40, rows: 10), TerminalSize(columns: 160, rows: 50)])
    func noByteOfAPeerActsOnTheTerminal(_ size: TerminalSize) throws {
        let directory = try TemporaryDirectory()
        let file = try Self.recording(directory)
        let terminal = try HeldTerminal(
            BuiltProduct.tool, ["ui", "--replay", file, "--speed", "0"],
            environment: NodeTool.scrubbed.merging(["LC_ALL": "C.UTF-8"]) { $1 }, size: size)
        #expect(terminal.wait(for: "REPLAY"), "\(terminal.text)")
        for key in ["1", "2", "3", "8", "0", "x", " ", "1", "/", "w", "\u{3}", "G"] {
            terminal.send(key)
            if key.first?.isNumber == true {
                for _ in 0..<7 { terminal.send("j\t\t") }
            }
        }
        terminal.send(":zzz")
        #expect(terminal.wait(for: ":zzz"), "\(terminal.text.suffix(2_000))")
        terminal.send("\u{3}Q")
        #expect(terminal.end() == .exited(0))
        #expect(eventually { terminal.leftovers.isEmpty })
        let scalars = Array(terminal.text.unicodeScalars)
        let acting = scalars.filter { scalar in
            switch scalar.properties.generalCategory {
            // ncurses moves the cursor with these.
            case .control: !["\u{1B}", "\r", "\n", "\u{8}", "\t"].contains(scalar)
            case .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        #expect(acting.isEmpty, "\(Set(acting))")
        for sequence in terminal.text.split(separator: "\u{1B}").dropFirst() {
            #expect(Self.isOfNcurses(sequence), "\(sequence.prefix(20).debugDescription)")
        }
        #expect(!terminal.text.contains("ZXZpbA==\u{7}"))
    }

    /// tmux counts the columns: the frame is where it is on every screen.
    @Test func theFrameHolds() throws {
        let directory = try TemporaryDirectory()
        let file = try Self.recording(directory)
        let variables = NodeTool.scrubbed.compactMapValues { $0 }.merging(["LC_ALL": "C.UTF-8"]) { $1 }
        let shell = try DashboardShell("'\(BuiltProduct.tool)' ui --replay '\(file)' --speed 0", environment: variables)
        try shell.start { $0.contains("REPLAY END") }
        for key in ["1", "2", "3", "8", "0"] {
            try shell.send(.text(key))
            for _ in 0..<7 {
                let seen = try shell.settle("screen \(key)")
                let lines = seen.split(separator: "\n", omittingEmptySubsequences: false)
                #expect(lines.count == 25 && lines[0].hasSuffix("REPLAY END"), "\(key)\n\(seen)")
                #expect(lines[1].hasPrefix(" 1Members 2Mesh") && lines[1].hasSuffix("0Log"), "\(key)\n\(seen)")
                try shell.send(.down)
            }
        }
        try shell.send(.text("Q"))
        try shell.expect("the end") { DashboardShell.isShell($0) && !$0.contains("REPLAY") }
    }
}
