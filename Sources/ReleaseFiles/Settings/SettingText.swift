/// Values as they are typed, in options, variables and the configuration file.
enum SettingText {
    /// `10s`, `500ms`, `2m`, `1h`, or seconds without a unit; 1 ms to 24 days.
    static func milliseconds(_ text: String) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        let factor: Double
        switch text.dropFirst(digits.count) {
        case "ms": factor = 1
        case "s", "": factor = 1000
        case "m": factor = 60_000
        case "h": factor = 3_600_000
        default: return nil
        }
        guard let number = Double(digits) else { return nil }
        let value = (number * factor).rounded()
        // poll(2) takes milliseconds in 31 bits.
        guard value >= 1, value <= 2_147_483_647 else { return nil }
        return Int(value)
    }

    static func epmd(_ text: String) -> EPMDChoice? {
        if text == "none" { return EPMDChoice.none }
        if let port = HostAndPort.port(text) { return .lookup(host: nil, port: port) }
        return HostAndPort(text).map { .lookup(host: $0.host, port: $0.port) }
    }

    /// nil within the optional means `auto`.
    static func transport(_ text: String) -> Transport?? {
        text == "auto" ? .some(nil) : Transport(rawValue: text).map { .some($0) }
    }

    /// Names between commas or blanks.
    static func nodes(_ text: String) -> [String] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// A name that a node can have: one `@` at most, nothing empty, no control characters.
    static func isNodeName(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count <= 2 && text.unicodeScalars.count <= 255
            && parts.allSatisfy { part in
                !part.isEmpty && part.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
            }
    }

    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "true", "yes", "on": true
        case "0", "false", "no", "off", "": false
        default: nil
        }
    }

    /// The candidate that differs least, if it is close enough to have been meant.
    static func nearest(to word: String, in candidates: [String]) -> String? {
        let rated = candidates.map { (name: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
        guard let best = rated.min(by: { $0.distance < $1.distance }), best.distance <= max(2, word.count / 3) else {
            return nil
        }
        return best.name
    }

    /// Levenshtein's.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard left.count < 100 else { return .max }
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let next = a == b ? diagonal : 1 + min(diagonal, row[j], row[j + 1])
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }
}
