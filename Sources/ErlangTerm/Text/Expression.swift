/// An Erlang expression, as far as files of options have them: constants, containers, operators, calls.
package struct Expression: Sendable {
    package indirect enum Form: Sendable {
        /// An atom, a number, a string, a binary or `fun m:f/1`.
        case constant(Term)
        /// `[A, B | Tail]`.
        case list([Expression], tail: Expression?)
        case tuple([Expression])
        /// Keys and values by turns.
        case map([Expression])
        /// `module:function(Arguments)`; without a module, a function of `erlang`.
        case call(module: String, function: String, [Expression])
        /// `-A`, `not A`.
        case prefix(String, Expression)
        /// `A ++ B`, `A + B`.
        case infix(String, Expression, Expression)
        /// `fun() -> A end`.
        case constantFun(Expression)
        /// Anything else that may be Erlang: its source, cut short.
        case other(String)
    }

    package let form: Form
    /// Where its first token stands.
    package let position: SourcePosition
}
