/// An atom's text, without quotes: at most 255 characters (`erl_ext_dist`, ATOM_UTF8_EXT).
package struct Atom: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let name: String

    package init(_ name: String) { self.name = name }
    package init(stringLiteral value: String) { self.name = value }

    package var description: String { name }

    /// Two atoms are one when their code points are the same. Strings are also equal when they are only
    /// canonically equivalent (`é` as one code point and as two), which Erlang tells apart.
    package static func == (left: Atom, right: Atom) -> Bool {
        left.name == right.name && left.name.utf8.elementsEqual(right.name.utf8)
    }
}
