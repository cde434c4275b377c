import ByteTransport
import ClusterAdmin
import ErlangNode
import Glibc
import ReleaseFiles

/// `members --watch`: every member once, and then each that comes, goes or changes, a line a change.
final class MemberWatch {
    /// One look takes the nodes a few milliseconds.
    private static let interval = Duration.seconds(1)
    /// What an answer may take.
    private static let patience = Duration.seconds(5)
    /// What changes all the time, and would be a line a second and node.
    private static let load: Set<String> = ["uptime_seconds", "processes", "run_queue", "memory_bytes"]

    /// A member at a moment, microseconds since the epoch.
    private struct Sighting {
        var time: Int
        var member: Member
    }

    private let run: CommandRun
    private var known: [String: Member] = [:]
    private var columns: [Column<Sighting>] = []
    private var widths: [Int] = []
    private var isInterrupted = false
    private var signal: Int32?

    init(_ run: CommandRun) throws(CommandFailure) {
        guard run.format != .json else {
            throw .usage(.settings("--watch has no end, and json is one document: take -o jsonl"))
        }
        self.run = run
    }

    /// Looks again and again until a signal comes.
    /// - Throws: what the first look fails with.
    func attend(_ first: any Administration) throws(CommandFailure) -> ExitStatus {
        var entry = first
        // Until there is something to end in order, a signal ends the program.
        tell(try run.asking { () throws(NodeFailure) in try entry.members(deadline: run.deadline) })
        let loop = first.loop
        let signals = try? SignalSource([SIGINT, SIGTERM], on: loop) { [weak self] in
            self?.signal = $0
            // A look that hangs is not waited for.
            loop.stop()
        }
        loop.givesUpWaiting = { [weak self] in
            signals?.deliver()
            return self?.signal != nil
        }
        defer {
            loop.givesUpWaiting = nil
            signals?.cancel()
        }
        let settings = try run.settings()
        var ways = settings.nodes.value
        while signal == nil, !run.results.hasFailed {
            _ = loop.run(until: .now + Self.interval) { signal != nil }
            guard signal == nil else { break }
            // A way that was lost is taken anew, or another one: the old one's time is over.
            if isInterrupted {
                entry.close()
                if let way = ways.first { ways = Array(ways.dropFirst()) + [way] }
                entry = try run.open(ways.first ?? first.node, settings, until: .now + Self.patience)
            }
            look(entry)
        }
        return signal.map { ExitStatus(rawValue: 128 + $0) } ?? .done
    }

    private func look(_ entry: any Administration) {
        do throws(NodeFailure) {
            let members = try entry.members(deadline: .now + Self.patience)
            if isInterrupted, !run.isQuiet {
                run.say("\(FailureReport.program): \(entry.node) answers\n")
            }
            isInterrupted = false
            tell(members)
        } catch {
            guard signal == nil else { return }
            if !isInterrupted { run.warn("\(error.message); trying again") }
            isInterrupted = true
            miss(entry.node, error)
        }
    }

    /// The entry itself is gone, or hangs; of the others nobody tells for now.
    private func miss(_ node: String, _ failure: NodeFailure) {
        guard var member = known[node] else { return }
        let hangs = [.timeout, .setupTimeout, .tcpTimeout, .epmdTimeout, .tick].contains(failure.code)
        let state = hangs ? Member.State.unreachable : .down
        guard member.state != state else { return }
        (member.state, member.links, member.linksExpected, member.remark) = (state, nil, nil, failure.message)
        known[node] = member
        write([Sighting(time: run.context.time(), member: member)])
    }

    private func tell(_ members: [Member]) {
        let isFirst = columns.isEmpty
        let now = run.context.time()
        var changes: [Sighting] = []
        for member in members.sorted(by: { $0.node < $1.node }) {
            let constant = Self.constant(member)
            if known.updateValue(constant, forKey: member.node) != constant {
                changes.append(Sighting(time: now, member: member))
            }
        }
        let present = Set(members.map(\.node))
        for node in known.keys.sorted() where !present.contains(node) {
            guard var gone = known.removeValue(forKey: node), gone.state != .down else { continue }
            (gone.state, gone.links, gone.linksExpected, gone.remark) = (.down, nil, nil, "gone")
            changes.append(Sighting(time: now, member: gone))
        }
        if isFirst {
            layOut(changes)
            if run.format == .table {
                run.results.add(text: Table.heading(columns, widths, width: run.width))
            }
        }
        write(changes)
    }

    private func write(_ changes: [Sighting]) {
        switch run.format {
        case .table:
            for change in changes {
                run.results.add(text: Table.line(of: change, columns, widths, width: run.width))
            }
        case .raw, .json, .jsonl, .term: run.results.add(rows: changes, columns: columns)
        }
        run.results.flush()
    }

    private static func constant(_ member: Member) -> Member {
        var member = member
        member.silence = nil
        (member.uptimeSeconds, member.processes, member.runQueue, member.memoryBytes) = (nil, nil, nil, nil)
        return member
    }

    /// The first list decides how wide the columns are, and which of them a terminal has room for.
    private func layOut(_ rows: [Sighting]) {
        let isForPeople = run.format == .table
        columns = [
            Column<Sighting>("time", "TIME") { isForPeople ? .text(ClockTime.text($0.time)) : .integer($0.time) }
        ]
        let lasting = Column<Member>.members.filter { !Self.load.contains($0.key) }
        columns += lasting.map { column -> Column<Sighting> in
            let alignment: Column<Sighting>.Alignment = column.alignment == .right ? .right : .left
            return Column<Sighting>(column.key, column.heading, alignment, spared: column.spared) { sighting in
                column.cell(sighting.member)
            }
        }
        measure(rows)
        while let width = run.width, widths.reduce(2 * (widths.count - 1), +) > width,
            let spared = columns.indices.filter({ columns[$0].spared > 0 })
                .max(by: { columns[$0].spared < columns[$1].spared })
        {
            columns.remove(at: spared)
            widths.remove(at: spared)
        }
    }

    private func measure(_ rows: [Sighting]) {
        // A state and a number of links may become longer than they are.
        let room = ["state": Member.State.unreachable.rawValue.count, "links": 5]
        widths = columns.map { column in
            let cells = rows.map { column.cell($0).shown.count } + [column.heading.count, room[column.key] ?? 0]
            return cells.max() ?? 0
        }
    }
}
