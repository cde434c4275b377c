import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Glibc
import ReleaseFiles
import TLSTransport

/// Real settings and real nodes.
final class LiveNodeAccess: NodeAccess {
    private let environment: [String: String]
    private let hostName: String
    private let loop: EventLoop
    /// It keeps what it found: a command asks for its settings more than once.
    private let shell = ReleaseShell()
    private let dialers = Dialers()

    /// - Parameter loop: that all connections are on.
    init(environment: [String: String], hostName: String, loop: EventLoop) {
        self.loop = loop
        self.environment = environment
        self.hostName = hostName
    }

    func settings(_ flags: SettingsFlags) throws(SettingsError) -> NodeSettings {
        // From here on a cookie and keys are held.
        ProcessSecrecy.begin()
        return try resolved(flags)
    }

    private func resolved(_ flags: SettingsFlags) throws(SettingsError) -> NodeSettings {
        let (environment, hostName) = (environment, hostName)
        return try SettingsResolver(
            flags: flags, environment: environment, hostName: hostName, shell: shell,
            user: { SecureShellUser.current(environment: environment, hostName: hostName) }
        ).resolve()
    }

    func releases() -> [FoundRelease] {
        let folder = getcwd(nil, 0).map { path in
            defer { free(path) }
            return String(cString: path)
        }
        return FoundRelease.all(environment: environment, folder: folder ?? "", SystemFiles())
    }

    func contexts() throws(SettingsError) -> (names: [String], usual: String?) {
        let resolver = SettingsResolver(flags: SettingsFlags(), environment: environment, hostName: hostName)
        let file = try resolver.contextFile()
        return (file?.contextNames ?? [], file?.defaultContext)
    }

    @LoopActor
    func open(_ target: DialPlan) throws(CommandFailure) -> any Administration {
        try target.administrator(by: dialers.dialer(for: target.settings.via?.value)) { [environment, hostName] in
            SecureShellUser.current(environment: environment, hostName: hostName)
        }
    }

    @LoopActor
    func speaksTLS(at endpoint: Endpoint, via tunnel: TunnelChoice?, deadline: Instant?) async -> Bool {
        var configuration = TLSConfiguration(role: .initiator)
        configuration.verifiesPeer = false
        guard let security = try? TLSSecurity(configuration, serverName: nil) else { return false }
        let finding = Promise<Bool>()
        let probe = SecurityProbe(at: endpoint, security: security, by: dialers.dialer(for: tunnel), on: loop) {
            finding.fulfil($0)
        }
        defer { probe.cancel() }
        let patience = Instant.now + .seconds(2)
        if case .value(let found) = await finding.value(until: min(deadline ?? patience, patience)) { return found }
        return false
    }

    @LoopActor
    func giveUpTerminal(via tunnel: TunnelChoice?) async {
        if tunnel != nil {
            let ready = Promise<Void>()
            let giveUp = dialers.dialer(for: tunnel).prepare(on: loop) { ready.fulfil(()) }
            _ = await ready.value(until: nil)
            giveUp()
        }
        dialers.mayAsk = false
    }

    func record(_ observer: any TrafficObserver) { loop.traffic = observer }

    @LoopActor
    func names(
        host: String, port: Int, via tunnel: TunnelChoice?, deadline: Instant?
    ) async throws(NodeFailure) -> [RegisteredNode] {
        try await RegisteredNode.all(
            at: Endpoint(host: host, port: UInt16(clamping: port)), by: dialers.dialer(for: tunnel), deadline: deadline)
    }
}
