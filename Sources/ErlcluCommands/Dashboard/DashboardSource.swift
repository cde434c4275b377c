import ByteTransport
import Dashboard

/// Where a dashboard has its messages from, and who does what it asks for.
@LoopActor
protocol DashboardSource: AnyObject, Sendable {
    typealias Errand = @LoopActor @Sendable () async -> Void

    /// Hands over what comes, until its task is cancelled.
    func feed() async
    /// What is to be done for an effect, side by side.
    func errands(for effect: DashboardEffect) -> [Errand]
}
