import Foundation
import Glibc

/// A program on a terminal of a fixed size, inside a tmux server of its own.
package final class TmuxScreen: @unchecked Sendable {
    private let socket: String
    /// Written by the shell: tmux 3.3 at times misses that a pane has died.
    private let statusFile: String
    private let directory: TemporaryDirectory

    /// - Parameters:
    ///   - command: for the shell; the screen stays when it ends.
    ///   - environment: for the program; TERM is what tmux sets.
    package init(
        _ command: String, size: TerminalSize = TerminalSize(), environment: [String: String] = [:]
    ) throws {
        directory = try TemporaryDirectory()
        socket = directory.file("tmux")
        statusFile = directory.file("status")
        let configuration = try directory.write(
            """
            set -g remain-on-exit on
            set -g status off
            set -g escape-time 0
            set -g default-terminal tmux-256color
            """, to: "tmux.conf")
        let variables = environment.sorted { $0.key < $1.key }.flatMap { ["-e", "\($0.key)=\($0.value)"] }
        try CommandResult.ofSuccessful(
            "tmux",
            ["-S", socket, "-f", configuration, "new-session", "-d"]
                + ["-x", "\(size.columns)", "-y", "\(size.rows)"] + variables
                + ["(\(command)\n); echo $? >'\(statusFile)'"], environment: ["TMUX": nil, "LC_ALL": "C.UTF-8"])
    }

    deinit { stop() }

    /// What is on the screen, trailing blanks cut.
    /// - Parameter styled: with escape sequences for colours and attributes.
    package func capture(styled: Bool = false) throws -> String {
        try tmux(["capture-pane", "-p"] + (styled ? ["-e"] : [])).standardOutput
    }

    /// Waits until the screen satisfies `condition`.
    /// - Returns: the last screen that was seen, and whether it did.
    package func wait(
        within seconds: Double = Deadline.patience, until condition: (String) -> Bool
    ) throws -> (screen: String, satisfied: Bool) {
        var screen = ""
        let satisfied = try eventually(within: seconds) {
            screen = try capture()
            return condition(screen)
        }
        return (screen, satisfied)
    }

    /// What tmux knows of the terminal.
    /// - Parameter format: of its variables, as `#{alternate_on}`.
    package func state(_ format: String) throws -> String {
        try tmux(["display-message", "-p", format]).standardOutput.filter { !$0.isNewline }
    }

    /// Presses keys by tmux's names: `Enter`, `C-c`, `Up`, `F1`, `x`.
    package func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

    /// Types text as it stands.
    package func type(_ text: String) throws { try tmux(["send-keys", "-l", "--", text]) }

    /// Sends bytes as a terminal does for a key.
    package func send(_ bytes: [UInt8]) throws {
        try tmux(["send-keys", "-H"] + bytes.map { String($0, radix: 16) })
    }

    /// Pastes text as a terminal does for a program that wants pastes marked.
    package func paste(_ text: String) throws {
        try tmux(["load-buffer", try directory.write(text, to: "paste")])
        try tmux(["paste-buffer", "-d", "-p"])
    }

    package func resize(to size: TerminalSize) throws {
        try tmux(["resize-window", "-x", "\(size.columns)", "-y", "\(size.rows)"])
    }

    /// Keeps all that the program writes from now on, byte for byte.
    package func record(to path: String) throws { try tmux(["pipe-pane", "exec cat >'\(path)'"]) }

    /// Stops the terminal itself while `body` runs: it takes nothing of what the program prints.
    package func whileStopped(_ body: () throws -> Void) throws {
        let text = try tmux(["display-message", "-p", "#{pid}"]).standardOutput
        guard let server = pid_t(text.filter { $0.isNumber }) else { throw FixtureFailure("no process: \(text)") }
        kill(server, SIGSTOP)
        defer { kill(server, SIGCONT) }
        try body()
    }

    /// The program's exit status once it has ended.
    package func exitStatus() throws -> Int32? {
        let text = try? String(contentsOfFile: statusFile, encoding: .utf8)
        guard let text, text.hasSuffix("\n") else { return nil }
        return Int32(text.dropLast())
    }

    package func stop() { _ = try? tmux(["kill-server"]) }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> CommandResult {
        try CommandResult.ofSuccessful("tmux", ["-S", socket] + arguments, environment: ["LC_ALL": "C.UTF-8"])
    }
}
