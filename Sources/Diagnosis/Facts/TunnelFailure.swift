/// Why a tunnel carries nothing (any more).
package struct TunnelFailure: Error, Hashable, Sendable {
    /// As an operator calls it: `kube:shop/shop-0`.
    package var tunnel: String
    /// What happened to it, and what its program said last; a phrase.
    package var words: String
    /// Its program and the arguments; empty where that does not matter.
    package var command: [String]
    /// Whether it may as well be the peer behind it: what came is text, and no protocol of nodes.
    package var isGuess = false

    package init(tunnel: String, words: String, command: [String] = []) {
        self.tunnel = tunnel
        self.words = words
        self.command = command
    }
}
