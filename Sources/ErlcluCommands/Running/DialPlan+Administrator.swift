import ByteTransport
import ClusterAdmin
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import ReleaseFiles
import TLSTransport

extension DialPlan {
    /// What connects to the node when the first request is made, with the settings checked and the key files read.
    /// - Parameter user: whose settings of OpenSSH count.
    @LoopActor
    func administrator(
        by dialer: any Dialer, as user: @escaping () -> SecureShellUser
    ) throws(CommandFailure) -> NodeAdministrator {
        if let ssh = settings.ssh, settings.transport.value == .ssh {
            return try administrator(through: ssh, as: user())
        }
        let name: NodeName
        do throws(NodeNameError) { name = try NodeName(node) } catch {
            if case .tooLong = error {
                let (count, limit) = (node.unicodeScalars.count, NodeName.maximumCharacters)
                throw .usage(
                    .settings("'\(node)' is no node name: it has \(count) characters, and \(limit) are the limit"))
            }
            throw .usage(.settings("'\(node)' is no node name: it has the form NAME@HOST"))
        }
        guard let cookie = settings.cookie else {
            throw .configuration(
                message: "no cookie is known for \(node)" + (settings.cookieProblem.map { ": \($0)" } ?? ""),
                remedy: "give --cookie-file FILE, --cookie-env VAR, or the release with --release DIR")
        }
        var target = PeerSettings(
            name: name, portLookup: try Self.portLookup(settings, node: node), cookie: cookie.value,
            cookieOrigin: "from \(cookie.origin)")
        target.dialer = dialer
        target.dialHost = settings.address?.value.host
        target.takesAnyName = takesAnyName
        if settings.transport.value == .tls {
            let security = try Self.security(settings, name: name, keyLog: keyLog)
            trace?.security = security
            onSecurity?(security)
            if let recorder {
                security.onMessage = { [weak recorder] in recorder?.passed($0) }
                recorder.security = { security.account }
            }
            target.security = security
        }
        target.setupTime = firstWayTime(of: target.setupTime)
        let observer: (any ConnectionObserver)? =
            if let trace, let recorder { ObserverPair(trace, recorder) } else { trace ?? recorder }
        let isHostAssumed = settings.assumedHosts.contains(node)
        let made = MadeAdministrator()
        let first: NodeAdministrator.Connect = { completion in
            // The connector does not keep its observer; this closure does.
            let connector = NodeConnector(target: target, on: LoopActor.loop, observer: observer)
            let giveUp = dialer.prepare(on: LoopActor.loop) {
                connector.start { outcome in
                    var outcome = outcome
                    if isHostAssumed, case .failed(let failure) = outcome { outcome = .failed(failure.onAssumedHost) }
                    completion(SessionOutcome(outcome))
                }
            }
            return {
                giveUp()
                connector.cancel()
            }
        }
        let administrator = NodeAdministrator(
            node: node,
            connect: connection(first, as: user) { time in
                LoopActor.assumeIsolated { made.administrator?.timeOfPeople += time }
            } onDetour: { failure in
                LoopActor.assumeIsolated { made.administrator?.detour = failure }
            })
        made.administrator = administrator
        return administrator
    }

    private static func portLookup(
        _ settings: NodeSettings, node: String
    ) throws(CommandFailure) -> PeerSettings.PortLookup {
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

    /// An option may demand more than is checked here. Who connects all the same has to say so.
    private static func unmet(_ demand: Sourced<String>, of node: String) -> NodeFailure {
        NodeFailure(
            .tlsStrict, stage: .tls, node: node,
            message: "\(demand.value) (\(demand.origin)) may demand more of \(node) than can be checked here; nothing "
                + "was sent",
            remedy: "give an option file without it (--optfile), which checks the rest; --insecure checks nothing, and "
                + "whoever answers is believed")
    }

    /// A CRL that is there and is not read may revoke the node's certificate.
    private static func unread(_ error: TLSConfigurationError, of node: String) -> NodeFailure {
        NodeFailure(
            .tlsStrict, stage: .tls, node: node,
            message:
                "whether the certificate of \(node) is revoked cannot be found out, and nothing was sent: \(error)",
            remedy: "see that the directory is there and holds CRLs that the user of this command can read "
                + "(crl_cache in the optfile)")
    }

    private static func security(
        _ settings: NodeSettings, name: NodeName, keyLog: String?
    ) throws(CommandFailure) -> TLSSecurity {
        if let demand = settings.tls.unmet.first { throw .node(unmet(demand, of: name.description)) }
        var serverName: String? = name.host
        switch settings.tls.serverName?.value {
        case .name(let given): serverName = given
        case .disabled: serverName = nil
        case nil: break
        }
        do throws(TLSConfigurationError) {
            return try TLSSecurity(try TLSConfiguration(settings.tls, keyLog: keyLog), serverName: serverName)
        } catch {
            if case .keyLog = error.cause { throw .output(error.description) }
            if case .revocation = error.cause { throw .node(unread(error, of: name.description)) }
            throw error.isMissingInput
                ? .input(error.description) : .configuration(message: error.description, remedy: error.remedy)
        }
    }
}
