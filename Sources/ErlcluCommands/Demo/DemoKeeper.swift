import ByteTransport
import CLinux
import Glibc

/// A directory that goes when this process ends, however that ends: a shell has made it, waits for the end of a pipe
/// that only we can write into, and removes it then. SIGKILL for us does not reach the shell.
@LoopActor
final class DemoKeeper {
    let directory: String
    private let shell: Int32
    private var pipe: Int32

    /// It takes the numbers of process groups that are to end with us, a line each.
    private static let script = """
        trap '' HUP INT QUIT TERM
        umask 077
        mkdir "$1" || exit 1
        echo made
        exec >/dev/null 2>&1
        while read -r group; do groups="$groups $group"; done
        for group in $groups; do kill -9 "-$group"; done
        rm -rf "$1"
        """

    /// - Parameter parent: where the directory is made, for us alone.
    /// - Throws: why there is none.
    init(in parent: String) async throws(CommandFailure) {
        directory = "\(parent)/erlclu-demo-" + String(UInt64.random(in: .min ... .max), radix: 16)
        var (words, answer): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard linux_pipe(&words) == 0, linux_pipe(&answer) == 0 else { throw DemoCluster.failure("pipe", errno) }
        defer {
            close(words[0])
            close(answer[0])
        }
        shell = try DemoCluster.start(
            ["sh", "-c", Self.script, "erlclu-demo", directory], [words[0], answer[1], answer[1]],
            group: LINUX_GROUP_OWN, death: 0)
        close(answer[1])
        pipe = words[1]
        await awaitReadable(answer[0], until: nil)
        var said = [UInt8](repeating: 0, count: 1024)
        let count = max(0, read(answer[0], &said, said.count))
        guard String(decoding: said[..<count], as: UTF8.self) == "made\n" else {
            end()
            throw .configuration(
                message: "\(directory) cannot be made: \(String(decoding: said[..<count], as: UTF8.self))",
                remedy: "set TMPDIR to a directory that can be written")
        }
    }

    /// Nothing of this process group is to outlive us.
    func end(group: Int32) {
        let line = Array("\(group)\n".utf8)
        _ = Glibc.write(pipe, line, line.count)
    }

    /// Waits until the directory is gone. Idempotent.
    func end() {
        guard pipe >= 0 else { return }
        close(pipe)
        pipe = -1
        while waitpid(shell, nil, 0) < 0, errno == EINTR {}
    }

    /// Puts a file there, for us alone.
    func write(_ bytes: [UInt8], to name: String) throws(CommandFailure) {
        let path = "\(directory)/\(name)"
        do throws(PrivateFile.Refusal) {
            let file = try PrivateFile.open(path, .anew)
            defer { close(file) }
            guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw .system(errno: errno) }
        } catch {
            throw .output("\(path): \(error)")
        }
    }

    func write(_ text: String, to name: String) throws(CommandFailure) { try write(Array(text.utf8), to: name) }
}
