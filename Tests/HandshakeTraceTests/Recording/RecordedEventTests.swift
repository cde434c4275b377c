import Diagnosis
import ErlangNode
import HandshakeTrace
import Presentation
import Testing

struct RecordedEventTests {
    @Test(arguments: SampleEvents.occurrences)
    func whatIsWrittenIsReadBack(_ what: EventKind) throws {
        for vantage in [Vantage.own, .capture, .node("ä@h")] {
            var event = SampleEvents.event(what, at: 1_795_000_000_123_456, from: vantage, 3, sender: .acceptor)
            event.bytes = [0, 15, 255]
            event.initiator.address = Endpoint(host: "::1", port: 65_535)
            #expect(try TraceEvent(json: event.json) == event)
            event.side = nil
            event.sender = nil
            event.bytes = nil
            event.connection = nil
            #expect(try TraceEvent(json: event.json) == event)
        }
    }

    @Test
    func everyMemberIsLookedAt() throws {
        for what in SampleEvents.occurrences {
            guard case .object(let members) = SampleEvents.event(what).json else {
                Issue.record("an event is no object")
                continue
            }
            for place in members.indices {
                var other = members
                other[place].value = .boolean(true)
                let mutated = JSONValue.object(other)
                // `message` and `name` of TLS are for people: their numbers are read.
                if let read = try? TraceEvent(json: mutated) {
                    #expect(["message", "name"].contains(members[place].key), "\(members[place].key) of \(read.what)")
                }
            }
        }
    }

    @Test
    func otherSchemasAreRefused() {
        #expect(throws: RecordingFault.schema(nil)) { try TraceEvent(line: "{}".utf8) }
        #expect(throws: RecordingFault.schema("erlclu/trace/2")) {
            try TraceEvent(line: #"{"schema":"erlclu/trace/2"}"#.utf8)
        }
        #expect(throws: RecordingFault.member("time")) { try TraceEvent(line: #"{"schema":"erlclu/trace/1"}"#.utf8) }
        #expect(throws: RecordingFault.member("event")) { try TraceEvent(line: "[]".utf8) }
    }
}
