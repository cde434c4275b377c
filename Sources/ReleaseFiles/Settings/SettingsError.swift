package import ErlangTerm

/// Why the settings of a target cannot be had.
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// An option's value is not of its form.
        case usage
        /// A file is missing or cannot be read.
        case noInput
        /// A file or variable says what cannot be understood or accepted.
        case configuration
    }

    package var kind: Kind
    package var file: String?
    package var position: SourcePosition?
    /// Without file, position and final period; never with a secret in it.
    package var message: String

    package init(_ kind: Kind, _ message: String, file: String? = nil, position: SourcePosition? = nil) {
        self.kind = kind
        self.file = file
        self.position = position
        self.message = message
    }

    /// `sysexits.h`: EX_USAGE, EX_NOINPUT, EX_CONFIG.
    package var exitStatus: Int32 {
        switch kind {
        case .usage: 64
        case .noInput: 66
        case .configuration: 78
        }
    }

    /// `FILE:LINE:COLUMN: MESSAGE`.
    package var description: String {
        var place = file.map { $0 + ":" } ?? ""
        if let position { place += "\(position):" }
        return place.isEmpty ? message : place + " " + message
    }
}
