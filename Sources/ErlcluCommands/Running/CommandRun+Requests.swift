import ByteTransport
import Diagnosis
import ErlangNode

extension CommandRun {
    /// Turns the failure of a request into that of the command.
    @LoopActor
    func asking<Answer>(
        _ request: () async throws(NodeFailure) -> Answer
    ) async throws(CommandFailure) -> Answer {
        do throws(NodeFailure) { return try await request() } catch { throw .node(error) }
    }

    /// All of a file, or of standard input for `-`.
    @LoopActor
    func file(_ path: String) async throws(CommandFailure) -> [UInt8] {
        do throws(FileFault) { return try await context.readFile(path, statedDeadline) } catch {
            let fault = "\(path == "-" ? "standard input" : path): \(error.reason)"
            throw error.isLate ? .late(fault) : .input(fault)
        }
    }
}
