import ErlangTerm

extension Term {
    /// The text of a string, a UTF-8 binary or an atom; nil for anything else.
    var text: String? {
        switch self {
        case .atom(let atom): return atom.name
        case .binary(let bytes): return String(validating: bytes, as: UTF8.self)
        case .list(let elements):
            var text = String.UnicodeScalarView()
            for element in elements {
                guard case .integer(let code) = element, let value = UInt32(exactly: code), value != 0,
                    let scalar = Unicode.Scalar(value)
                else { return nil }
                text.append(scalar)
            }
            return String(text)
        default: return nil
        }
    }

    /// The names of a list of atoms.
    var atomNames: [String]? {
        guard case .list(let elements) = self else { return nil }
        var names: [String] = []
        for element in elements {
            guard case .atom(let atom) = element else { return nil }
            names.append(atom.name)
        }
        return names
    }

    var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }
}
