/// Whom a command of the palette is about where it names nobody. It is settled when the palette opens: rows come and go
/// while a person types, and a list that follows its newest row would have another one acted upon.
struct CommandAim: Hashable, Sendable {
    var subject: String?
    var pair: NodePair?
    /// Those that are marked and listed.
    var marked: [String] = []
    /// There are marks, and nobody who is marked is listed: it is not known who is meant.
    var isLost = false

    /// Those that an expression is for: the marked ones, or the one that is meant here.
    var evaluated: [String] { isLost ? [] : marked.isEmpty ? subject.map { [$0] } ?? [] : marked }
}
