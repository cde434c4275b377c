import ErlangTerm

/// An `ssl_dist_optfile`: `[{server, […]}, {client, […]}].`, the very file that the node reads (`ssl_dist_sup`).
package enum DistributionOptionFile {
    /// Bytes of a file that are read: each character of a string takes many when it is evaluated.
    package static let sizeLimit = 256 << 10

    /// Evaluates the file, and reads the `client` section.
    ///
    /// OTP takes relative paths from the node's working directory. We take them from where there is such a file: our
    /// working directory, the directory of the option file, then `directories` (the release's root).
    ///
    /// - Parameter environment: what `os:getenv/1` in the file sees.
    /// - Returns: no options when the file has no `client` section: the node itself then connects without any.
    package static func read(
        _ path: String, _ files: any FileSource, directories: [String] = [], environment: [String: String] = [:]
    ) throws(SettingsError) -> TLSOptions {
        let value = try evaluate(path, files, environment)
        let places = [FilePath.directory(of: path)] + directories
        var reader = TLSOptionReader(path: path, directories: places, files: files)
        if value.unknown != nil, value.elements == nil {
            reader.demand("the whole file", value)
        } else if let client = try section("client", of: value, path) {
            try reader.read(client)
        }
        return reader.options
    }

    private static func evaluate(
        _ path: String, _ files: any FileSource, _ environment: [String: String]
    ) throws(SettingsError) -> OptionValue {
        let bytes: [UInt8]
        do throws(FileFailure) { bytes = try files.read(path) } catch {
            throw SettingsError(.noInput, "cannot read the TLS option file: \(error.reason)", file: path)
        }
        guard bytes.count <= sizeLimit else {
            throw SettingsError(.configuration, "larger than an option file can be (256 KiB)", file: path)
        }
        let expressions: [Expression]
        do throws(TermSyntaxError) { expressions = try ExpressionParser.parse(bytes: bytes) } catch {
            throw SettingsError(.configuration, error.message, file: path, position: error.position)
        }
        guard expressions.count == 1, let expression = expressions.first else {
            throw SettingsError(.configuration, "expected one expression, as OTP does", file: path)
        }
        return OptionEvaluator(environment: environment, files: files).value(of: expression)
    }

    /// The last one of that name: OTP puts the pairs, or one alone, into a table.
    private static func section(
        _ name: String, of file: OptionValue, _ path: String
    ) throws(SettingsError) -> OptionValue? {
        guard let sections = file.elements ?? file.fields.map({ _ in [file] }) else {
            throw SettingsError(
                .configuration, "expected one list [{server, [...]}, {client, [...]}] ended by a period", file: path)
        }
        var found: OptionValue?
        for section in sections {
            guard let pair = section.fields, pair.count == 2, let key = pair[0].atom else {
                throw SettingsError(
                    .configuration, "expected {server, [...]} or {client, [...]}", file: path,
                    position: section.position)
            }
            if key == name {
                guard pair[1].elements != nil || pair[1].unknown != nil else {
                    throw SettingsError(
                        .configuration, "expected {\(name), [...]}", file: path, position: section.position)
                }
                found = pair[1]
            }
        }
        return found
    }
}
