import ErlangTerm
import ReleaseFiles

/// A file of settings in the form of `sys.config`: `[{erlclud, [{name, "erlclud@10.0.0.7"}, ...]}].` Other
/// applications in it are passed over.
enum DaemonConfiguration {
    /// - Throws: with the place of what cannot be understood. A key that is unknown is refused: it may be a mistyped one.
    static func read(_ path: String, _ files: any FileSource) throws(DaemonFault) -> [DaemonOption: Sourced<String>] {
        let bytes: [UInt8]
        do throws(FileFailure) { bytes = try files.read(path) } catch {
            throw DaemonFault(.noInput, "cannot read \(path): \(error.reason)")
        }
        let terms: [LocatedTerm]
        do throws(TermSyntaxError) { terms = try TermParser.consultLocated(bytes: bytes) } catch {
            throw DaemonFault(.configuration, "\(path):\(error.position.line): \(error.message)")
        }
        guard terms.count == 1, let list = terms.first, case .list = list.term else {
            throw DaemonFault(.configuration, "\(path): expected one list, as [{erlclud, [...]}].")
        }
        var values: [DaemonOption: Sourced<String>] = [:]
        for application in list.children {
            guard case .tuple(let pair) = application.term, pair.count == 2, pair[0] == .atom("erlclud") else {
                continue
            }
            for parameter in application.children.last?.children ?? [] {
                let line = parameter.position.line
                guard case .tuple(let pair) = parameter.term, pair.count == 2, case .atom(let key) = pair[0] else {
                    throw DaemonFault(.configuration, "\(path):\(line): expected {OPTION, VALUE}, as {name, \"a@b\"}")
                }
                guard let option = DaemonOption.allCases.first(where: { $0.key == key.name }), option.isSetting,
                    option != .config
                else { throw DaemonFault(.configuration, "\(path):\(line): no such option: \(key.name)") }
                guard let value = text(pair[1]), !value.isEmpty else {
                    throw DaemonFault(.configuration, "\(path):\(line): \(key.name): expected a string or a number")
                }
                guard option.placeholder != nil || value == "true" || value == "false" else {
                    throw DaemonFault(
                        .configuration, "\(path):\(line): \(key.name): expected true or false, not \(value)")
                }
                values[option] = Sourced(value, .file(path, line: line))
            }
        }
        return values
    }

    /// A string, a binary, an atom or a number.
    private static func text(_ term: Term) -> String? {
        switch term {
        case .atom(let atom): return atom.name
        case .binary(let bytes): return String(validating: bytes, as: UTF8.self)
        case .integer(let number): return "\(number)"
        case .float(let number): return "\(number)"
        case .list(let elements):
            var text = ""
            for element in elements {
                guard case .integer(let code) = element, let point = UInt32(exactly: code),
                    let scalar = Unicode.Scalar(point)
                else { return nil }
                text.unicodeScalars.append(scalar)
            }
            return text
        default: return nil
        }
    }
}
