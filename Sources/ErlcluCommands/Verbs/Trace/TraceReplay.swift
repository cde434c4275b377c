import ByteTransport
import Diagnosis
import HandshakeTrace
import Presentation

/// Shows events that were recorded.
struct TraceReplay {
    /// A line that is longer is none of ours.
    private static let lineLimit = 4 << 20

    /// What -o jsonl has between the events: the ends of attempts, and what went wrong with a node or a file.
    private static let schemasBetween: Set = ["erlclu/attempt/1", "erlclu/trace-dist/1", "erlclu/capture-decode/1"]

    private let run: CommandRun
    private let report: TraceReport

    init(_ run: CommandRun, _ report: TraceReport) {
        self.run = run
        self.report = report
    }

    @LoopActor
    func show(_ file: String) async throws(CommandFailure) -> ExitStatus {
        let bytes = try await run.file(file)
        let place = file == "-" ? "standard input" : file
        report.lines.ordersByTime()
        var number = 0
        var rest = bytes[...]
        var vantages: Set<Vantage> = []
        // What was there before a line that is none is reported, too.
        defer { report.finish() }
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0A }
            rest = rest[min(line.endIndex + 1, rest.endIndex)...]
            number += 1
            guard let event = try event(of: line, at: "\(place):\(number)") else { continue }
            if vantages.insert(event.vantage).inserted { report.lines.printsSide = vantages.count > 1 }
            report.settle(at: event.time)
            report.add(event, at: event.time)
        }
        report.finish()
        if !run.isQuiet { run.say("\(report.tally.words)\n") }
        return .done
    }

    private func event(of line: ArraySlice<UInt8>, at place: String) throws(CommandFailure) -> TraceEvent? {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return nil }
        guard line.count <= Self.lineLimit else { throw .input("\(place): the line is too long for an event") }
        do throws(RecordingFault) {
            return try TraceEvent(line: line)
        } catch {
            if case .schema(let schema?) = error, Self.schemasBetween.contains(schema) { return nil }
            throw .input("\(place): \(error.message)")
        }
    }
}
