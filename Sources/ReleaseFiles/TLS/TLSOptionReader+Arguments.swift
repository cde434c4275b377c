import ErlangTerm

extension TLSOptions {
    /// The pairs `client_certfile x` of a `vm.args` (`inet_tls_dist:ssl_options/2`); those of the server are left out.
    init(_ arguments: DistributionArguments, _ files: any FileSource, directories: [String]) {
        self.init()
        var check: Sourced<String>?
        for (key, value) in arguments.options where key.text.hasPrefix("client_") {
            let (name, text, origin) = (String(key.text.dropFirst("client_".count)), value.text, value.origin)
            let file = Sourced(FilePath.locate(text, in: directories, files), origin)
            switch name {
            case "certfile": certificate = file
            case "keyfile": self.key = file
            case "cacertfile": ca = file
            case "password": password = Sourced(Secret(text), origin)
            case "verify" where text == "verify_peer" || text == "verify_none":
                verifiesPeer = Sourced(text == "verify_peer", origin)
            case "depth":
                let depth = Int(text).flatMap { (0...255).contains($0) ? $0 : nil }
                if let depth {
                    self.depth = Sourced(depth, origin)
                } else {
                    unmet.append(Sourced("depth \(text)", origin))
                }
            case "ciphers":
                // An empty list stands for OTP's default.
                ciphers = text.isEmpty ? nil : Sourced(text.split(separator: ":").map(String.init), origin)
            case "crl_check": check = Sourced(text, origin)
            default:
                switch TLSOptionKind(of: name) {
                case .irrelevant: break
                case .relaxing: unsupported.append(Sourced(name, origin))
                case .demanding: unmet.append(Sourced(name, origin))
                }
            }
        }
        // A directory of CRLs is named in an option file.
        if let check, check.value != "false" { unmet.append(Sourced("crl_check \(check.value)", check.origin)) }
    }
}
