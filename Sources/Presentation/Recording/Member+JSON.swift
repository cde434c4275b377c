package import ClusterAdmin
import Diagnosis

extension Member {
    /// The member as a JSON object; what is not known is left out.
    package var json: JSONValue {
        var object = RecordedObject()
        object.put("node", node)
        object.put("state", state.rawValue)
        object.put("kind", kind?.rawValue)
        if isEntry { object.put("entry", .boolean(true)) }
        object.put("address", address)
        object.put("transport", transport)
        object.put("otp_release", otpRelease)
        object.put("uptime_seconds", uptimeSeconds)
        object.put("processes", processes)
        object.put("run_queue", runQueue)
        object.put("memory_bytes", memoryBytes)
        object.put("links", links)
        object.put("links_expected", linksExpected)
        object.put("lists", lists?.sorted())
        object.put("certificate_days", certificateDays)
        object.put("round_trip_us", roundTripMicroseconds)
        object.put("seen", seen)
        object.put("remark", remark)
        if let silence {
            var failure = RecordedObject()
            silence.write(to: &failure)
            object.put("silence", failure.value)
        }
        return object.value
    }

    /// Reads back what `json` gives.
    package init(json: JSONValue) throws(RecordingFault) {
        let object = try RecordedObject(json, "member")
        self.init(
            node: try object.text("node"), state: try object.word("state"), kind: try object.optionalWord("kind"),
            isEntry: object["entry"] == .boolean(true), address: try object.optionalText("address"),
            transport: try object.optionalText("transport"), otpRelease: try object.optionalText("otp_release"),
            uptimeSeconds: try object.count("uptime_seconds"),
            processes: try object.count("processes"), runQueue: try object.count("run_queue"),
            memoryBytes: try object.count("memory_bytes"), links: try object.count("links"),
            linksExpected: try object.count("links_expected"),
            lists: try object.optionalTexts("lists").map { Set($0) },
            certificateDays: try object.count("certificate_days"),
            remark: try object.optionalText("remark"),
            silence: object["silence"] == nil ? nil : try NodeFailure(try object.object("silence")))
        roundTripMicroseconds = try object.count("round_trip_us")
        seen = try object.count("seen")
    }
}

extension MemberChange {
    /// The change as a JSON object.
    package var json: JSONValue {
        var object = RecordedObject()
        object.put("member", member.json)
        switch what {
        case .found: object.put("what", "found")
        case .joined: object.put("what", "joined")
        case .left: object.put("what", "left")
        case .changed(let aspects): object.put("changed", aspects.map(\.rawValue))
        }
        return object.value
    }

    /// Reads back what `json` gives.
    package init(json: JSONValue) throws(RecordingFault) {
        let object = try RecordedObject(json, "change")
        let what: What
        switch try object.optionalText("what") {
        case "found": what = .found
        case "joined": what = .joined
        case "left": what = .left
        case nil:
            var aspects: [Aspect] = []
            for word in try object.texts("changed") {
                guard let aspect = Aspect(rawValue: word) else { throw .member("changed") }
                aspects.append(aspect)
            }
            what = .changed(aspects)
        default: throw .member("what")
        }
        self.init(member: try Member(json: object["member"] ?? .null), what: what)
    }
}

extension RecordedObject {
    /// A number that sums and differences of it stay far from the ends of `Int`.
    fileprivate func count(_ key: String) throws(RecordingFault) -> Int? {
        guard let number: Int = try optionalNumber(key) else { return nil }
        guard (-1 << 53...1 << 53).contains(number) else { throw .member(key) }
        return number
    }
}
