import ByteTransport
import Diagnosis
import Glibc
import Presentation
import ReleaseFiles

/// erlclud as a process: from its arguments to its exit status.
package enum DaemonProcess {
    private static let version = ProgramVersion.text

    /// Runs until SIGTERM or SIGINT.
    /// - Returns: the exit status.
    package static func run() -> Int32 {
        let loop = EventLoop()
        let errors = OutputStream(STDERR_FILENO, on: loop)
        let environment = ProcessFacts.environment()
        do throws(DaemonFault) {
            let files = SystemFiles()
            let options = try DaemonOptions(
                Array(CommandLine.arguments.dropFirst()), environment: environment, files: files)
            func end(printing text: TerminalText) -> Int32 {
                let output = OutputStream(STDOUT_FILENO, on: loop)
                _ = output.write(text.bytes)
                _ = output.drain { false }
                return 0
            }
            if options.contains(.help) { return end(printing: TerminalText(lines: DaemonOptions.help)) }
            if options.contains(.version) { return end(printing: TerminalText(lines: "erlclud \(version)\n")) }
            if options.contains(.manual) { return end(printing: TerminalText(lines: DaemonManual.page)) }
            if let shell = options[.completion] {
                guard let script = DaemonCompletion.script(for: shell) else {
                    throw DaemonFault(.usage, "--completion: expected bash, zsh or fish, not \(shell)")
                }
                return end(printing: TerminalText(lines: script))
            }
            // What it can do nobody needs root for, and a fault in it would be one of root. To check is to start nothing.
            guard getuid() != 0 || options.contains(.allowRoot) || options.contains(.checkConfig) else {
                throw DaemonFault(.configuration, "it does not run as uid 0: give it a user, or say --allow-root")
            }
            let settings = try DaemonSettings(
                options, environment: environment, hostName: ProcessFacts.hostName(), files: files)
            if options.contains(.checkConfig) {
                let status = end(printing: settings.report(options))
                if let words = settings.warningOfPort {
                    _ = errors.write(TerminalText("erlclud: warning: --epmd none: \(words)\n").bytes)
                    _ = errors.drain(until: .now + .seconds(1)) { false }
                }
                if let expiry = settings.security?.expiry, expiry < time(nil) {
                    throw DaemonFault(
                        .configuration, "the certificate of --optfile has expired, at \(UTCTime(seconds: expiry))")
                }
                return status
            }
            return try run(settings, on: loop, errors: errors, ServiceManager(environment: environment))
        } catch {
            _ = errors.write(TerminalText("erlclud: \(error.words)\n").bytes)
            _ = errors.drain(until: .now + .seconds(1)) { false }
            return error.status.rawValue
        }
    }

    private static func run(
        _ settings: DaemonSettings, on loop: EventLoop, errors: OutputStream, _ manager: ServiceManager?
    ) throws(DaemonFault) -> Int32 {
        // A reader that stands still costs lines, not memory.
        let log = { (entry: LogEntry) in
            guard errors.pending < 1 << 20 else { return }
            _ = errors.write(entry.line(seconds: time(nil)).text.bytes)
        }
        DescriptorLimit.raise()
        var terminations = 0
        let daemon = Daemon(settings, version: version, on: loop, log: log) { terminations += 1 }
        let signals: SignalSource
        do throws(StreamClosure) {
            signals = try SignalSource([SIGTERM, SIGINT, SIGHUP, SIGCHLD], on: loop) { signal in
                switch signal {
                case SIGHUP: daemon.reload()
                // As pid 1 it inherits processes that are not its own.
                case SIGCHLD: while waitpid(-1, nil, WNOHANG) > 0 {}
                default: terminations += 1
                }
            }
        } catch {
            throw DaemonFault(.unavailable, "it cannot take signals: \(error)")
        }
        try daemon.start()
        manager?.notify("READY=1")
        _ = loop.run(until: nil) { terminations > 0 }
        manager?.notify("STOPPING=1")
        daemon.drain()
        // Whoever asks a second time does not want to wait.
        _ = loop.run(until: .now + settings.shutdownDelay) { terminations > 1 }
        signals.cancel()
        daemon.stop()
        _ = errors.drain(until: .now + .seconds(1)) { false }
        return 0
    }
}
