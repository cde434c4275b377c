/// Which end of a connection bytes come from.
package enum FlowDirection: Hashable, Sendable {
    /// From the end that opened the connection: the SYN, the ClientHello, the name.
    case fromInitiator
    case fromAcceptor

    package var opposite: FlowDirection { self == .fromInitiator ? .fromAcceptor : .fromInitiator }
}
