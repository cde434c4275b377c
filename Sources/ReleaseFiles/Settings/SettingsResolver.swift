/// Puts the layers together: flag, then `ERLCLU_*`, then `RELX_*` and `RELEASE_*`, then the context, then the
/// release's files, then the cookie files of the user, then defaults.
package struct SettingsResolver {
    let flags: SettingsFlags
    let environment: [String: String]
    let files: any FileSource
    let hostName: String

    /// - Parameters:
    ///   - hostName: this machine's name as `gethostname` gives it; its first label completes names without a host.
    package init(
        flags: SettingsFlags, environment: [String: String], files: any FileSource = SystemFiles(), hostName: String
    ) {
        self.flags = flags
        self.environment = environment
        self.files = files
        self.hostName = hostName
    }

    /// - Throws: `SettingsError` for what is missing or wrong; a target that nobody named is no error here.
    package func resolve() throws(SettingsError) -> TargetSettings {
        TargetSettings(
            nodes: Sourced([], .fallback), nameType: Sourced(.short, .fallback), cookie: nil,
            transport: Sourced(.tcp, .fallback), address: nil,
            epmd: Sourced(.lookup(host: nil, port: EPMDChoice.defaultPort), .fallback), distributionPort: nil,
            tls: TLSSettings(verifiesPeer: Sourced(true, .fallback)),
            timeoutMilliseconds: Sourced(10_000, .fallback), mode: Sourced(.readWrite, .fallback), context: nil,
            release: nil, optfile: nil, warnings: [])
    }
}
