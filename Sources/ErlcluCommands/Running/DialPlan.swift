package import ByteTransport
import Diagnosis
import ErlangTerm
package import HandshakeTrace
package import ReleaseFiles

/// One node that a command is about to ask, and all that is known of how to reach it.
package struct DialPlan {
    /// The full name, `name@host`.
    package var node: String
    /// Whether the name is a guess, and whoever answers at the address is meant.
    package var takesAnyName: Bool
    package var settings: NodeSettings
    /// When the whole command is over; nil without a limit.
    package var deadline: Instant?
    /// Where TLS secrets are appended.
    package var keyLog: String?
    /// Is given what has them written.
    var onSecurity: ((TLSSecurity) -> Void)?
    /// Is told of each step that is done on the way over SSH, with the node's own daemon.
    var onStep: SecureShellProgress.Observer?
    /// Is told that SSH is gone on with.
    var onDetourBegun: ((Detour) -> Void)?
    /// Observes how the connection comes up; nil where nobody wants to know.
    package var trace: ConnectionTrace?
    /// Receives the same as events.
    package var recorder: OwnConnectionRecorder?
    /// Decides on host keys of SSH; nil: there is nobody who would.
    var judgesHostKey: HostKeyJudge?
    /// Whether a person can be asked, about a host key for one.
    var canAsk = false
    /// Asks a person for a passphrase or a password; nil: there is nobody to ask.
    var asksSecret: (@LoopActor (_ question: String) async -> Secret?)?
    /// What such a person need not type again.
    var typedPasswords: TypedPasswords?

    package init(
        node: String, takesAnyName: Bool = false, settings: NodeSettings, deadline: Instant?, keyLog: String?,
        trace: ConnectionTrace? = nil
    ) {
        self.node = node
        self.takesAnyName = takesAnyName
        self.settings = settings
        self.deadline = deadline
        self.keyLog = keyLog
        self.trace = trace
    }
}

extension SettingsFlags {
    /// What was typed of them.
    init(_ options: ParsedOptions) {
        self.init()
        nodes = options.values(.node)
        context = options.value(.context)
        transport = options.value(.transport)
        address = options.value(.address)
        via = options.value(.via)
        ssh = options.value(.ssh)
        identities = options.values(.identity)
        knownHosts = options.value(.knownHosts)
        hostKeyFingerprints = options.values(.hostKeyFingerprint)
        asksPassword = options.contains(.sshPassword)
        passwordFile = options.value(.sshPasswordFile)
        epmd = options.value(.epmd)
        optfile = options.value(.optfile)
        ca = options.value(.ca)
        certificate = options.value(.cert)
        key = options.value(.key)
        serverName = options.value(.serverName)
        insecure = options.contains(.insecure)
        cookieFile = options.value(.cookieFile)
        cookieEnvironment = options.value(.cookieEnv)
        setCookie = options.value(.setcookie)
        release = options.value(.release)
        vmArguments = options.value(.vmArgs)
        timeout = options.value(.timeout)
        if options.contains(.noShell) { shell = .forbidden }
    }
}

extension CommandFailure {
    init(_ error: SettingsError) {
        switch error.kind {
        case .usage: self = .usage(.settings(error.description))
        case .noInput: self = .input(error.description)
        case .configuration: self = .configuration(message: error.description, remedy: nil)
        }
    }
}
