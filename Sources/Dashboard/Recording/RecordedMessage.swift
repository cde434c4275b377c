import ClusterAdmin
import Diagnosis
import HandshakeTrace
package import Presentation

/// A line of a recording of the dashboard: what came of the cluster, and when. What a person types is not recorded, and
/// neither is what expressions come to.
package struct RecordedMessage: Sendable {
    package static let schema = "erlclu/dashboard/1"
    /// A line that is longer is none of ours: 4,096 members have less.
    package static let lineLimit = 8 << 20

    /// Microseconds since the epoch.
    package var time: Int
    package var message: DashboardMessage

    /// - Returns: nil for what is not recorded.
    package init?(_ message: DashboardMessage, at time: Int) {
        switch message {
        case .members, .changes, .registrations, .familiar, .interrupted, .resumed, .traceBegan, .traced, .untraced,
            .traceEnded:
            self.time = time
            self.message = message
        case .key, .burst, .awaitsRegistrations, .choices, .connected, .notConnected, .resized, .suspended, .clock,
            .cost, .awaiting, .detour, .examined,
            .notExamined,
            .status,
            .certificates, .evaluated, .notice,
            .logged, .show,
            .replayPaused,
            .replayEnded:
            return nil
        }
    }

    package var json: JSONValue {
        // An event of a trace is as it is in other recordings.
        if case .traced(let event) = message { return event.json }
        var object = RecordedObject()
        object.put("schema", Self.schema)
        object.put("time", time)
        switch message {
        case .members(let members): object.put("members", .array(members.map(\.json)))
        case .changes(let changes): object.put("changes", .array(changes.map(\.json)))
        case .registrations(let host, .success(let names)):
            object.put("epmd", host)
            object.put("names", .array(names.map { RegisteredNode.recorded($0) }))
        case .registrations(let host, .failure(let failure)):
            var silent = RecordedObject()
            failure.write(to: &silent)
            object.put("epmd", host)
            object.put("silent", silent.value)
        case .familiar(let asked, let known):
            object.put("asked", asked)
            object.put("known", known?.sorted())
        case .interrupted(let failure):
            var lost = RecordedObject()
            failure.write(to: &lost)
            object.put("lost", lost.value)
        case .resumed(let entry): object.put("resumed", entry)
        case .traceBegan(let node): object.put("traces", node)
        case .untraced(let node, let reason):
            object.put("untraced", node)
            object.put("reason", reason)
        case .traceEnded(let why): object.put("trace_ended", why ?? "")
        default: break
        }
        return object.value
    }

    /// Reads a line.
    package init(line: some Sequence<UInt8>) throws(RecordingFault) {
        let value: JSONValue
        do { value = try JSONReader.value(line) } catch { throw .json(error) }
        if value["schema"]?.text == TraceSchema.name {
            let event = try TraceEvent(json: value)
            (time, message) = (event.time, .traced(event))
            return
        }
        guard value["schema"]?.text == Self.schema else { throw .schema(value["schema"]?.text) }
        let object = try RecordedObject(value, "line")
        time = try object.time("time", within: UTCTime.microsecondRange)
        if let members = value["members"]?.elements {
            var list: [Member] = []
            for member in members { list.append(try Member(json: member)) }
            message = .members(list)
        } else if let changes = value["changes"]?.elements {
            var list: [MemberChange] = []
            for change in changes { list.append(try MemberChange(json: change)) }
            message = .changes(list)
        } else if let host = try object.optionalText("epmd") {
            message = .registrations(host: host, try Self.registrations(object))
        } else if let asked = try object.optionalTexts("asked") {
            message = .familiar(asked: asked, known: try object.optionalTexts("known").map { Set($0) })
        } else if value["lost"] != nil {
            message = .interrupted(try NodeFailure(try object.object("lost")))
        } else if let entry = try object.optionalText("resumed") {
            message = .resumed(entry: entry)
        } else if let node = try object.optionalText("traces") {
            message = .traceBegan(node: node)
        } else if let node = try object.optionalText("untraced") {
            message = .untraced(node: node, reason: try object.text("reason"))
        } else {
            let why = try object.text("trace_ended")
            message = .traceEnded(why.isEmpty ? nil : why)
        }
    }

    private static func registrations(
        _ object: RecordedObject
    ) throws(RecordingFault) -> Result<[RegisteredNode], NodeFailure> {
        guard let elements = object["names"]?.elements else {
            return .failure(try NodeFailure(try object.object("silent")))
        }
        var names: [RegisteredNode] = []
        for element in elements {
            let name = try RecordedObject(element, "names")
            names.append(RegisteredNode(name: try name.text("name"), port: try name.number("port")))
        }
        return .success(names)
    }

    /// Whether a person who looks for what went wrong stops here.
    package var isTrouble: Bool {
        switch message {
        case .interrupted: true
        case .changes(let changes):
            changes.contains { $0.what == .left || [.down, .unreachable].contains($0.member.state) }
        case .traced(let event):
            switch event.what {
            case .ended, .alert, .down: true
            default: false
            }
        default: false
        }
    }
}

extension RegisteredNode {
    fileprivate static func recorded(_ node: RegisteredNode) -> JSONValue {
        var object = RecordedObject()
        object.put("name", node.name)
        object.put("port", Int(node.port))
        return object.value
    }
}
