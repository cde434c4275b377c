import ByteTransport
import Diagnosis
import ErlangTerm
import HandshakeTrace

/// Terms as the program `trace_dist` sends them, written as text. The atoms p1 to p9 stand for pids.
enum NodeTerms {
    static func view(_ text: String) throws -> TermView {
        try DecodedTerm(packet: withPIDs(try TermParser.parse(one: text)).encoded).root
    }

    static func item(_ text: String) throws -> NodeTraceItem? { NodeTraceItem(try view(text)) }

    private static func withPIDs(_ term: Term) -> Term {
        switch term {
        case .atom(let atom):
            guard atom.name.count == 2, atom.name.first == "p", let id = UInt32(atom.name.dropFirst()) else {
                return term
            }
            return .pid(PID(node: "n@h", id: id, serial: 0, creation: 1))
        case .tuple(let elements): return .tuple(elements.map(withPIDs))
        case .list(let elements): return .list(elements.map(withPIDs))
        default: return term
        }
    }

    /// A trace of one node: each line is the process and what it did, a millisecond after the one before; or what
    /// `net_kernel` tells, whole.
    static func story(
        on node: String, _ lines: [(String, String)], certificates: [String: CertificateFacts] = [:]
    ) throws -> [TraceEvent] {
        var reader = NodeTraceReader(node: node) { certificates[String(decoding: $0, as: UTF8.self)] }
        var events: [TraceEvent] = []
        for (index, line) in lines.enumerated() {
            let isWhole = line.1.hasPrefix("{node,") || line.1.hasPrefix("{tracing,")
            let item = try item(isWhole ? line.1 : "{event, {1, 2, \((index + 1) * 1000)}, \(line.0), \(line.1)}")
            if let item { events += reader.take(item) }
        }
        return events
    }
}
