extension TLSConfiguration.Version {
    /// As `ssl:protocol_version()` spells it.
    package init?(otp name: String) {
        switch name {
        case "tlsv1": self = .tls10
        case "tlsv1.1": self = .tls11
        case "tlsv1.2": self = .tls12
        case "tlsv1.3": self = .tls13
        default: return nil
        }
    }
}
