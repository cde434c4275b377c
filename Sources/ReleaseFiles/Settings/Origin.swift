/// Where a value comes from, for `config view` and for messages ("cookie of …").
package enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// The option as typed: `--cookie-file`.
    case flag(String)
    /// The variable's name.
    case environment(String)
    /// A context of the configuration file.
    case context(String, file: String, line: Int)
    case file(String, line: Int?)
    /// Follows from another value: says which.
    case derived(String)
    case fallback

    /// Whether a context says it.
    var isContext: Bool { if case .context = self { true } else { false } }

    package var description: String {
        switch self {
        case .flag(let option): "flag \(option)"
        case .environment(let name): "environment \(name)"
        case .context(let name, let file, let line): "context \(name) (\(file):\(line))"
        case .file(let path, let line): "file \(path)" + (line.map { ":\($0)" } ?? "")
        case .derived(let reason): reason
        case .fallback: "default"
        }
    }
}

/// A value and where it comes from.
package struct Sourced<Value: Sendable>: Sendable {
    package var value: Value
    package var origin: Origin

    package init(_ value: Value, _ origin: Origin) {
        self.value = value
        self.origin = origin
    }

    /// The same origin for what is made of the value.
    package func map<Other: Sendable, Failure: Error>(
        _ transform: (Value) throws(Failure) -> Other
    ) throws(Failure) -> Sourced<Other> {
        Sourced<Other>(try transform(value), origin)
    }
}

extension Sourced: Equatable where Value: Equatable {}
