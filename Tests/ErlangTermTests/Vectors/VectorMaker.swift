import ErlcluTestSupport
import Foundation
import Glibc

@testable import ErlangTerm

/// `make_vectors.escript` as a running program. `ERLCLU_TEST_ESCRIPT` names another `escript` than the one in PATH,
/// with arguments (as in "chroot /some/root escript").
final class VectorMaker {
    private let process = Process()
    private let input = Foundation.Pipe()
    private let output = Foundation.Pipe()
    private var pending: [UInt8] = []
    private var start = 0

    init() throws {
        let command = ProcessInfo.processInfo.environment["ERLCLU_TEST_ESCRIPT"] ?? "escript"
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("make_vectors.escript").path
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command.split(separator: " ").map(String.init) + [script]
        process.standardInput = input
        process.standardOutput = output
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        try output.fileHandleForWriting.close()
        try input.fileHandleForReading.close()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }

    /// The next term that the script writes.
    func next() throws -> DecodedTerm {
        let length = try take(4).reduce(0) { $0 << 8 | Int($1) }
        return try DecodedTerm(packet: take(length))
    }

    func send(_ term: Term) throws {
        let encoded = term.encoded
        let length = UInt32(encoded.count)
        let head = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) }
        try input.fileHandleForWriting.write(contentsOf: head + encoded)
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while pending.count - start < count {
            if start > 0 {
                pending.removeFirst(start)
                start = 0
            }
            var chunk = [UInt8](repeating: 0, count: 1 << 20)
            let length = read(output.fileHandleForReading.fileDescriptor, &chunk, chunk.count)
            guard length > 0 else { throw FixtureFailure("make_vectors.escript ended early") }
            pending += chunk[..<length]
        }
        defer { start += count }
        return Array(pending[start..<(start + count)])
    }
}
