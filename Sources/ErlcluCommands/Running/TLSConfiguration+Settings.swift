import ErlangTerm
import ReleaseFiles
import TLSTransport

extension TLSConfiguration {
    /// The client's side as the settings have it.
    ///
    /// - Throws: when no cipher of the settings is known.
    init(_ settings: TLSSettings, keyLog: String?) throws(TLSConfigurationError) {
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
        if let ciphers = settings.ciphers?.value { try offerOnly(ciphers) }
        allowsWildcards = settings.allowsWildcards?.value ?? false
        revocation = settings.revocation.map { check in
            Revocation(
                directory: check.value.directory, coversIssuers: check.value.coversIssuers,
                isBestEffort: check.value.isBestEffort)
        }
        keyLogFile = keyLog
    }
}
