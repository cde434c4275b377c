import Diagnosis
import ErlangNode
package import HandshakeTrace

extension NodeCheckup {
    /// Climbs the rungs above `up`, as far as the node's answer goes.
    /// - Parameter time: of the answer, microseconds since the epoch.
    package func climb(_ ladder: inout Ladder, node: String, at time: Int) {
        // Over SSH nothing is asked of it.
        guard hasRPCService || ladder[.rpc] == nil else {
            return ladder.fail(.noRPCService(on: node, progress: progress), at: time, rung: .rpc)
        }
        ladder.pass(.rpc, at: time, "rex runs, OTP \(otpRelease)")
        guard let running = runningApplications else {
            return ladder.fail(
                NodeFailure(
                    .rpc, stage: .up, node: node,
                    message: "\(node) is up, but its application controller does not answer",
                    remedy: "an application that starts or stops may hold it up: see the node's log"),
                at: time, rung: .applications)
        }
        // A node that boots answers, and is asked: that it waits is a remark.
        guard let progress, progress != "stopping" else {
            return ladder.fail(
                NodeFailure(
                    .rpc, stage: .up, node: node,
                    message: "\(node) is up, and does not run as a whole (init: \(progress ?? "silent"))",
                    remedy: "wait; if it stays so see the node's log"),
                at: time, rung: .applications)
        }
        ladder.pass(.applications, at: time, "init \(progress), \(running.count) applications run")
        if !startingApplications.isEmpty {
            ladder.note(["starting: \(startingApplications.joined(separator: ", "))"], of: .applications)
        }
    }

    /// That the node has not come up as a whole, which may be what keeps it from its peers, or the other way round.
    var bootRemark: HealthCheck? {
        guard progress == "starting" else { return nil }
        let waiting =
            startingApplications.isEmpty ? "" : "; it waits for \(startingApplications.joined(separator: ", "))"
        return .warning(
            .applications, "the node has not started as a whole (init: starting)\(waiting)",
            remedy: "wait; if it stays so see the node's log", code: .rpc)
    }
}
