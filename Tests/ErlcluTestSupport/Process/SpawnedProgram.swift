import CProcessStart
import Glibc

/// Starts programs, each in a session of its own.
enum SpawnedProgram {
    /// - Parameters:
    ///   - descriptors: (ours, theirs) pairs; ours must be close-on-exec.
    ///   - terminal: path of a terminal that becomes descriptors 0, 1, 2 and the controlling terminal.
    static func start(
        _ executable: String, _ arguments: [String], environment: [String: String], directory: String?,
        descriptors: [(Int32, Int32)], terminal: String? = nil
    ) throws -> pid_t {
        var child: pid_t = 0
        let status = withCStrings([executable] + arguments) { argv in
            withCStrings(environment.map { "\($0)=\($1)" }.sorted()) { envp in
                CProcessStart_spawn(
                    &child, executable, argv, envp, descriptors.flatMap { [$0, $1] }, descriptors.count, terminal,
                    directory)
            }
        }
        guard status == 0 else {
            throw FixtureFailure("cannot start \(executable): \(String(cString: strerror(status)))")
        }
        return child
    }

    private static func withCStrings<R>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        pointers[strings.count] = nil
        defer {
            for index in strings.indices { free(pointers[index]) }
            pointers.deallocate()
        }
        return body(pointers)
    }
}
