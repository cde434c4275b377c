/// An atom's text, without quotes: at most 255 characters (`erl_ext_dist`, ATOM_UTF8_EXT).
package struct Atom: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let name: String

    package init(_ name: String) { self.name = name }
    package init(stringLiteral value: String) { self.name = value }

    package var description: String { name }
}
