package import Diagnosis

extension FailureCode {
    /// The process's exit status (`sysexits.h`).
    package var exitStatus: Int32 {
        switch self {
        case .dns: 68
        case .epmdRefused, .epmdTimeout, .epmdNotRegistered, .tcpRefused, .tcpTimeout, .tunnel, .rpc: 69
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
        case .sshAdvisory, .exception, .unavailable, .noEvaluation, .rpcError: 1
        }
    }
}
