import ErlcluTestSupport
import Foundation

@testable import ReleaseFiles

/// Key pairs of OpenSSH's own making.
struct HostKeys {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// - Returns: the line of the `.pub` file.
    func make(_ kind: String, _ name: String, bits: Int? = nil) throws -> String {
        try CommandResult.ofSuccessful(
            "/usr/bin/ssh-keygen",
            ["-q", "-t", kind, "-N", "", "-C", name, "-f", folder.file(name)] + (bits.map { ["-b", String($0)] } ?? []))
        return try String(contentsOfFile: folder.file("\(name).pub"), encoding: .utf8)
            .trimmingCharacters(in: .newlines)
    }
}
