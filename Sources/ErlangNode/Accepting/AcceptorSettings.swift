package import DistributionProtocol
package import ErlangTerm

/// Who this node is to those that dial it.
package struct AcceptorSettings {
    package var name: NodeName
    package var creation: UInt32
    /// Without PUBLISHED the node is hidden.
    package var flags: DistributionFlags
    package var cookie: Secret
    /// Puts TLS on the stream, as its acceptor; nil for plain distribution.
    package var security: (any StreamSecurity)?
    /// The time for a peer to come up: from its connection to the end of the handshake (`net_setuptime`, 7 s by default).
    package var setupTime: Duration = .seconds(7)
    /// After how long a silence a peer counts as gone, once its link is up (`net_ticktime`).
    package var tickTime: Duration = .seconds(60)
    /// A peer that sends a larger message loses its link.
    package var limits = MessageLimits.standard

    package init(
        name: NodeName, creation: UInt32, flags: DistributionFlags = .hiddenInitiator, cookie: Secret,
        security: (any StreamSecurity)? = nil
    ) {
        self.name = name
        self.creation = creation
        self.flags = flags
        self.cookie = cookie
        self.security = security
    }
}
