import Foundation

/// The programs of this package, as the test run built them.
package enum BuiltProduct {
    /// `erlclu-ctl`, which the build puts beside the test runner.
    package static let tool = path(of: "erlclu-ctl")

    package static let daemon = path(of: "erlclud")

    private static func path(of name: String) -> String {
        let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return ((runner as NSString).deletingLastPathComponent as NSString).appendingPathComponent(name)
    }
}
