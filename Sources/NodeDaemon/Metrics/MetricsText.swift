/// The text format of Prometheus (version 0.0.4): a family is its help, its type, then its samples.
struct MetricsText {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private(set) var text = ""

    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func add(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    mutating func add(_ name: String, _ value: Double) { add(name, [], value) }

    /// Label values come from peers: what would end one is escaped, as the format has it.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func number(_ value: Double) -> String {
        guard value == value.rounded(), value.magnitude < 1e15 else { return "\(value)" }
        return "\(Int(value))"
    }
}

/// How often something took how long: a histogram of Prometheus.
struct DurationHistogram {
    /// Upper bounds of its buckets, in seconds: from a handshake without TLS to the end of `net_setuptime`.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7]

    private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    private(set) var sum = 0.0

    mutating func add(_ seconds: Double) {
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        sum += seconds
    }

    func write(_ name: String, _ labels: [(String, String)], to text: inout MetricsText) {
        var total = 0
        for (bound, count) in zip(Self.bounds, counts) {
            total += count
            text.add(name + "_bucket", labels + [("le", "\(bound)")], Double(total))
        }
        total += counts[Self.bounds.count]
        text.add(name + "_bucket", labels + [("le", "+Inf")], Double(total))
        text.add(name + "_sum", labels, sum)
        text.add(name + "_count", labels, Double(total))
    }
}
