import ErlcluTestSupport
import Foundation

extension TemporaryDirectory {
    /// PATH with what is in it first.
    var searchPath: String { "\(path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/bin:/usr/bin")" }
}
