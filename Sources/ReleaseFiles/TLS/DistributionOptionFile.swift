import ErlangTerm

/// An `ssl_dist_optfile`: `[{server, […]}, {client, […]}].`, the very file that the node reads (`ssl_dist_sup`).
package enum DistributionOptionFile {
    /// Reads the `client` section.
    ///
    /// OTP takes relative paths from the node's working directory. We take them from where there is such a file: our
    /// working directory, the directory of the option file, then `directories` (the release's root).
    ///
    /// - Returns: no options when the file has no `client` section: the node itself then connects without any.
    package static func read(
        _ path: String, _ files: any FileSource, directories: [String] = []
    ) throws(SettingsError) -> TLSOptions {
        let terms = try ConfigurationTerms.read(path, "the TLS option file", files)
        guard terms.count == 1, let sections = terms.first, case .list = sections.term else {
            throw SettingsError(
                .configuration, "expected one list [{server, [...]}, {client, [...]}] ended by a period", file: path)
        }
        guard let client = try section("client", of: sections, path) else { return TLSOptions() }
        let places = [FilePath.directory(of: path)] + directories
        var reader = TLSOptionReader(path: path, directories: places, files: files)
        try reader.read(client)
        return reader.options
    }

    private static func section(
        _ name: Atom, of sections: LocatedTerm, _ path: String
    ) throws(SettingsError) -> LocatedTerm? {
        for section in sections.children {
            guard case .tuple(let pair) = section.term, pair.count == 2, case .atom(let key) = pair[0],
                case .list = pair[1], let options = section.children.last
            else {
                throw SettingsError(
                    .configuration, "expected {server, [...]} or {client, [...]}", file: path,
                    position: section.position)
            }
            if key == name { return options }
        }
        return nil
    }
}
