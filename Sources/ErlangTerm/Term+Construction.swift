extension Term: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    package init(integerLiteral value: Int) { self = .integer(value) }
    /// A proper list.
    package init(arrayLiteral elements: Term...) { self = .list(elements) }
}

extension Term {
    package static let emptyList = Term.list([])
    package static let `true` = Term.atom("true")
    package static let `false` = Term.atom("false")

    package static func tuple(_ elements: Term...) -> Term { .tuple(elements) }
    package static func bool(_ value: Bool) -> Term { value ? .true : .false }

    /// The UTF-8 bytes of `text`.
    package static func binary(_ text: String) -> Term { .binary(Array(text.utf8)) }

    /// A list of the code points of `text`: what Erlang calls a string.
    package static func charlist(_ text: String) -> Term {
        .list(text.unicodeScalars.map { .integer(Int($0.value)) })
    }
}
