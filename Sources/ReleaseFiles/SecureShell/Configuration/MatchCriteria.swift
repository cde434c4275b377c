/// The criteria of a `Match` line, one by one.
struct MatchCriteria {
    struct Criterion: Hashable {
        /// In lower case.
        var name: String
        var isNegated: Bool
        /// Empty for `all`, `final` and `canonical`.
        var argument: String
    }

    private static let withoutArgument: Set<String> = ["all", "final", "canonical"]
    private static let withArgument: Set<String> = [
        "host", "originalhost", "user", "localuser",
        // What these find out is not looked at here.
        "exec", "localnetwork", "tagged", "sessiontype", "command", "version",
    ]

    private var cursor: WordCursor
    private var count = 0

    init(_ text: [UInt8]) { cursor = WordCursor(text) }

    /// - Returns: nil at the end of the line.
    mutating func next() throws(ConfigurationFault) -> Criterion? {
        guard var name = cursor.nextText(), !name.isEmpty, !name.hasPrefix("#") else {
            if count == 0 { throw ConfigurationFault("Match has no criterion") }
            return nil
        }
        let isNegated = name.hasPrefix("!")
        if isNegated { name.removeFirst() }
        name = name.loweredASCII
        if name == "all" {
            let behind = cursor.nextText() ?? ""
            guard count <= 1, behind.isEmpty || behind.hasPrefix("#") else {
                throw ConfigurationFault("'all' stands alone, or behind 'final' or 'canonical'")
            }
            return Criterion(name: name, isNegated: isNegated, argument: "")
        }
        count += 1
        if Self.withoutArgument.contains(name) { return Criterion(name: name, isNegated: isNegated, argument: "") }
        guard Self.withArgument.contains(name) else { throw ConfigurationFault("Match has no criterion '\(name)'") }
        guard let argument = cursor.nextText(), !argument.isEmpty, !argument.hasPrefix("#") else {
            throw ConfigurationFault("'Match \(name)' says not what with")
        }
        return Criterion(name: name, isNegated: isNegated, argument: argument)
    }
}
