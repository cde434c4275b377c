import ReleaseFiles

/// What was given for each option: on the command line, else in its variable, else in the file of --config, else in a
/// variable that a release's node takes.
struct DaemonOptions {
    private var values: [DaemonOption: Sourced<String>] = [:]

    /// What stands for a flag that is given.
    private static let on = "true"

    init(
        _ arguments: [String], environment: [String: String], files: any FileSource
    ) throws(DaemonFault) {
        let typed = try Self.typed(arguments)
        let variables = try Self.variables(environment)
        values = Self.release(environment)
        if let file = typed[.config] ?? variables[.config] {
            values.merge(try DaemonConfiguration.read(file.value, files)) { $1 }
        }
        values.merge(variables) { $1 }
        values.merge(typed) { $1 }
    }

    subscript(option: DaemonOption) -> String? { values[option]?.value }

    /// What it was given, or its fallback.
    func value(of option: DaemonOption) -> String? { self[option] ?? option.fallback }

    func contains(_ flag: DaemonOption) -> Bool { values[flag]?.value == Self.on }

    /// Where it comes from; nil: from nowhere.
    func origin(of option: DaemonOption) -> Origin? { values[option]?.origin }

    private static func typed(_ arguments: [String]) throws(DaemonFault) -> [DaemonOption: Sourced<String>] {
        var values: [DaemonOption: Sourced<String>] = [:]
        var words = arguments[...]
        while let word = words.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard word.hasPrefix("--"), let first = parts.first,
                let option = DaemonOption(rawValue: String(first.dropFirst(2)))
            else { throw DaemonFault(.usage, "no such option: \(word)") }
            let origin = Origin.flag("--\(option.rawValue)")
            guard option.placeholder != nil else {
                guard parts.count == 1 else { throw DaemonFault(.usage, "--\(option.rawValue) takes no value") }
                values[option] = Sourced(on, origin)
                continue
            }
            guard let value = parts.count == 2 ? String(parts[1]) : words.popFirst(), !value.isEmpty else {
                throw DaemonFault(.usage, "--\(option.rawValue) needs a value")
            }
            values[option] = Sourced(value, origin)
        }
        return values
    }

    private static func variables(
        _ environment: [String: String]
    ) throws(DaemonFault) -> [DaemonOption: Sourced<String>] {
        var values: [DaemonOption: Sourced<String>] = [:]
        for option in DaemonOption.allCases {
            guard let variable = option.variable, let value = environment[variable], !value.isEmpty else { continue }
            if option.placeholder == nil, value != on, value != "false" {
                throw DaemonFault(.configuration, "\(variable): expected true or false")
            }
            values[option] = Sourced(value, .environment(variable))
        }
        return values
    }

    /// What the node of a release takes beside MY_POD_IP and RELEASE_COOKIE.
    private static func release(_ environment: [String: String]) -> [DaemonOption: Sourced<String>] {
        var values: [DaemonOption: Sourced<String>] = [:]
        let ports = ["METRICS_PORT", "HTTP_PORT"].filter { environment[$0]?.isEmpty == false }
        if !ports.isEmpty {
            var places: [String] = []
            for port in ports.compactMap({ environment[$0] }) where !places.contains("0.0.0.0:" + port) {
                places.append("0.0.0.0:" + port)
            }
            values[.http] = Sourced(places.joined(separator: ","), .environment(ports.joined(separator: ", ")))
        }
        if let text = environment["SHUTDOWN_DELAY_MS"], !text.isEmpty {
            // What is no number is refused where the option is read.
            let seconds = Double(text).map { "\($0 / 1000)" } ?? text
            values[.shutdownDelay] = Sourced(seconds, .environment("SHUTDOWN_DELAY_MS"))
        }
        return values
    }
}
