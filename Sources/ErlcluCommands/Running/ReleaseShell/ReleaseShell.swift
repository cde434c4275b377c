import ByteTransport
import Glibc
import ReleaseFiles

/// Has `sh` run a release's `env.sh`, once for each command of ours.
final class ReleaseShell: EnvironmentShell {
    /// Longer than a name server takes to answer, shorter than anybody waits for a prompt.
    static let patience = Duration.seconds(2)
    /// Seven variables; more than a start script could pass on.
    static let outputLimit = 64 << 10

    private let fault: (String) -> String?
    private let patience: Duration
    private var known: [EnvironmentRun: Result<[String: String], EnvironmentShellFailure>] = [:]

    /// - Parameter fault: what speaks against a file; nil for nothing.
    init(
        patience: Duration = ReleaseShell.patience,
        fault: @escaping (String) -> String? = { TrustedPath.fault(of: $0) }
    ) {
        self.patience = patience
        self.fault = fault
    }

    func run(_ run: EnvironmentRun) throws(EnvironmentShellFailure) -> [String: String] {
        if let known = known[run] { return try known.get() }
        let result: Result<[String: String], EnvironmentShellFailure>
        do throws(EnvironmentShellFailure) { result = .success(try start(run)) } catch {
            result = .failure(error)
        }
        known[run] = result
        return try result.get()
    }

    private func start(_ run: EnvironmentRun) throws(EnvironmentShellFailure) -> [String: String] {
        // The folder is looked up once: what was checked is what is run, whatever becomes of a link on the way.
        guard let folder = TrustedPath.resolved(run.versionDirectory) else {
            throw EnvironmentShellFailure("\(run.versionDirectory) is not there")
        }
        for path in [run.script, folder + "/env.sh"] {
            if let fault = fault(path) { throw EnvironmentShellFailure(fault) }
        }
        guard let script = TrustedPath.resolved(folder + "/env.sh") else {
            throw EnvironmentShellFailure("\(run.script) is not there")
        }
        let names = EnvironmentScript.names.map(\.name)
        let fields = try ShellProcess.fields(
            count: names.count, program: "/bin/sh",
            arguments: ["-c", Self.program(script, names), run.program, run.command, folder],
            environment: run.environment, patience: patience, limit: Self.outputLimit)
        return Dictionary(uniqueKeysWithValues: zip(names, fields))
    }

    /// What stands around `env.sh` in the start script. A process behind it sees what is inherited, and nothing that
    /// the script may have made of `printf`.
    private static func program(_ script: String, _ names: [String]) -> String {
        let quoted = script.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        let values = names.map { "\"$\($0)\"" }.joined(separator: " ")
        let inherited = EnvironmentScript.names.filter { !$0.isInherited }.map(\.name).joined(
            separator: " ")
        return "set -e; REL_VSN_DIR=$2; set -- \"$1\"; . '\(quoted)'; export \(inherited); "
            + "exec /bin/sh -c 'printf \"%s\\0\" \(values) >&\(ShellProcess.resultDescriptor)'"
    }
}
