/// What happened, with its decoded fields. Nothing here holds a cookie, a challenge, a digest, a key or a password.
package enum EventKind: Hashable, Sendable {
    /// A connection is being made: dialled by the initiator, or taken by the acceptor.
    case started(ConnectionPurpose)
    case epmd(EPMDFacts)
    /// The TCP connection stands.
    case connected
    case tlsMessage(TLSMessageFacts)
    case alert(AlertFacts)
    /// The chain that `shownBy` showed, leaf first, and what the other end thinks of it.
    case certificates(shownBy: Role, [CertificateFacts], CertificateVerdict?)
    /// The TLS handshake is over: "TLS 1.2", and the cipher suite as the vantage names it.
    case secured(version: String, cipher: String)
    case handshake(HandshakeDetail)
    /// The attempt, or the connection, is over, without having come up.
    case ended(EndReason)
    /// The nodes are connected.
    case up
    /// The connection was up and is not any more; the reason as nodedown has it, or as the vantage saw it.
    case down(reason: String)
    /// Anything else that a person should know: a missed tick, a link that `global` cut, events that were dropped.
    case note(String)
}
