import ErlangTerm

/// The functions that option files call and whose results are known without a node.
struct OptionFunctions {
    /// Ours: that of the node is not known, and its scripts pass on what they were started with.
    let environment: [String: String]
    let files: any FileSource

    /// A file that an option takes its value from holds a password or a certificate.
    private static let fileLimit = 16 << 10

    /// - Returns: nil for a function, or arguments, that are not known.
    func call(_ module: String, _ function: String, _ arguments: [OptionValue]) -> OptionValue.Content? {
        switch (module, function, arguments.count) {
        case ("public_key", "pkix_verify_hostname_match_fun", 1):
            return arguments[0].atom == "https" ? .known(.httpsMatch) : nil
        case ("public_key", "cacerts_get", 0): return .known(.systemAuthorities)
        case ("lists", "append", 2):
            guard let first = arguments[0].elements, let second = arguments[1].elements else { return nil }
            return .list(first + second)
        case ("lists", "append", 1):
            guard let lists = arguments[0].elements else { return nil }
            var all: [OptionValue] = []
            for list in lists {
                guard let elements = list.elements else { return nil }
                all += elements
            }
            return .list(all)
        default:
            var terms: [Term] = []
            for argument in arguments {
                guard let term = argument.term, !Self.isLong(term) else { return nil }
                terms.append(term)
            }
            return result(module, function, terms).map { .term($0) }
        }
    }

    /// Calls within calls work on the same text again and again.
    private static let lengthLimit = 16 << 10

    private static func isLong(_ term: Term) -> Bool {
        switch term {
        case .list(let elements): elements.count > lengthLimit
        case .binary(let bytes): bytes.count > lengthLimit
        default: false
        }
    }

    private func result(_ module: String, _ function: String, _ arguments: [Term]) -> Term? {
        let first = arguments.first ?? .list([])
        switch ("\(module):\(function)", arguments.count) {
        case ("os:getenv", 1): return Self.characters(first).map { environment[$0].map(Self.string) ?? .atom("false") }
        case ("os:getenv", 2): return Self.characters(first).map { environment[$0].map(Self.string) ?? arguments[1] }
        case ("ssl:cipher_suites", 2), ("ssl:cipher_suites", 3): return Self.cipherSuites(first, arguments[1])
        case ("ssl:filter_cipher_suites", 2): return arguments[1] == .list([]) ? first : nil
        case ("file:read_file", 1): return first.text.flatMap(content)
        case ("filename:join", 1):
            guard case .list(let parts) = first else { return nil }
            return Self.joined(parts)
        case ("filename:join", 2): return Self.joined(arguments)
        case ("filename:dirname", 1): return first.text.map { Self.string(FilePath.directory(of: $0)) }
        case ("string:trim", 1): return Self.trimmed(first)
        case ("string:concat", 2):
            guard let left = Self.characters(first), let right = Self.characters(arguments[1]) else { return nil }
            return Self.string(left + right)
        case ("erlang:element", 2):
            guard case .integer(let index) = first, case .tuple(let fields) = arguments[1],
                index >= 1, index <= fields.count
            else { return nil }
            return fields[index - 1]
        case ("erlang:hd", 1):
            guard case .list(let elements) = first else { return nil }
            return elements.first
        default: return arguments.count == 1 ? Self.converted(first, by: "\(module):\(function)") : nil
        }
    }

    /// One type of text into another.
    private static func converted(_ term: Term, by function: String) -> Term? {
        switch (function, term) {
        case ("erlang:atom_to_list", .atom), ("erlang:binary_to_list", .binary),
            ("unicode:characters_to_list", .list), ("unicode:characters_to_list", .binary):
            return term.text.map(string)
        case ("erlang:integer_to_list", .integer(let value)): return string(String(value))
        case ("erlang:atom_to_binary", .atom), ("erlang:list_to_binary", .list), ("erlang:iolist_to_binary", .list),
            ("unicode:characters_to_binary", .list):
            return term.text.map { .binary(Array($0.utf8)) }
        case ("erlang:iolist_to_binary", .binary), ("unicode:characters_to_binary", .binary): return term
        case ("erlang:integer_to_binary", .integer(let value)): return .binary(Array(String(value).utf8))
        case ("erlang:list_to_atom", .list), ("erlang:list_to_existing_atom", .list),
            ("erlang:binary_to_atom", .binary):
            return term.text.flatMap { $0.unicodeScalars.count <= 255 ? .atom(Atom($0)) : nil }
        case ("erlang:list_to_integer", .list), ("erlang:binary_to_integer", .binary):
            return term.text.flatMap { Int($0) }.map { .integer($0) }
        default: return nil
        }
    }

    private static func string(_ text: String) -> Term {
        .list(text.unicodeScalars.map { .integer(Int($0.value)) })
    }

    /// Text that is no atom, which only file names may be.
    private static func characters(_ term: Term) -> String? {
        if case .atom = term { nil } else { term.text }
    }

    private static func joined(_ parts: [Term]) -> Term? {
        var path = ""
        for part in parts {
            guard let text = part.text, !text.isEmpty else { return nil }
            path = path.isEmpty ? text : FilePath.join(path, text)
        }
        return path.isEmpty ? nil : string(path)
    }

    private static func trimmed(_ term: Term) -> Term? {
        guard let text = Self.characters(term) else { return nil }
        let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        let rest = text.unicodeScalars.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        let result = String(String.UnicodeScalarView(rest))
        if case .binary = term { return .binary(Array(result.utf8)) }
        return string(result)
    }

    /// `{ok, Content}`. A path that is relative is taken from the node's working directory, which nobody knows here.
    private func content(of path: String) -> Term? {
        guard path.hasPrefix("/"), let status = files.status(path), status.isRegular,
            let bytes = try? files.read(path), bytes.count <= Self.fileLimit
        else { return nil }
        return .tuple([.atom("ok"), .binary(bytes)])
    }

    // MARK: Ciphers

    /// What `ssl:cipher_suites(default, V)` gives in every release of OTP from 25 to 29, as far as OpenSSL has it:
    /// so whatever release the node has, no other suite is offered than it would offer. `all` and `exclusive` have
    /// more and these among them.
    private static func cipherSuites(_ kind: Term, _ version: Term) -> Term? {
        guard case .atom(let kind) = kind, ["default", "all", "exclusive"].contains(kind.name) else { return nil }
        let names: [String]
        switch version {
        case .atom("tlsv1.3"): names = kind.name == "exclusive" ? suites13 : suites13 + suites12
        case .atom("tlsv1.2"): names = suites12
        default: return nil
        }
        return .list(names.map(string))
    }

    private static let suites13 = [
        "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
    ]

    private static let suites12 = [
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-CCM",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-CCM", "DHE-RSA-AES256-GCM-SHA384",
        "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-CHACHA20-POLY1305",
    ]
}
