import ErlangTerm

/// Files of terms, as settings need them.
enum ConfigurationTerms {
    /// - Parameter thing: what the file is, for the message: `the TLS option file`.
    static func read(
        _ path: String, _ thing: String, _ files: any FileSource
    ) throws(SettingsError) -> [LocatedTerm] {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try files.read(path)
        } catch {
            throw SettingsError(.noInput, "cannot read \(thing): \(error.reason)", file: path)
        }
        do throws(TermSyntaxError) {
            return try TermParser.consultLocated(bytes: bytes)
        } catch {
            throw SettingsError(.configuration, error.message, file: path, position: error.position)
        }
    }
}
