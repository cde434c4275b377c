import ErlangTerm

/// An `ssl_dist_optfile`: `[{server, […]}, {client, […]}].`, the very file that the node reads (`ssl_dist_sup`).
package enum DistributionOptionFile {
    /// Bytes of a file that are read: each character of a string takes many when it is evaluated.
    package static let sizeLimit = 256 << 10

    /// Whose options: those of a node that dials, or of one that is dialled.
    package enum Section: String, Sendable {
        case client
        case server
    }

    /// Evaluates the file, and reads one section.
    ///
    /// OTP takes relative paths from the node's working directory. We take them from where there is such a file: our
    /// working directory, the directory of the option file, then `directories` (the release's root).
    ///
    /// - Parameter environment: what `os:getenv/1` in the file sees.
    /// - Returns: no options when the file has no such section: the node itself then connects without any.
    package static func read(
        _ path: String, _ files: any FileSource, section: Section = .client, directories: [String] = [],
        environment: [String: String] = [:]
    ) throws(SettingsError) -> TLSOptions {
        let value = try evaluate(path, files, environment)
        let places = [FilePath.directory(of: path)] + directories
        var reader = TLSOptionReader(path: path, directories: places, files: files, section: section)
        if value.unknown != nil, value.elements == nil {
            reader.demand("the whole file", value)
        } else if let options = try options(of: section, in: value, path) {
            try reader.read(options)
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
    private static func options(
        of section: Section, in file: OptionValue, _ path: String
    ) throws(SettingsError) -> OptionValue? {
        guard let sections = file.elements ?? file.fields.map({ _ in [file] }) else {
            throw SettingsError(
                .configuration, "expected one list [{server, [...]}, {client, [...]}] ended by a period", file: path)
        }
        var found: OptionValue?
        for entry in sections {
            guard let pair = entry.fields, pair.count == 2, let key = pair[0].atom else {
                throw SettingsError(
                    .configuration, "expected {server, [...]} or {client, [...]}", file: path,
                    position: entry.position)
            }
            if key == section.rawValue {
                guard pair[1].elements != nil || pair[1].unknown != nil else {
                    throw SettingsError(
                        .configuration, "expected {\(key), [...]}", file: path, position: entry.position)
                }
                found = pair[1]
            }
        }
        return found
    }
}
