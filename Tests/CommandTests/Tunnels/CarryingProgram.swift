import ErlcluTestSupport
import Foundation

/// A program for `--via exec:` that connects and copies: bash, since nothing else for that is sure to be installed.
final class CarryingProgram {
    private static let script = """
        #!/bin/bash
        exec 3<>"/dev/tcp/$1/$2" || exit 9
        echo "$$ $1:$2" >>"$(dirname "$0")/calls"
        exec 4<&0
        cat <&4 >&3 &
        cat <&3
        kill $!
        """

    let path: String
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        path = try directory.write(Self.script, to: "carry", mode: 0o700)
    }

    /// As `--via` takes it.
    var tunnel: String { "exec:\(path) %h %p" }

    /// Its processes that have connected, and where to.
    var calls: [(process: pid_t, words: String)] { ProgramCalls.read(directory.file("calls")) }
}
