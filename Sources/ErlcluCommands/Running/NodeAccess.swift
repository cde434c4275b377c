package import ByteTransport
package import ClusterAdmin
package import Diagnosis
import ErlangNode
package import ReleaseFiles

/// How commands come to their targets.
package protocol NodeAccess: AnyObject {
    /// Puts together what the options, the environment and the files say of the target.
    func settings(_ flags: SettingsFlags) throws(SettingsError) -> NodeSettings

    /// The named contexts and which one is used unless another is named.
    func contexts() throws(SettingsError) -> (names: [String], usual: String?)

    /// Makes the way to a target's node; nothing is dialled before the first request.
    @LoopActor
    func open(_ target: DialPlan) throws(CommandFailure) -> any Administration

    /// Whether somebody speaks TLS at `endpoint`: says hello there, and leaves at the answer.
    @LoopActor
    func speaksTLS(at endpoint: Endpoint, via tunnel: TunnelChoice?, deadline: Instant?) async -> Bool

    /// Hands everything that is sent and received from here on to `observer`.
    func record(_ observer: any TrafficObserver)

    /// From here on a screen has the terminal: nothing else may ask there. What may have to is done before.
    @LoopActor
    func giveUpTerminal(via tunnel: TunnelChoice?) async

    /// Releases that are there without being named.
    func releases() -> [FoundRelease]

    /// What the epmd at a host and port knows; no node is needed for that.
    @LoopActor
    func names(
        host: String, port: Int, via tunnel: TunnelChoice?, deadline: Instant?
    ) async throws(NodeFailure) -> [RegisteredNode]
}

extension NodeAccess {
    /// Releases that are there without being named.
    package func releases() -> [FoundRelease] { [] }

    package func record(_ observer: any TrafficObserver) {}

    /// From here on a screen has the terminal: nothing else may ask there. What may have to is done before.
    @LoopActor
    package func giveUpTerminal(via tunnel: TunnelChoice?) async {}
}
