import ByteTransport
import Dashboard
import Presentation

/// Reads a recording line by line: one of an hour need not be in memory at once.
@LoopActor
final class RecordingReader {
    private static let chunk = 64 << 10

    private let source: any ByteSource
    private let place: String
    private var buffer: [UInt8] = []
    /// Bytes of the buffer that have been taken.
    private var taken = 0
    private var isAtEnd = false
    private var number = 0

    /// - Parameter path: a file, or - for standard input.
    init(_ path: String, _ run: CommandRun) throws(CommandFailure) {
        place = path == "-" ? "standard input" : path
        do throws(FileFault) { source = try run.context.openFile(path) } catch {
            throw .input("\(place): \(error.reason)")
        }
    }

    /// - Returns: nil at the end, or where the task is cancelled.
    func next() async throws(CommandFailure) -> RecordedMessage? {
        while let line = try await nextLine() {
            number += 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            do throws(RecordingFault) { return try RecordedMessage(line: line) } catch {
                // Who was killed while recording leaves half a line.
                if case .json = error, isAtEnd, taken == buffer.count, number > 1, buffer.last != 0x0A { return nil }
                throw .input("\(place):\(number): \(error.message)")
            }
        }
        return nil
    }

    private func nextLine() async throws(CommandFailure) -> [UInt8]? {
        var looked = taken
        while true {
            if let end = buffer[looked...].firstIndex(of: 0x0A) {
                defer { taken = end + 1 }
                return Array(buffer[taken..<end])
            }
            looked = buffer.count
            guard buffer.count - taken <= RecordedMessage.lineLimit else {
                throw .input("\(place):\(number + 1): the line is too long for a recording")
            }
            if isAtEnd {
                defer { taken = buffer.count }
                return taken < buffer.count ? Array(buffer[taken...]) : nil
            }
            buffer.removeFirst(taken)
            looked -= taken
            taken = 0
            guard try await read() else { return nil }
        }
    }

    /// - Returns: false where the task is cancelled.
    private func read() async throws(CommandFailure) -> Bool {
        var chunk = [UInt8](repeating: 0, count: Self.chunk)
        while !Task.isCancelled {
            let count: Int?
            do throws(FileFault) {
                // The closure cannot throw what it is to throw.
                var result: Result<Int?, FileFault> = .success(nil)
                chunk.withUnsafeMutableBytes { bytes in
                    do throws(FileFault) { result = .success(try source.read(into: bytes)) } catch {
                        result = .failure(error)
                    }
                }
                count = try result.get()
            } catch { throw .input("\(place): \(error.reason)") }
            guard let count else {
                await source.awaitBytes(until: .now + .seconds(1))
                continue
            }
            isAtEnd = count == 0
            buffer += chunk[..<count]
            return true
        }
        return false
    }
}
