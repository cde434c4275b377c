import ErlangTerm

/// What an `env.sh` makes of the variables that a release's start script looks at.
package struct EnvironmentScript: Sendable {
    /// One variable at the end of the script.
    package enum Outcome: Hashable, Sendable {
        /// The script does not touch it.
        case untouched
        /// - missing: variables without a value that it is made of.
        case value(String, line: Int, missing: [String])
        /// The script takes it away, or keeps it for itself.
        case absent(line: Int)
        /// - reason: as in "depends on a command in line 3".
        case unknown(reason: String, line: Int)
    }

    /// The variables that are read, and whether they count for those who inherit them only.
    package static let names: [(name: String, isInherited: Bool)] = [
        ("RELEASE_NODE", false), ("RELEASE_DISTRIBUTION", false), ("RELEASE_COOKIE", false), ("ERL_AFLAGS", true),
        ("ELIXIR_ERL_OPTIONS", true), ("ERL_FLAGS", true), ("ERL_ZFLAGS", true),
    ]

    package let outcomes: [String: Outcome]
    /// Lines end with a carriage return, which shells take for a part of the values.
    package let hasCarriageReturns: Bool

    package subscript(_ name: String) -> Outcome { outcomes[name] ?? .untouched }

    /// - Parameters:
    ///   - environment: the variables at the begin of the script.
    ///   - unexported: those among them that commands do not get.
    package init(_ bytes: [UInt8], environment: [String: String], unexported: Set<String> = []) {
        let text = Self.withoutCarriageReturns(bytes)
        hasCarriageReturns = text.count != bytes.count
        do throws(ShellSyntaxError) {
            let commands = try ShellParser.script(text)
            let (reader, state) = ShellReader.read(commands, environment: environment, unexported: unexported)
            outcomes = Self.outcomes(reader, state)
        } catch {
            let unknown = Outcome.unknown(reason: "\(error.what) in line \(error.line)", line: error.line)
            outcomes = Dictionary(uniqueKeysWithValues: Self.names.map { ($0.name, unknown) })
        }
    }

    private static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(0x0D) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte == 0x0A, result.last == 0x0D { result.removeLast() }
            result.append(byte)
        }
        return result
    }

    private static func outcomes(_ reader: ShellReader, _ state: ShellState) -> [String: Outcome] {
        var outcomes: [String: Outcome] = [:]
        for (name, isInherited) in names {
            if case .exited(let line) = state.end {
                outcomes[name] = .unknown(reason: "what ends the script in line \(line)", line: line)
            } else {
                outcomes[name] = outcome(reader.lookup(name, state), isInherited: isInherited)
            }
        }
        return outcomes
    }

    private static func outcome(_ variable: ShellVariable, isInherited: Bool) -> Outcome {
        guard let line = variable.line else { return .untouched }
        if isInherited, variable.isExported == false { return .absent(line: line) }
        switch variable.value {
        case .unset: return .absent(line: line)
        case .unknown(let reason): return .unknown(reason: reason.description, line: line)
        case .text(let bytes, let missing):
            guard !isInherited || variable.isExported == true else {
                return .unknown(reason: "whether it is exported", line: line)
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .unknown(reason: "bytes that are no UTF-8", line: line)
            }
            return .value(text, line: line, missing: missing.sorted())
        }
    }
}
