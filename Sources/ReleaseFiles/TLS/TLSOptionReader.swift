import ErlangTerm

/// One option after the other; of an option given twice the first counts, as in a property list.
struct TLSOptionReader {
    let path: String
    let directories: [String]
    let files: any FileSource
    var options = TLSOptions()

    init(path: String, directories: [String], files: any FileSource) {
        self.path = path
        self.directories = directories
        self.files = files
    }

    mutating func read(_ list: LocatedTerm) throws(SettingsError) {
        for option in list.children {
            let origin = Origin.file(path, line: option.position.line)
            switch option.term {
            case .tuple(let pair) where pair.count == 2:
                guard case .atom(let name) = pair[0] else {
                    throw error("an option's name must be an atom", option)
                }
                try set(name.name, pair[1], origin, option)
            case .atom(let flag):
                if !TLSOptions.irrelevant.contains(flag.name) {
                    options.unsupported.append(Sourced(flag.name, origin))
                }
            default:
                throw error("expected {Option, Value}", option)
            }
        }
    }

    private mutating func set(
        _ name: String, _ value: Term, _ origin: Origin, _ place: LocatedTerm
    ) throws(SettingsError) {
        switch name {
        case "certfile": fill(&options.certificate, Sourced(try file(value, name, place), origin))
        case "keyfile": fill(&options.key, Sourced(try file(value, name, place), origin))
        case "cacertfile": fill(&options.ca, Sourced(try file(value, name, place), origin))
        case "password":
            // A fun may give it, too; then it is not in the file.
            guard let text = value.text else { return unsupported("password", origin) }
            fill(&options.password, Sourced(Secret(text), origin))
        case "certs_keys": try setCertificates(value, origin, place)
        case "verify": try setVerify(value, origin, place)
        case "versions":
            guard let names = value.atomNames else { throw bad(name, "a list of versions", place) }
            try setVersions(names, origin, place)
        case "ciphers":
            guard let names = value.cipherNames else { return unsupported(name, origin) }
            fill(&options.ciphers, Sourced(names, origin))
        case "depth":
            guard case .integer(let depth) = value, (0...255).contains(depth) else {
                throw bad(name, "an integer of 0 to 255", place)
            }
            fill(&options.depth, Sourced(depth, origin))
        case "server_name_indication":
            if case .atom("disable") = value {
                fill(&options.serverName, Sourced(.disabled, origin))
            } else if let text = value.text {
                fill(&options.serverName, Sourced(.name(text), origin))
            } else {
                throw bad(name, "a string or disable", place)
            }
        case "crl_check" where value == .atom("false"):
            break
        default:
            if !TLSOptions.irrelevant.contains(name) { unsupported(name, origin) }
        }
    }

    /// The first of `certs_keys`; of several we cannot choose by what the peer asks for.
    private mutating func setCertificates(
        _ value: Term, _ origin: Origin, _ place: LocatedTerm
    ) throws(SettingsError) {
        guard case .list(let entries) = value, case .map(let pairs)? = entries.first else {
            throw bad("certs_keys", "a list of maps", place)
        }
        var didFind = false
        for pair in pairs {
            guard case .atom(let key) = pair.key else { continue }
            switch key.name {
            case "certfile":
                fill(&options.certificate, Sourced(try file(pair.value, key.name, place), origin))
                didFind = true
            case "keyfile": fill(&options.key, Sourced(try file(pair.value, key.name, place), origin))
            case "password":
                if let text = pair.value.text { fill(&options.password, Sourced(Secret(text), origin)) }
            default: break
            }
        }
        if !didFind || entries.count > 1 { unsupported(didFind ? "certs_keys beyond the first" : "certs_keys", origin) }
    }

    /// What is unknown, and a gap between two versions, which OpenSSL has no words for, is named; nothing known at all
    /// would leave us with our own idea of what is safe.
    private mutating func setVersions(
        _ names: [String], _ origin: Origin, _ place: LocatedTerm
    ) throws(SettingsError) {
        let all = ["tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3"]
        let indices = names.compactMap { all.firstIndex(of: $0) }
        guard let lowest = indices.min(), let highest = indices.max() else {
            throw bad("versions", "a list of \(all.joined(separator: ", "))", place)
        }
        for name in names where !all.contains(name) { unsupported("versions: \(name)", origin) }
        for index in lowest...highest where !indices.contains(index) {
            unsupported("versions without \(all[index])", origin)
        }
        fill(&options.versions, Sourced(names, origin))
    }

    private mutating func setVerify(
        _ value: Term, _ origin: Origin, _ place: LocatedTerm
    ) throws(SettingsError) {
        switch value {
        case .atom("verify_peer"): fill(&options.verifiesPeer, Sourced(true, origin))
        case .atom("verify_none"): fill(&options.verifiesPeer, Sourced(false, origin))
        default: throw bad("verify", "verify_peer or verify_none", place)
        }
    }

    private func file(_ value: Term, _ name: String, _ place: LocatedTerm) throws(SettingsError) -> String {
        guard let text = value.text, !text.isEmpty else { throw bad(name, "a file name", place) }
        return FilePath.locate(text, in: directories, files)
    }

    private func fill<Value>(_ field: inout Sourced<Value>?, _ value: Sourced<Value>) {
        if field == nil { field = value }
    }

    private mutating func unsupported(_ name: String, _ origin: Origin) {
        options.unsupported.append(Sourced(name, origin))
    }

    private func bad(_ name: String, _ expected: String, _ place: LocatedTerm) -> SettingsError {
        error("\(name): expected \(expected)", place)
    }

    private func error(_ message: String, _ place: LocatedTerm) -> SettingsError {
        SettingsError(.configuration, message, file: path, position: place.position)
    }

    // MARK: -ssl_dist_opt

    /// The pairs `client_certfile x` of a `vm.args` (`inet_tls_dist:ssl_options/2`); those of the server are left out.
    static func options(
        from arguments: DistributionArguments, _ files: any FileSource, directories: [String]
    ) -> TLSOptions {
        var reader = TLSOptionReader(path: "", directories: directories, files: files)
        for (key, value) in arguments.options where key.text.hasPrefix("client_") {
            reader.set(argument: String(key.text.dropFirst("client_".count)), value.text, value.origin)
        }
        return reader.options
    }

    private mutating func set(argument name: String, _ text: String, _ origin: Origin) {
        switch name {
        case "certfile": fill(&options.certificate, Sourced(FilePath.locate(text, in: directories, files), origin))
        case "keyfile": fill(&options.key, Sourced(FilePath.locate(text, in: directories, files), origin))
        case "cacertfile": fill(&options.ca, Sourced(FilePath.locate(text, in: directories, files), origin))
        case "password": fill(&options.password, Sourced(Secret(text), origin))
        case "verify" where text == "verify_peer" || text == "verify_none":
            fill(&options.verifiesPeer, Sourced(text == "verify_peer", origin))
        case "depth":
            if let depth = Int(text), (0...255).contains(depth) {
                fill(&options.depth, Sourced(depth, origin))
            } else {
                unsupported("depth \(text)", origin)
            }
        case "ciphers":
            fill(&options.ciphers, Sourced(text.split(separator: ":").map(String.init), origin))
        default:
            if !TLSOptions.irrelevant.contains(name) { unsupported(name, origin) }
        }
    }
}
