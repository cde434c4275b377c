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

    /// The installed one and those in `otp<major>` under $ERLCLU_ROOTS or `.roots` (`dev/otp-roots.sh` makes them).
    /// Entering a root takes the superuser; for others there is only the first.
    package static let available: [OTPRelease] = {
        let environment = ProcessInfo.processInfo.environment
        let parent = environment["ERLCLU_ROOTS"] ?? "\(packageDirectory)/.roots"
        let roots = [23, 27, 29].map { OTPRelease(major: $0, root: "\(parent)/otp\($0)") }
        return [host]
            + roots.filter { release in
                geteuid() == 0 && FileManager.default.fileExists(atPath: "\(release.root ?? "")/usr/bin/erl")
            }
    }()

    /// The command line that runs `program` of this release.
    func command(_ program: String, _ arguments: [String]) -> (executable: String, arguments: [String]) {
        guard let root else { return (program, arguments) }
        return ("chroot", [root, program] + arguments)
    }

    /// Where the release sees a file that lies at `path` for us; it must lie in the root.
    func path(seenFromInside path: String) -> String {
        guard let root, path.hasPrefix(root) else { return path }
        return String(path.dropFirst(root.count))
    }
}

/// The directory with Package.swift.
package let packageDirectory: String = {
    let support = (#filePath as NSString).deletingLastPathComponent
    return URL(fileURLWithPath: "\(support)/../../..").standardized.path
}()
