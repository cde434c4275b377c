import ByteTransport
import CLinux
import Glibc

/// A command line that a person has typed, run by `sh` in the environment of a demo.
@LoopActor
struct DemoCommand {
    let text: String
    let variables: [String: String]
    /// Of this process: what is not among the variables is taken away.
    let environment: [String: String]
    let keeper: DemoKeeper?

    /// Waits until it has ended. Where there is a terminal, Ctrl-C is for the command; SIGTERM and SIGHUP, and without a
    /// terminal SIGINT, end it.
    /// - Returns: its status.
    func run(hasTerminal: Bool) async throws(CommandFailure) -> ExitStatus {
        var ending: Int32?
        var number: Int32 = 0
        let signals: SignalSource
        do throws(StreamClosure) {
            signals = try SignalSource([SIGINT, SIGQUIT, SIGTERM, SIGHUP], on: LoopActor.loop) { signal in
                let isForCommand = hasTerminal && (signal == SIGINT || signal == SIGQUIT)
                guard !isForCommand, number > 0 else { return }
                ending = signal
                kill(hasTerminal ? number : -number, SIGTERM)
            }
        } catch {
            throw .configuration(message: "signals cannot be read: \(error)", remedy: nil)
        }
        defer { signals.cancel() }
        let removed = environment.keys.filter { variables[$0] == nil }.flatMap { ["-u", $0] }
        let changed = variables.filter { environment[$0.key] != $0.value }.map { "\($0.key)=\($0.value)" }
        number = try DemoCluster.start(
            ["env"] + removed + changed + ["sh", "-c", text], [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO],
            group: hasTerminal ? LINUX_GROUP_OURS_AS_USUAL : LINUX_GROUP_OWN, death: SIGKILL)
        if !hasTerminal { keeper?.end(group: number) }
        let status = await end(of: number)
        if let ending { return ExitStatus(signal: ending) }
        return status & 0x7F == 0
            ? ExitStatus(rawValue: (status >> 8) & 0xFF) : ExitStatus(signal: status & 0x7F)
    }

    private func end(of number: Int32) async -> Int32 {
        let descriptor = linux_process_descriptor(number)
        defer { if descriptor >= 0 { close(descriptor) } }
        var status: Int32 = 0
        while waitpid(number, &status, WNOHANG) == 0 {
            // A kernel before 5.3 has no such descriptor.
            if descriptor >= 0 {
                await awaitReadable(descriptor, until: nil)
            } else {
                _ = await sleep(for: .milliseconds(50))
            }
        }
        return status
    }
}
