package import Diagnosis
import ErlangNode
import HandshakeTrace

extension TraceEvent {
    /// The event as a JSON object: one line of a recording.
    package var json: JSONValue {
        var object = RecordedObject()
        object.put("schema", TraceSchema.name)
        object.put("time", time)
        object.put("vantage", vantage.recorded)
        object.put("connection", connection)
        object.put("side", side?.rawValue)
        object.put("initiator", initiator.json)
        object.put("acceptor", acceptor.json)
        object.put("stage", stage.rawValue)
        object.put("from", sender?.rawValue)
        what.write(to: &object)
        object.put("bytes", bytes.map { Hexadecimal.text($0) })
        if isGuess { object.put("guessed", .boolean(true)) }
        return object.value
    }

    /// Reads back what `json` gives.
    package init(json: JSONValue) throws(RecordingFault) {
        let object = try RecordedObject(json, "event")
        guard json["schema"]?.text == TraceSchema.name else { throw .schema(json["schema"]?.text) }
        self.init(
            time: try object.time("time", within: UTCTime.microsecondRange),
            vantage: try Vantage(recorded: try object.text("vantage")),
            connection: try object.optionalNumber("connection"),
            side: try object.optionalWord("side"),
            initiator: try Party(json: object["initiator"] ?? .object([])),
            acceptor: try Party(json: object["acceptor"] ?? .object([])),
            stage: try object.word("stage"),
            sender: try object.optionalWord("from"),
            what: try EventKind(object),
            bytes: object["bytes"] == nil ? nil : try object.bytes("bytes"),
            isGuess: object["guessed"] == .boolean(true))
    }

    /// Reads one line of a recording.
    package init(line: some Sequence<UInt8>) throws(RecordingFault) {
        let value: JSONValue
        do { value = try JSONReader.value(line) } catch { throw .json(error) }
        try self.init(json: value)
    }
}

extension Vantage {
    fileprivate var recorded: String {
        switch self {
        case .own: "own"
        case .capture: "capture"
        case .node(let name): "node:\(name)"
        }
    }

    fileprivate init(recorded: String) throws(RecordingFault) {
        switch recorded {
        case "own": self = .own
        case "capture": self = .capture
        default:
            guard recorded.hasPrefix("node:") else { throw .member("vantage") }
            self = .node(String(recorded.dropFirst(5)))
        }
    }
}

extension Party {
    fileprivate var json: JSONValue {
        var object = RecordedObject()
        object.put("name", name)
        object.put("host", address?.host)
        object.put("port", address.map { Int($0.port) })
        return object.value
    }

    fileprivate init(json: JSONValue) throws(RecordingFault) {
        let object = try RecordedObject(json, "party")
        var address: Endpoint?
        if let host = try object.optionalText("host") {
            address = Endpoint(host: host, port: try object.number("port"))
        }
        self.init(name: try object.optionalText("name"), address: address)
    }
}
