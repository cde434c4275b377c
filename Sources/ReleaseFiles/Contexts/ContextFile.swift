import ErlangTerm

/// `erlclu.config`: named sets of settings in the syntax of `sys.config`.
package struct ContextFile: Sendable {
    package let path: String
    package let defaultContext: String?
    /// In the order of the file.
    package let contextNames: [String]
    private let contexts: [String: LocatedTerm]
    private let isOpenToOthers: Bool

    /// `ERLCLU_CONFIG`, else `$XDG_CONFIG_HOME/erlclu/erlclu.config`; nil without a home.
    package static func defaultPath(environment: [String: String]) -> String? {
        XDGDirectory.configuration(environment: environment).map { FilePath.join($0, "erlclu/erlclu.config") }
    }

    package init(path: String, _ files: any FileSource) throws(SettingsError) {
        self.path = path
        isOpenToOthers = files.status(path)?.isOpenToOthers ?? false
        let terms = try ConfigurationTerms.read(path, "the configuration", files)
        var defaultContext: String?
        var contexts: [String: LocatedTerm] = [:]
        var names: [String] = []
        for term in terms {
            switch term.term {
            case .tuple(let parts) where parts.count == 2 && parts[0] == .atom("default_context"):
                guard case .atom(let name) = parts[1] else {
                    throw Self.error("default_context: expected an atom", term, path)
                }
                defaultContext = name.name
            case .tuple(let parts) where parts.count == 3 && parts[0] == .atom("context"):
                guard case .atom(let name) = parts[1], case .list = parts[2], let options = term.children.last else {
                    throw Self.error("expected {context, Name, [...]}", term, path)
                }
                guard contexts[name.name] == nil else {
                    throw Self.error("context \(name.name) is there twice", term, path)
                }
                contexts[name.name] = options
                names.append(name.name)
            case .tuple(let parts):
                guard case .atom(let key)? = parts.first else { fallthrough }
                let hint = Self.hint(key.name, ["context", "default_context"])
                throw Self.error("unknown key \(key.name)\(hint)", term, path)
            default:
                throw Self.error("expected {context, Name, [...]} or {default_context, Name}", term, path)
            }
        }
        self.defaultContext = defaultContext
        self.contexts = contexts
        contextNames = names
    }

    static func hint(_ word: String, _ candidates: [String]) -> String {
        NearMiss.of(word, among: candidates).map { "; did you mean \($0)?" } ?? ""
    }

    static func error(_ message: String, _ place: LocatedTerm, _ path: String) -> SettingsError {
        SettingsError(.configuration, message, file: path, position: place.position)
    }

    /// What a context says. Relative paths are taken from the directory of the file.
    func layer(
        _ name: String, _ files: any FileSource, environment: [String: String]
    ) throws(SettingsError) -> SettingsLayer {
        guard let options = contexts[name] else {
            let known = contextNames.isEmpty ? "it has none" : "it has " + contextNames.joined(separator: ", ")
            throw SettingsError(.configuration, "no context \(name); \(known)", file: path)
        }
        var reader = ContextReader(file: path, name: name, files: files, environment: environment)
        for option in options.children { try reader.read(option) }
        if reader.holdsSecret, isOpenToOthers {
            throw SettingsError(
                .configuration, "holds a secret and is readable by others (chmod 600)", file: path)
        }
        return reader.layer
    }
}
