/// Values as they are typed, in options, variables and the configuration file.
package enum SettingText {
    /// `10s`, `500ms`, `2m`, `1h`, or seconds without a unit.
    /// - Returns: milliseconds, 1 to 2^31-1 (24 days); nil for anything else. More is a mistyped unit.
    package static func milliseconds(_ text: String) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        let factor: Double
        switch text.dropFirst(digits.count) {
        case "ms": factor = 1
        case "s", "": factor = 1000
        case "m", "min": factor = 60_000
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

    /// Whether nothing in it ends a word or acts on a terminal: blanks, controls.
    package static func isOneWord(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }

    /// A name that a node can have: one `@` at most, nothing empty, no control characters.
    static func isNodeName(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count <= 2 && text.unicodeScalars.count <= 255 && isOneWord(text)
            && parts.allSatisfy { !$0.isEmpty }
    }

    /// The identifier of a published weakness: CVE-2025-32433.
    static func isWeakness(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "CVE" && parts[1].utf8.count == 4
            && (4...19).contains(parts[2].utf8.count)
            && parts.dropFirst().allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    }

    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "true", "yes", "on": true
        case "0", "false", "no", "off", "": false
        default: nil
        }
    }
}
