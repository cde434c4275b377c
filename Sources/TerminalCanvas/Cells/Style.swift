/// How a cell looks. The role is the meaning; which colour a role has is decided in one place, by what the terminal can
/// do. Attributes say the same without colour.
package struct Style: Hashable, Sendable {
    package enum Role: UInt8, CaseIterable, Sendable {
        case plain
        /// As it should be.
        case good
        case warning
        case failure
        /// Of little weight: what is old, absent or explanatory.
        case muted
        /// Names of keys, the current screen.
        case accent
    }

    package struct Attributes: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Has just changed.
        package static let bold = Attributes(rawValue: 1)
        /// The selection, and bars.
        package static let reverse = Attributes(rawValue: 2)
        /// Trouble.
        package static let underline = Attributes(rawValue: 4)
    }

    package var role: Role
    package var attributes: Attributes

    package init(_ role: Role = .plain, _ attributes: Attributes = []) {
        self.role = role
        self.attributes = attributes
    }

    package static let plain = Style()

    /// The same with more attributes.
    package func adding(_ more: Attributes) -> Style { Style(role, attributes.union(more)) }
}
