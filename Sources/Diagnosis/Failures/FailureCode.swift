/// Every reason for which a connection or a request fails, as the user sees it. The raw value is what is printed and
/// what `explain` takes.
package enum FailureCode: String, CaseIterable, Sendable {
    case dns = "E-DNS"
    case epmdRefused = "E-EPMD-REFUSED"
    case epmdTimeout = "E-EPMD-TIMEOUT"
    case epmdNotRegistered = "E-EPMD-NOTREG"
    case tcpRefused = "E-TCP-REFUSED"
    case tcpTimeout = "E-TCP-TIMEOUT"
    case tlsToTCP = "E-TLS-TO-TCP"
    case tcpToTLS = "E-TCP-TO-TLS"
    case certificateExpired = "E-CERT-EXPIRED"
    case certificateNotYetValid = "E-CERT-NOT-YET"
    case caUnknown = "E-CA-UNKNOWN"
    case certificateName = "E-CERT-NAME"
    case certificateUsage = "E-CERT-USAGE"
    case certificateRequired = "E-CERT-REQUIRED"
    case certificateRevoked = "E-CERT-REVOKED"
    /// One of the rows above, and nobody can see which.
    case certificateRefused = "E-CERT-REFUSED"
    case tlsVersion = "E-TLS-VERSION"
    case tlsCipher = "E-TLS-CIPHER"
    case tlsOptions = "E-TLS-OPTIONS"
    case tlsKey = "E-TLS-KEY"
    case tlsStrict = "E-TLS-STRICT"
    case name = "E-NAME"
    case nameType = "E-NAMETYPE"
    case notAllowed = "E-NOT-ALLOWED"
    case alive = "E-ALIVE"
    case nok = "E-NOK"
    case flags = "E-FLAGS"
    case cookie = "E-COOKIE"
    case setupTimeout = "E-SETUP-TIMEOUT"
    case tick = "E-TICK"
    case overlap = "E-OVERLAP"
    case closed = "E-CLOSED"
    case disconnected = "E-DISCONNECTED"
    case rpc = "E-RPC"
    case sshHostKey = "E-SSH-HOSTKEY"
    case sshAuthentication = "E-SSH-AUTH"
    case sshDisabled = "E-SSH-DISABLED"
    case sshAdvisory = "E-SSH-CVE"
    /// What the peer sent breaks the protocol in a way that no row of the table names.
    case protocolViolation = "E-PROTOCOL"
    /// The deadline of the whole command passed while the node was up.
    case timeout = "E-TIMEOUT"
    // What follows is no failure of a connection; the codes stand where scripts read errors.
    case exception = "E-EXCEPTION"
    case syntax = "E-SYNTAX"
    case unavailable = "E-UNAVAILABLE"
    case rpcError = "E-RPC-ERROR"
    case usage = "E-USAGE"
    case input = "E-INPUT"
    case output = "E-OUTPUT"
    case configuration = "E-CONFIG"

    /// The process's exit status (`sysexits.h`).
    package var exitStatus: Int32 {
        switch self {
        case .dns: 68
        case .epmdRefused, .epmdTimeout, .epmdNotRegistered, .tcpRefused, .tcpTimeout, .rpc: 69
        case .closed, .disconnected, .tick, .overlap: 69
        case .setupTimeout, .timeout: 75
        case .tlsToTCP, .tcpToTLS, .tlsVersion, .tlsCipher, .name, .nameType, .alive, .nok, .flags: 76
        case .sshDisabled, .protocolViolation: 76
        case .certificateExpired, .certificateNotYetValid, .caUnknown, .certificateName, .certificateUsage: 77
        case .certificateRequired, .certificateRevoked, .certificateRefused, .notAllowed, .cookie: 77
        case .sshHostKey, .sshAuthentication: 77
        case .tlsOptions, .tlsKey, .tlsStrict, .configuration: 78
        case .usage: 64
        case .syntax: 65
        case .input: 66
        case .output: 74
        // The last of these is whatever the function says.
        case .sshAdvisory, .exception, .unavailable, .rpcError: 1
        }
    }
}
