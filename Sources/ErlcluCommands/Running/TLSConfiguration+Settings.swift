import ErlangTerm
import ReleaseFiles
import TLSTransport

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
