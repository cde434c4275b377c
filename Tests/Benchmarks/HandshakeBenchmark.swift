import ByteTransport
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Glibc

/// Handshakes at an even pace with two nodes in turns, one of which a command traces.
struct HandshakeBenchmark {
    /// Two thousand a minute with each.
    private static let pace = Duration.milliseconds(30)

    private let loop = EventLoop()
    private let targets: [PeerSettings]

    /// - Parameter ends: each node and its port, as `NODE:PORT`.
    /// - Parameter tls: the files of the authority, of our certificate and of its key; none for plain TCP.
    init(_ ends: ArraySlice<String>, cookieFile: String, tls: ArraySlice<String>) throws {
        targets = try ends.map { try PeerSettings(end: $0, cookieFile: cookieFile, tls: tls) }
    }

    /// - Returns: microseconds from the dial until the link is up.
    private func connect(to target: PeerSettings) throws -> Double {
        var result: ConnectionOutcome?
        let start = nanoseconds()
        NodeConnector(target: target, on: loop).start { result = $0 }
        _ = loop.run(until: .now + .seconds(10)) { result != nil }
        let time = Double(nanoseconds() - start) / 1000
        guard let result else { throw BenchmarkFailure.noAnswer }
        try result.get().close()
        return time
    }

    /// So many handshakes with each node.
    /// - Returns: for each node its times.
    private func times(of count: Int) throws -> [[Double]] {
        var times = targets.map { _ in [Double]() }
        var next = Instant.now
        for _ in 0..<count {
            for (index, target) in targets.enumerated() {
                next = next + Self.pace / targets.count
                _ = loop.run(until: next) { false }
                times[index].append(try connect(to: target))
            }
        }
        return times
    }

    /// The two nodes change their parts after each round.
    /// - Parameter command: what traces NODE; it says `tracing ` on standard error when it does.
    /// - Returns: lines with the times in microseconds, `plain` and `traced`.
    func compare(rounds: Int, handshakes: Int, command: ArraySlice<String>) throws -> [String] {
        var lines: [String] = []
        for round in 0..<rounds * 2 {
            let traced = round % 2
            let words = command.map { $0 == "NODE" ? targets[traced].name.name : $0 }
            let trace = try BackgroundCommand(words[...], until: "tracing ")
            // What installing it cost is not the question here.
            _ = try times(of: 5)
            for (index, ofNode) in try times(of: handshakes).enumerated() {
                lines += ofNode.map { "\(index == traced ? "traced" : "plain") \($0)" }
            }
            trace.stop()
        }
        return lines
    }
}

/// A process that runs until it is told to end.
final class BackgroundCommand {
    private let process: pid_t
    private let errors: Int32

    /// Starts it, and waits for the text on its standard error.
    init(_ command: ArraySlice<String>, until text: String) throws {
        var ends: [Int32] = [0, 0]
        guard let program = command.first, pipe(&ends) == 0 else { throw BenchmarkFailure.noAnswer }
        var argv = command.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var child: pid_t = 0
        guard posix_spawnp(&child, program, &actions, nil, &argv, environ) == 0 else {
            throw BenchmarkFailure.noAnswer
        }
        close(ends[1])
        (process, errors) = (child, ends[0])
        var said = ""
        var chunk = [UInt8](repeating: 0, count: 1024)
        while !said.contains(text) {
            let count = read(errors, &chunk, chunk.count)
            guard count > 0 else { throw BenchmarkFailure.noAnswer }
            said += String(decoding: chunk[..<count], as: UTF8.self)
        }
    }

    func stop() {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
        close(errors)
    }
}
