import ErlangTerm

/// One request of the Erlang I/O protocol (`io_protocol`, STDLIB User's Guide), old forms without an encoding
/// included: they mean latin1.
enum IORequest {
    case putCharacters(TermView, isLatin1: Bool)
    /// The text is what this function returns.
    case putResult(Atom, Atom, TermView, isLatin1: Bool)
    case read(ReadKind, prompt: String, isLatin1: Bool)
    case setOptions(TermView)
    case getOptions
    case geometry(Atom)
    case several(TermViews)
    case unknown

    enum ReadKind {
        case line
        case password
        case characters(Int)
        case until(Atom, Atom, TermViews)
    }

    init(_ view: TermView) {
        self = .unknown
        if view.isAtom("getopts") {
            self = .getOptions
            return
        }
        guard let parts = view.elements.map(Array.init), let tag = parts.first?.atom else { return }
        let arguments = parts.dropFirst()
        switch tag {
        case "put_chars": self = Self.put(arguments)
        case "get_line", "get_password", "get_chars", "get_until": self = Self.read(tag, arguments)
        case "setopts" where parts.count == 2: self = .setOptions(parts[1])
        case "get_geometry" where parts.count == 2: if let side = parts[1].atom { self = .geometry(side) }
        case "requests" where parts.count == 2: if let list = parts[1].list { self = .several(list) }
        default: break
        }
    }

    private static func put(_ all: ArraySlice<TermView>) -> IORequest {
        var arguments = all
        guard let isLatin1 = takeEncoding(&arguments, plainCounts: [1, 3]) else { return .unknown }
        let rest = Array(arguments)
        if rest.count == 1 { return .putCharacters(rest[0], isLatin1: isLatin1) }
        guard rest.count == 3, let module = rest[0].atom, let function = rest[1].atom, rest[2].list != nil else {
            return .unknown
        }
        return .putResult(module, function, rest[2], isLatin1: isLatin1)
    }

    private static func read(_ tag: Atom, _ all: ArraySlice<TermView>) -> IORequest {
        var arguments = all
        let plainCount =
            switch tag {
            case "get_until": 4
            case "get_chars": 2
            case "get_line": 1
            default: 0
            }
        guard let isLatin1 = takeEncoding(&arguments, plainCounts: [plainCount]) else { return .unknown }
        let rest = Array(arguments)
        let prompt = rest.first.map(prompt) ?? ""
        switch tag {
        case "get_line": return .read(.line, prompt: prompt, isLatin1: isLatin1)
        case "get_password": return .read(.password, prompt: "", isLatin1: isLatin1)
        case "get_chars":
            guard let count = rest[1].integer, count >= 0 else { return .unknown }
            return .read(.characters(count), prompt: prompt, isLatin1: isLatin1)
        default:
            guard let module = rest[1].atom, let function = rest[2].atom, let extra = rest[3].list else {
                return .unknown
            }
            return .read(.until(module, function, extra), prompt: prompt, isLatin1: isLatin1)
        }
    }

    /// Takes the encoding away in front of what the old form consists of.
    /// - Returns: whether it is latin1; nil when the number of arguments fits neither form.
    private static func takeEncoding(_ arguments: inout ArraySlice<TermView>, plainCounts: [Int]) -> Bool? {
        if plainCounts.contains(arguments.count - 1), let encoding = arguments.first?.atom,
            encoding == "unicode" || encoding == "latin1"
        {
            arguments = arguments.dropFirst()
            return encoding == "latin1"
        }
        return plainCounts.contains(arguments.count) ? true : nil
    }

    /// No prompt that is longer says more; it keeps a hostile one from filling the screen.
    private static let promptLimit = 512

    private static func prompt(_ view: TermView) -> String {
        if let atom = view.atom { return atom.name }
        return String((CharacterData.text(view) ?? "").prefix(promptLimit))
    }
}
