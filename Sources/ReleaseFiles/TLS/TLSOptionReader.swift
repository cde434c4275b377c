import ErlangTerm

/// Reads a property list of `ssl` options. Of an option given twice the last one counts: so does every release of OTP
/// (measured on 25, 27 and 29; `server_name_indication` apart).
struct TLSOptionReader {
    let path: String
    let directories: [String]
    let files: any FileSource
    let section: DistributionOptionFile.Section
    var options = TLSOptions()

    init(
        path: String, directories: [String], files: any FileSource, section: DistributionOptionFile.Section = .client
    ) {
        self.section = section
        self.path = path
        self.directories = directories
        self.files = files
    }

    mutating func read(_ list: OptionValue) throws(SettingsError) {
        guard let elements = list.elements else { return demand("the \(section) section", list) }
        var latest: [String: Int] = [:]
        var named: [(name: String, value: OptionValue?, place: OptionValue)] = []
        for element in elements {
            guard let option = Self.option(element) else {
                try refuse(element)
                continue
            }
            latest[option.name] = named.count
            named.append((option.name, option.value, element))
        }
        for (index, option) in named.enumerated() where latest[option.name] == index {
            // OTP takes certs_keys alone then, wherever it stands.
            if latest["certs_keys"] != nil, Self.ownIdentity.contains(option.name) { continue }
            if let value = option.value {
                try set(option.name, value, option.place)
            } else {
                note(option.name, option.place)
            }
        }
        try readRevocation(named.last { $0.name == "crl_check" }?.value, named.last { $0.name == "crl_cache" }?.value)
    }

    /// What `certs_keys` replaces.
    private static let ownIdentity: Set<String> = ["cert", "certfile", "key", "keyfile", "password"]

    /// `{Name, Value}`, or a name alone; `{raw, A, B, C}` has no value for us.
    private static func option(_ element: OptionValue) -> (name: String, value: OptionValue?)? {
        if let flag = element.atom { return (flag, nil) }
        guard let fields = element.fields, let name = fields.first?.atom else { return nil }
        return (name, fields.count == 2 ? fields[1] : nil)
    }

    private mutating func refuse(_ element: OptionValue) throws(SettingsError) {
        guard element.unknown == nil else { return demand("an option", element) }
        let isPair = element.fields?.count == 2
        throw error(isPair ? "an option's name must be an atom" : "expected {Option, Value}", element)
    }

    private mutating func set(_ name: String, _ value: OptionValue, _ place: OptionValue) throws(SettingsError) {
        let origin = origin(place)
        switch name {
        case "certfile": if let file = try file(value, name, place) { options.certificate = Sourced(file, origin) }
        case "keyfile": if let file = try file(value, name, place) { options.key = Sourced(file, origin) }
        case "cacertfile":
            guard value.unknown == nil else { return demand(name, value) }
            if options.ca == nil, let file = try file(value, name, place) { options.ca = Sourced(file, origin) }
        case "cacerts": setAuthorities(value, origin)
        case "password": setPassword(value, origin)
        case "certs_keys": try setCertificates(value, origin, place)
        case "verify": try setVerify(value, origin, place)
        case "versions":
            guard value.unknown == nil else { return demand(name, value) }
            guard let names = value.term?.atomNames else { throw bad(name, "a list of versions", place) }
            try setVersions(names, origin, place)
        case "ciphers":
            // An empty list stands for OTP's default.
            if value.term == .list([]) { return }
            guard let names = value.term.flatMap(CipherNames.init)?.names else { return demand(name, value) }
            options.ciphers = Sourced(names, origin)
        case "depth":
            guard value.unknown == nil else { return demand(name, value) }
            guard case .integer(let depth)? = value.term, (0...255).contains(depth) else {
                throw bad(name, "an integer of 0 to 255", place)
            }
            options.depth = Sourced(depth, origin)
        case "server_name_indication": try setServerName(value, origin, place)
        case "customize_hostname_check": setHostMatching(value, origin)
        case "stapling", "ocsp_stapling":
            if !["no_staple", "false"].contains(value.atom) { demand(name, value) }
        case "crl_check", "crl_cache": break
        case "fail_if_no_peer_cert" where section == .server:
            guard let flag = value.atom, flag == "true" || flag == "false" else { return demand(name, value) }
            options.requiresPeerCertificate = Sourced(flag == "true", origin)
        case "allow_any_ca_purpose", "fail_if_no_peer_cert": if value.atom != "false" { note(name, place) }
        default: note(name, place)
        }
    }

    // MARK: Certificates

    /// The first of `certs_keys`; of several we cannot choose by what the peer asks for.
    private mutating func setCertificates(
        _ value: OptionValue, _ origin: Origin, _ place: OptionValue
    ) throws(SettingsError) {
        guard let entries = value.elements, let parts = entries.first?.associations else {
            guard value.unknown == nil else { return unsupported("certs_keys", origin) }
            throw bad("certs_keys", "a list of maps", place)
        }
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let key = parts[index].atom, ["certfile", "keyfile", "password"].contains(key) else { continue }
            try set(key, parts[index + 1], place)
        }
        if options.certificate == nil {
            unsupported("certs_keys", origin)
        } else if entries.count > 1 {
            unsupported("certs_keys beyond the first", origin)
        }
    }

    /// A fun may give it, too.
    private mutating func setPassword(_ value: OptionValue, _ origin: Origin) {
        let inner = if case .constantFun(let body) = value.content { body } else { value }
        guard let text = inner.term?.text, inner.atom == nil else { return unsupported("password", origin) }
        options.password = Sourced(Secret(text), origin)
    }

    /// `cacerts` counts more than `cacertfile`.
    private mutating func setAuthorities(_ value: OptionValue, _ origin: Origin) {
        guard case .known(.systemAuthorities) = value.content,
            let bundle = Self.systemBundles.first(where: { files.status($0)?.isRegular == true })
        else { return demand("cacerts", value) }
        options.ca = Sourced(bundle, origin)
    }

    /// Where `public_key:cacerts_get/0` looks on Linux, in its order.
    static let systemBundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    private mutating func file(
        _ value: OptionValue, _ name: String, _ place: OptionValue
    ) throws(SettingsError) -> String? {
        guard value.unknown == nil else {
            unsupported(name, origin(place))
            return nil
        }
        guard let text = value.term?.text, !text.isEmpty else { throw bad(name, "a file name", place) }
        return FilePath.locate(text, in: directories, files)
    }

    // MARK: What is demanded of the peer

    private mutating func setVerify(
        _ value: OptionValue, _ origin: Origin, _ place: OptionValue
    ) throws(SettingsError) {
        guard value.unknown == nil else { return demand("verify", value) }
        switch value.atom {
        case "verify_peer": options.verifiesPeer = Sourced(true, origin)
        case "verify_none": options.verifiesPeer = Sourced(false, origin)
        default: throw bad("verify", "verify_peer or verify_none", place)
        }
    }

    /// No release of OTP connects with a version that it does not know, nor with TLS 1.3 and an earlier one but 1.2
    /// (measured); nothing known at all would leave us with our own idea of what is safe.
    private mutating func setVersions(
        _ names: [String], _ origin: Origin, _ place: OptionValue
    ) throws(SettingsError) {
        let all = ["tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3"]
        let indices = names.compactMap { all.firstIndex(of: $0) }
        guard let highest = indices.max() else {
            throw bad("versions", "a list of \(all.joined(separator: ", "))", place)
        }
        for name in names where !all.contains(name) { demand("versions: \(name)", place) }
        // OpenSSL knows no gap: what lies below it is left out.
        var lowest = highest
        while lowest > 0, indices.contains(lowest - 1) { lowest -= 1 }
        let rest = indices.filter { $0 < lowest }
        if all[highest] == "tlsv1.3", let below = rest.max() {
            demand("versions: \(all[below]) and tlsv1.3 without tlsv1.2", place)
        } else {
            for index in rest.sorted() { unsupported("versions: \(all[index]), below a gap", origin) }
        }
        options.versions = Sourced(names.filter { all[lowest...highest].contains($0) }, origin)
    }

    /// As OTP 26 and later read it: OTP 25 looks for the node's host all the same (measured).
    private mutating func setServerName(
        _ value: OptionValue, _ origin: Origin, _ place: OptionValue
    ) throws(SettingsError) {
        if value.atom == "disable" {
            options.serverName = Sourced(.disabled, origin)
        } else if value.unknown != nil {
            unsupported("server_name_indication", origin)
        } else if let text = value.term?.text {
            options.serverName = Sourced(.name(text), origin)
        } else {
            throw bad("server_name_indication", "a string or disable", place)
        }
    }

    /// The matching of HTTPS is honoured; another may be stricter than ours. `fail_callback` may only allow more.
    private mutating func setHostMatching(_ value: OptionValue, _ origin: Origin) {
        guard let settings = value.elements else { return demand("customize_hostname_check", value) }
        for setting in settings {
            guard let pair = setting.fields, pair.count == 2, let name = pair[0].atom else {
                demand("customize_hostname_check", setting)
                continue
            }
            switch (name, pair[1].content) {
            case ("match_fun", .known(.httpsMatch)): options.allowsWildcards = Sourced(true, origin)
            case ("fail_callback", _): unsupported("customize_hostname_check: fail_callback", origin)
            default: demand("customize_hostname_check: \(name)", pair[1])
            }
        }
    }

    /// Only a directory of CRLs can be read here. The cache in a node's memory has what a program has put there, or
    /// fetches over HTTP.
    private mutating func readRevocation(_ check: OptionValue?, _ cache: OptionValue?) throws(SettingsError) {
        guard let check, check.atom != "false" else { return }
        guard let scope = check.atom, ["true", "peer", "best_effort"].contains(scope) else {
            return demand("crl_check", check)
        }
        let fields = cache?.fields ?? []
        let reader = fields.first?.atom
        let handle = fields.last?.fields?.last?.elements ?? []
        let directory = handle.last?.fields.flatMap { $0.first?.atom == "dir" ? $0.last?.term?.text : nil }
        if reader == "ssl_crl_hash_dir", let directory {
            options.revocation = Sourced(
                RevocationCheck(
                    directory: FilePath.locate(directory, in: directories, files), coversIssuers: scope != "peer",
                    isBestEffort: scope == "best_effort"), origin(check))
        } else if scope == "best_effort", cache == nil {
            unsupported("crl_check: best_effort without a directory of CRLs", origin(check))
        } else {
            demand("crl_check without a directory of CRLs (ssl_crl_hash_dir)", check)
        }
    }

    // MARK: What is not honoured

    private mutating func note(_ name: String, _ place: OptionValue) {
        switch TLSOptionKind(of: name) {
        case .irrelevant: break
        case .relaxing: unsupported(name, origin(place))
        case .demanding: demand(name, place)
        }
    }

    private mutating func unsupported(_ name: String, _ origin: Origin) {
        options.unsupported.append(Sourced(name, origin))
    }

    /// - Parameter value: what cannot be worked out of it is named, too.
    mutating func demand(_ name: String, _ value: OptionValue) {
        let text = value.unknown.map { "\(name): \($0)" } ?? name
        options.unmet.append(Sourced(text, origin(value)))
    }

    private func origin(_ place: OptionValue) -> Origin { .file(path, line: place.position.line) }

    private func bad(_ name: String, _ expected: String, _ place: OptionValue) -> SettingsError {
        error("\(name): expected \(expected)", place)
    }

    private func error(_ message: String, _ place: OptionValue) -> SettingsError {
        SettingsError(.configuration, message, file: path, position: place.position)
    }
}
