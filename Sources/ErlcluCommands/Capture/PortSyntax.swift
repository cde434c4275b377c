/// Ports as `--port` takes them: `9100`, `9100-9110`, or `any`.
enum PortSyntax {
    static let expected = "a port, such as 9100, a range, such as 9100-9110, or any"

    /// - Returns: nil for what is none.
    static func ports(_ text: String) -> ClosedRange<UInt16>? {
        if text == "any" { return 0...UInt16.max }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        switch (ends.first ?? nil, ends.last ?? nil, ends.count) {
        case (let port?, _, 1) where port > 0: return port...port
        case (let first?, let last?, 2) where first > 0 && first <= last: return first...last
        default: return nil
        }
    }
}
