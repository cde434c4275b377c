import ByteTransport
import ClusterAdmin
import DistributionProtocol
import ErlangNode
import ErlangTerm
import ReleaseFiles
import TLSTransport

/// From the options to a node: resolves the settings and makes what dials it. Nothing is dialled here.
struct TargetOpener {
    let environment: [String: String]
    let hostName: String

    /// The settings in force for `request`.
    func settings(_ request: TargetRequest) throws(CommandFailure) -> TargetSettings {
        do throws(SettingsError) {
            return try SettingsResolver(flags: request.flags, environment: environment, hostName: hostName).resolve()
        } catch {
            switch error.kind {
            case .usage: throw .usage(.target(error.description))
            case .noInput: throw .unreadable(path: error.file ?? "input", reason: error.message)
            case .configuration: throw .configuration(message: error.description, remedy: nil)
            }
        }
    }

    /// The one node that the settings name, or the first of them.
    func open(_ request: TargetRequest) throws(CommandFailure) -> NodeAdministrator {
        let settings = try settings(request)
        guard let node = settings.nodes.value.first else { throw .usage(.target(Self.noNode)) }
        let name: NodeName
        do { name = try NodeName(node) } catch { throw .usage(.target("'\(node)' is no node name: NAME@HOST")) }
        guard let cookie = settings.cookie else {
            throw .configuration(
                message: "no cookie is known for \(node)",
                remedy: "give --cookie-file FILE, --cookie-env VAR, or the release with --release DIR")
        }
        var target = NodeTarget(
            name: name, portLookup: try Self.portLookup(settings, node: node), cookie: cookie.value,
            cookieOrigin: "from \(cookie.origin)")
        target.dialHost = settings.address?.value.host
        if settings.transport.value == .tls {
            target.security = try security(settings, name: name, keyLog: request.keyLog)
        }
        if let timeout = request.timeout { target.setupTime = min(target.setupTime, timeout) }
        let loop = EventLoop()
        return NodeAdministrator(node: node, loop: loop) { completion in
            NodeConnector(target: target, on: loop).start { result in completion(result.map { $0 as any NodeSession }) }
        }
    }

    /// What the epmd of `host` knows; without one that of the target, or of this host.
    func registeredNodes(_ request: TargetRequest, host: String?) throws(CommandFailure) -> [RegisteredNode] {
        let settings = try settings(request)
        var endpoint = Endpoint(host: "127.0.0.1", port: EPMDRequest.standardPort)
        if case .lookup(let epmdHost, let port) = settings.epmd.value {
            endpoint.port = UInt16(clamping: port)
            let target = settings.nodes.value.first.flatMap { try? NodeName($0).host }
            endpoint.host = host ?? epmdHost ?? target ?? endpoint.host
        } else if let host {
            endpoint.host = host
        }
        do throws(NodeFailure) {
            return try RegisteredNode.all(at: endpoint, deadline: request.deadline)
        } catch {
            throw .node(error)
        }
    }

    /// Each setting with its origin.
    func describe(_ request: TargetRequest) throws(CommandFailure) -> [SettingRow] {
        SettingRow.all(of: try settings(request))
    }

    private static let noNode =
        "which node? Name it with -n NODE, ERLCLU_NODE, a context (-c), or a release (--release DIR)"

    private static func portLookup(
        _ settings: TargetSettings, node: String
    ) throws(CommandFailure) -> NodeTarget.PortLookup {
        if let address = settings.address { return .known(UInt16(clamping: address.value.port)) }
        if let port = settings.distributionPort { return .known(UInt16(clamping: port.value)) }
        switch settings.epmd.value {
        case .lookup(let host, let port): return .epmd(host: host, port: UInt16(clamping: port))
        case .none:
            throw .configuration(
                message: "\(node) is to be found without epmd, and its port is not known",
                remedy: "give it with --address HOST:PORT")
        }
    }

    private func security(
        _ settings: TargetSettings, name: NodeName, keyLog: String?
    ) throws(CommandFailure) -> TLSSecurity {
        var serverName: String? = name.host
        switch settings.tls.serverName?.value {
        case .name(let given): serverName = given
        case .disabled: serverName = nil
        case nil: break
        }
        do throws(TLSConfigurationError) {
            return try TLSSecurity(TLSConfiguration(settings.tls, keyLog: keyLog), serverName: serverName)
        } catch {
            throw .configuration(message: "\(error)", remedy: nil)
        }
    }
}

extension TLSConfiguration {
    /// The client's side as the settings have it.
    init(_ settings: TLSSettings, keyLog: String?) {
        self.init(role: .initiator)
        trustFiles = settings.ca.map { [$0.value] } ?? []
        certificateFile = settings.certificate?.value
        keyFile = settings.key?.value
        keyPassword = settings.keyPassword?.value.bytes
        verifiesPeer = settings.verifiesPeer.value
        if let depth = settings.depth { self.depth = depth.value }
        if let versions = settings.versions.map({ $0.value.compactMap(Version.init(otp:)) }),
            let lowest = versions.min(), let highest = versions.max()
        {
            self.versions = lowest...highest
        }
        if let ciphers = settings.ciphers?.value { setCiphers(ciphers) }
        keyLogFile = keyLog
    }

    /// OTP has one list for all versions; the suites of TLS 1.3 begin with `TLS_` and know no key exchange.
    private mutating func setCiphers(_ names: [String]) {
        let suites = names.filter { $0.hasPrefix("TLS_AES") || $0.hasPrefix("TLS_CHACHA20") }
        let others = names.filter { !suites.contains($0) }
        if !suites.isEmpty { cipherSuites = suites.joined(separator: ":") }
        if !others.isEmpty { ciphers = others.joined(separator: ":") }
    }
}

extension TLSConfiguration.Version {
    /// As `ssl:protocol_version()` spells it.
    init?(otp name: String) {
        switch name {
        case "tlsv1": self = .tls10
        case "tlsv1.1": self = .tls11
        case "tlsv1.2": self = .tls12
        case "tlsv1.3": self = .tls13
        default: return nil
        }
    }
}

extension TargetRequest {
    /// What the resolver takes.
    var flags: SettingsFlags {
        var flags = SettingsFlags()
        flags.nodes = nodes
        flags.context = context
        flags.transport = transport
        flags.address = address?.description
        flags.epmd = epmd
        flags.optfile = optfile
        flags.ca = authorities
        flags.certificate = certificate
        flags.key = key
        flags.serverName = serverName
        flags.insecure = isInsecure
        flags.cookieFile = cookieFile
        flags.cookieEnvironment = cookieVariable
        flags.setCookie = cookie.map { String(decoding: $0.bytes, as: UTF8.self) }
        flags.release = release
        flags.vmArguments = vmArguments
        return flags
    }
}
