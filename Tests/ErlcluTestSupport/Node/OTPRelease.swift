import Foundation
import Glibc

/// An Erlang/OTP on this machine: the installed one, or one in a Debian root that is entered with chroot(8).
package struct OTPRelease: Hashable, Sendable, CustomStringConvertible {
    package let major: Int
    /// The root's path; nil is this system.
    package let root: String?

    package var description: String { "OTP \(major)" }

    /// The installed one, with which every test runs.
    package static let host = OTPRelease(major: 25, root: nil)

    /// Whether tests run with the other releases too, instead of the installed one alone: ERLCLU_MATRIX=1.
    package static let isMatrix = ProcessInfo.processInfo.environment["ERLCLU_MATRIX"] == "1"

    /// The releases that tests run with. In a matrix run: the installed one and those in `otp<major>` under
    /// $ERLCLU_ROOTS or `.roots`, which `dev/otp-roots.sh` makes.
    package static let available: [OTPRelease] = {
        guard isMatrix else { return [host] }
        let parent = ProcessInfo.processInfo.environment["ERLCLU_ROOTS"] ?? "\(packageDirectory)/.roots"
        let roots = [23, 27, 29].map { OTPRelease(major: $0, root: "\(parent)/otp\($0)") }
            .filter { FileManager.default.fileExists(atPath: "\($0.root ?? "")/usr/bin/erl") }
        return roots.isEmpty || !canEnterRoots ? [host] : [host] + roots
    }()

    /// The command line that runs `program` of this release.
    package func command(_ program: String, _ arguments: [String]) -> (executable: String, arguments: [String]) {
        guard let root else { return (program, arguments) }
        let words = Self.enter + ["chroot", root, program] + arguments
        return (words[0], Array(words.dropFirst()))
    }

    /// What has `erl` find the release's own Elixir.
    package func elixirArguments() throws -> [String] {
        let (program, arguments) = command("elixir", ["-e", "IO.write(:code.lib_dir(:elixir))"])
        return ["-pa", "\(try CommandResult.ofSuccessful(program, arguments).standardOutput)/ebin"]
    }

    /// chroot(8) takes the superuser; for others, a user namespace where the kernel grants one.
    private static let enter = geteuid() == 0 ? [] : ["unshare", "--map-root-user"]

    private static let canEnterRoots =
        enter.isEmpty || (try? CommandResult.of(enter[0], enter.dropFirst() + ["true"]).exitStatus) == 0

    /// Where the release sees a file that lies at `path` for us; it must lie in the root.
    package func path(seenFromInside path: String) -> String {
        guard let root, path.hasPrefix(root) else { return path }
        return String(path.dropFirst(root.count))
    }
}

/// The directory with Package.swift.
package let packageDirectory: String = {
    let support = (#filePath as NSString).deletingLastPathComponent
    return URL(fileURLWithPath: "\(support)/../../..").standardized.path
}()
