import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import HandshakeTrace
import ReleaseFiles
import TLSTransport

/// TLS as an `ssl_dist_optfile` has it: for peers that dial us, and for those that we dial. It reads its files again when
/// it is told to; connections that are up stay as they are.
final class DaemonSecurity {
    private let path: String
    private let dials: Bool
    private let environment: [String: String]
    private let files: any FileSource
    private var state: State
    /// What the option file names now, where that is not what is in use.
    private var named: [String] = []

    private struct State {
        var accepting: TLSContext
        /// nil where nobody is dialled: an option file may have no client section then.
        var dialing: TLSContext?
        var serverName: ServerName?
        var watched: [String]
    }

    /// - Parameter dials: whether peers are dialled.
    init(
        _ path: String, dials: Bool, _ environment: [String: String], _ files: any FileSource
    ) throws(DaemonFault) {
        self.path = path
        self.dials = dials
        self.environment = environment
        self.files = files
        state = try Self.read(path, dials, environment, files)
    }

    /// For peers that dial us.
    /// - Parameter recorder: reports the one handshake that this is for; nil: nobody traces it.
    func accepting(tracedBy recorder: NodeTraceRecorder?) -> any StreamSecurity {
        AcceptorSecurity(state.accepting, tracedBy: recorder)
    }

    /// For a connection to one peer.
    func dialing(_ node: NodeName, tracedBy recorder: NodeTraceRecorder?) -> any StreamSecurity {
        let name: String? =
            switch state.serverName {
            case .name(let name)?: name
            case .disabled?: nil
            case nil: node.host
            }
        return InitiatorSecurity(state.dialing, serverName: name, tracedBy: recorder)
    }

    /// Until when the certificate is valid that we show to those that dial us: seconds since 1970.
    var expiry: Int? { state.accepting.ownFacts?.notAfter }

    /// What we show to those that dial us.
    var served: (facts: CertificateFacts, der: [UInt8])? {
        guard let facts = state.accepting.ownFacts, let der = state.accepting.ownEncoded else { return nil }
        return (facts, der)
    }

    /// The files that it was read from.
    var watched: [String] { state.watched + named }

    /// Reads the files again. Where they cannot be used, all stays as it was.
    /// - Parameter now: seconds since 1970.
    func reload(now: Int) throws(DaemonFault) {
        // One of them may come later than the option file that names it.
        named = (try? Self.configurations(path, dials, environment, files))?.files ?? named
        let new = try Self.read(path, dials, environment, files)
        for context in [new.accepting, new.dialing] {
            guard let own = context?.ownFacts else { continue }
            if own.notAfter < now {
                throw DaemonFault(
                    .configuration,
                    "the certificate expired at \(UTCTime(seconds: own.notAfter)): the one in use stays")
            }
            if own.notBefore > now {
                throw DaemonFault(
                    .configuration,
                    "the certificate is not valid before \(UTCTime(seconds: own.notBefore)): the one in use stays")
            }
        }
        state = new
        named = []
    }

    private static func read(
        _ path: String, _ dials: Bool, _ environment: [String: String], _ files: any FileSource
    ) throws(DaemonFault) -> State {
        let read = try configurations(path, dials, environment, files)
        do throws(TLSConfigurationError) {
            return State(
                accepting: try TLSContext(read.accepting),
                dialing: try read.dialing.map { configuration throws(TLSConfigurationError) in
                    try TLSContext(configuration)
                },
                serverName: read.serverName, watched: [path] + read.files)
        } catch {
            throw DaemonFault(.configuration, "\(path): \(error)")
        }
    }

    /// What the option file says, before any file is read that it names.
    private struct Configurations {
        var accepting: TLSConfiguration
        var dialing: TLSConfiguration?
        var serverName: ServerName?
        var files: [String] { accepting.files + (dialing?.files ?? []) }
    }

    private static func configurations(
        _ path: String, _ dials: Bool, _ environment: [String: String], _ files: any FileSource
    ) throws(DaemonFault) -> Configurations {
        let server = try options(of: .server, path, environment, files)
        let client = try options(of: .client, path, environment, files)
        do throws(TLSConfigurationError) {
            return Configurations(
                accepting: try TLSConfiguration(accepting: server),
                dialing: dials ? try TLSConfiguration(dialing: client) : nil, serverName: client.serverName?.value)
        } catch {
            throw DaemonFault(.configuration, "\(path): \(error)")
        }
    }

    private static func options(
        of section: DistributionOptionFile.Section, _ path: String, _ environment: [String: String],
        _ files: any FileSource
    ) throws(DaemonFault) -> TLSOptions {
        let read: TLSOptions
        do throws(SettingsError) {
            read = try DistributionOptionFile.read(path, files, section: section, environment: environment)
        } catch {
            throw DaemonFault(error)
        }
        if let unmet = read.unmet.first {
            throw DaemonFault(
                .configuration, "\(path): \(unmet.value) of the \(section) cannot be honoured, and may demand more")
        }
        return read
    }
}

extension TLSConfiguration {
    fileprivate var files: [String] { trustFiles + [certificateFile, keyFile].compactMap { $0 } }

    /// The side of a node that is dialled, as OTP reads the same options: a server asks for no certificate unless it is
    /// told to.
    fileprivate init(accepting options: TLSOptions) throws(TLSConfigurationError) {
        try self.init(role: .acceptor, options)
        verifiesPeer = options.verifiesPeer?.value ?? false
        requiresPeerCertificate = options.requiresPeerCertificate?.value ?? false
    }

    /// The side of a node that dials. It checks the peer unless it is told not to, as OTP from 26 on.
    fileprivate init(dialing options: TLSOptions) throws(TLSConfigurationError) {
        try self.init(role: .initiator, options)
        verifiesPeer = options.verifiesPeer?.value ?? true
        allowsWildcards = options.allowsWildcards?.value ?? false
    }

    private init(role: Role, _ options: TLSOptions) throws(TLSConfigurationError) {
        self.init(role: role)
        trustFiles = options.ca.map { [$0.value] } ?? []
        certificateFile = options.certificate?.value
        keyFile = options.key?.value
        keyPassword = options.password?.value.bytes
        if let depth = options.depth { self.depth = depth.value }
        if let versions = options.versions.map({ $0.value.compactMap(Version.init(otp:)) }),
            let lowest = versions.min(), let highest = versions.max()
        {
            self.versions = lowest...highest
        }
        if let ciphers = options.ciphers?.value { try offerOnly(ciphers) }
        revocation = options.revocation.map { check in
            Revocation(
                directory: check.value.directory, coversIssuers: check.value.coversIssuers,
                isBestEffort: check.value.isBestEffort)
        }
    }
}
