import ErlangTerm

/// Terms as text, for people (`~tp`) and for `file:consult/1` (`~tw`).
enum TermOutput {
    static func line(_ term: Term) -> [UInt8] { Array("\(term)".utf8) }
    static func line(_ view: TermView) -> [UInt8] { line(view.term) }
    static func pretty(_ view: TermView, width: Int) -> [UInt8] { line(view.term) }
}
