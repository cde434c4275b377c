import ByteTransport
import ClusterAdmin
import ErlangNode
import ReleaseFiles

/// Real settings and real nodes.
final class ProcessTargets: TargetAccess {
    private let environment: [String: String]
    private let hostName: String

    init(environment: [String: String], hostName: String) {
        self.environment = environment
        self.hostName = hostName
    }

    func settings(_ flags: SettingsFlags) throws(SettingsError) -> TargetSettings {
        try SettingsResolver(flags: flags, environment: environment, hostName: hostName).resolve()
    }

    func open(_ target: Target) throws(CommandFailure) -> any Administration {
        try target.administrator()
    }

    func names(host: String, port: Int, deadline: Instant?) throws(NodeFailure) -> [RegisteredNode] {
        try RegisteredNode.all(at: Endpoint(host: host, port: UInt16(clamping: port)), deadline: deadline)
    }
}
