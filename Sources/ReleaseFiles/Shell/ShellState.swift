/// What is known of a variable.
enum ShellValue: Hashable, Sendable {
    /// - missing: variables without a value that it was made of.
    case text([UInt8], missing: Set<String>)
    case unset
    case unknown(ShellUnknown)
}

struct ShellVariable: Hashable, Sendable {
    var value: ShellValue
    /// Where the script set it; nil for what was there before.
    var line: Int?
    /// nil: it depends.
    var isExported: Bool?
}

/// What is known at one place of a script. Two of them are merged where two ways meet.
struct ShellState: Equatable {
    enum End: Equatable {
        case no
        /// The rest may not be reached: `[ … ] && return`.
        case perhaps(ShellUnknown)
        case returned
        /// Without a result: `exit`.
        case exited(line: Int)
    }

    /// What the script has changed.
    var variables: [String: ShellVariable] = [:]
    /// Why nothing is known of the others; nil: they are as they were.
    var others: ShellUnknown?
    /// Numbers of the functions' bodies; nil: any name may be that of a function.
    var functions: [String: Int]? = [:]
    var readOnly: Set<String> = []
    /// `set -u`, `set -a`; nil: it depends.
    var refusesUnset: Bool? = false
    var exportsAll: Bool? = false
    /// `IFS` is another one.
    var splitsOtherwise = false
    var end = End.no

    /// From here on nothing is known of any variable.
    mutating func forget(_ reason: ShellUnknown) {
        variables = [:]
        others = reason
        functions = nil
        refusesUnset = nil
        exportsAll = nil
        splitsOtherwise = true
    }

    /// What holds whichever of two ways was taken.
    mutating func merge(
        _ other: ShellState, _ reason: ShellUnknown, _ lookup: (String, ShellState) -> ShellVariable
    ) {
        if case .exited = other.end { return }
        if case .exited = end { return self = other }
        var merged = variables
        for name in Set(variables.keys).union(other.variables.keys) {
            let (mine, its) = (lookup(name, self), lookup(name, other))
            var result = mine
            if mine.value != its.value {
                switch (mine.value, its.value) {
                case (.unknown, _): break
                case (_, .unknown): result = its
                default:
                    result.value = .unknown(reason)
                    result.line = mine.line.map { max($0, its.line ?? 0) } ?? its.line
                }
            }
            if mine.isExported != its.isExported { result.isExported = nil }
            merged[name] = result
        }
        variables = merged
        others = others ?? other.others
        if functions != other.functions { functions = nil }
        readOnly.formUnion(other.readOnly)
        if refusesUnset != other.refusesUnset { refusesUnset = nil }
        if exportsAll != other.exportsAll { exportsAll = nil }
        splitsOtherwise = splitsOtherwise || other.splitsOtherwise
        if end != other.end { end = .perhaps(reason) }
    }
}
