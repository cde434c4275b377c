import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

/// What real shells make of scripts: of all of them in one process, each in a subshell.
struct ShellOracle {
    /// `sh` of the system, and bash in the mode in which it runs as `sh`.
    static let shells: [[String]] = [["sh"], ["bash", "--posix"]]

    static let environment = ["PATH": "/usr/bin:/bin", "HOME": "/home/u", "LC_ALL": "C.UTF-8"]

    /// - Returns: for each script, the variables at its end; nil where it ended the shell.
    static func values(
        of scripts: [String], shell: [String], environment: [String: String] = [:]
    ) throws -> [[String: String]?] {
        let directory = try TemporaryDirectory()
        let paths = try scripts.enumerated().map { try directory.write($1, to: "\($0).sh") }
        let names = EnvironmentScript.names.map(\.name)
        // A process of its own sees what is exported; the first three count whether they are or not.
        let report = "printf '%s\\0' \"$0\" " + names.map { "\"$\($0)\"" }.joined(separator: " ")
        let collect = """
            for f in "$@"; do
              ( . "$f" >/dev/null 2>&1 </dev/null
                export RELEASE_NODE RELEASE_DISTRIBUTION RELEASE_COOKIE
                exec /bin/sh -c '\(report.replacing("'", with: "'\\''"))' "$f" )
            done
            """
        let given = Self.environment.merging(environment) { _, new in new }.map { "\($0)=\($1)" }
        let result = try CommandResult.of(
            "env", ["-i"] + given + shell + ["-c", collect, "shop"] + paths)
        var fields = result.standardOutput.split(separator: "\0", omittingEmptySubsequences: false)[...]
        var values: [String: [String: String]] = [:]
        while fields.count > names.count {
            let path = String(fields.removeFirst())
            let row = fields.prefix(names.count).map(String.init)
            fields = fields.dropFirst(names.count)
            values[path] = Dictionary(uniqueKeysWithValues: zip(names, row))
        }
        return paths.map { values[$0] }
    }

    /// Fails where we know a value that a shell does not give.
    /// - Returns: how many values were known.
    @discardableResult
    static func check(
        _ scripts: [String], environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Int {
        var known = 0
        let given = Self.environment.merging(environment) { _, new in new }
        let readings = scripts.map { EnvironmentScript(Array($0.utf8), environment: given) }
        for shell in shells {
            let values = try values(of: scripts, shell: shell, environment: environment)
            for (index, reading) in readings.enumerated() {
                guard let row = values[index] else { continue }
                for (name, _) in EnvironmentScript.names {
                    let ours: String
                    switch reading[name] {
                    case .value(let text, _, _): ours = text
                    case .absent: ours = ""
                    case .untouched: ours = environment[name] ?? ""
                    case .unknown: continue
                    }
                    known += 1
                    #expect(
                        ours == row[name], "\(shell[0]): \(name) of:\n\(scripts[index])", sourceLocation: sourceLocation
                    )
                }
            }
        }
        return known
    }
}
