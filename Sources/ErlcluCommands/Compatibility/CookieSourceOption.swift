import Diagnosis

/// The options of ours that say where the cookie is, among the arguments of another tool: what a remedy recommends must
/// work in the form that failed.
struct CookieSourceOption: Hashable, Sendable {
    private(set) var occurrences: [ParsedOptions.Occurrence] = []

    /// Takes `argument` if it is one of them, and its value from behind an equals sign or from `rest`.
    mutating func takes(_ argument: String, _ rest: inout ArraySlice<String>) -> Bool {
        for name in [OptionName.cookieFile, .cookieEnv] {
            let spelling = "--\(name.rawValue)"
            if argument == spelling, let value = rest.popFirst() {
                occurrences.append(ParsedOptions.Occurrence(name: name, value: value))
                return true
            }
            if argument.hasPrefix(spelling + "=") {
                let value = String(argument.dropFirst(spelling.count + 1))
                occurrences.append(ParsedOptions.Occurrence(name: name, value: value))
                return true
            }
        }
        return false
    }
}
