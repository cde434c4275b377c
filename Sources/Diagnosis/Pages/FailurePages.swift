extension FailureCode {
    /// The code's page. Every code has one; the compiler sees to it.
    package var page: FailurePage {
        switch self {
        case .dns, .epmdRefused, .epmdTimeout, .epmdNotRegistered, .tcpRefused, .tcpTimeout, .tunnel: reachingPage
        case .tlsToTCP, .tcpToTLS, .tlsVersion, .tlsCipher, .tlsOptions, .tlsKey, .tlsStrict: securityPage
        case .certificateExpired, .certificateNotYetValid, .caUnknown, .certificateName, .certificateUsage,
            .certificateRequired, .certificateRevoked, .certificateRefused:
            certificatePage
        case .name, .nameType, .notAllowed, .alive, .nok, .flags, .cookie, .setupTimeout: handshakePage
        case .tick, .overlap, .closed, .disconnected, .rpc, .protocolViolation, .timeout: linkPage
        case .sshHostKey, .sshAuthentication, .sshDisabled, .sshAdvisory: shellPage
        case .exception, .syntax, .unavailable, .noEvaluation, .rpcError, .usage, .input, .output, .configuration:
            commandPage
        }
    }
}
