import Diagnosis

/// What was typed, sorted out; nothing of it has been looked at in the world yet.
package struct ParsedCommandLine: Sendable {
    /// The verb and, for a verb with subverbs, the one below it; empty when none was given.
    package var path: [VerbSpec] = []
    package var options = ParsedOptions()
    package var operands: [String] = []
    /// Whether the verb was not given, and is that of a command line that only names what it is about.
    package var isVerbImplied = false

    package var verb: VerbSpec? { path.last }
    /// `config view`.
    package var verbName: String {
        path.count == 1 ? path[0].name : path.map(\.name).joined(separator: " ")
    }

    /// The options that may stand here: those of every verb, and those of the verbs so far.
    var knownOptions: [OptionSpec] { OptionGroup.global.flatMap(\.options) + path.flatMap(\.options) }

    /// The first of them of which this is true.
    func option(where isMeant: (OptionSpec) -> Bool) -> OptionSpec? {
        for group in OptionGroup.global {
            if let option = group.options.first(where: isMeant) { return option }
        }
        for verb in path {
            if let option = verb.options.first(where: isMeant) { return option }
        }
        return nil
    }
}

/// The options that were given, in order.
package struct ParsedOptions: Sendable {
    package struct Occurrence: Hashable, Sendable {
        package var name: OptionName
        /// Empty for a flag.
        package var value: String
    }

    package var occurrences: [Occurrence] = []

    package init() {}

    package func contains(_ name: OptionName) -> Bool { occurrences.contains { $0.name == name } }
    /// The last value given: what comes later wins.
    package func value(_ name: OptionName) -> String? { occurrences.last { $0.name == name }?.value }
    package func values(_ name: OptionName) -> [String] { occurrences.filter { $0.name == name }.map(\.value) }
}
