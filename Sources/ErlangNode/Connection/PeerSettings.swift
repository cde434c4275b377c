package import ByteTransport
package import DistributionProtocol
package import ErlangTerm

/// Which node is asked for, and how to reach it: three separate facts (name, dial address, TLS identity) and the
/// secret that both ends share.
package struct PeerSettings {
    /// How the port of a node is found.
    package enum PortLookup: Hashable, Sendable {
        /// The port is known: epmd is not asked.
        case known(UInt16)
        /// epmd at this host (nil: the node's own host) and port.
        case epmd(host: String?, port: UInt16)
    }

    /// Opens the connections to epmd and to the node.
    package var dialer: any Dialer = TCPDialer()
    /// What the peer calls itself.
    package var name: NodeName
    /// Whether the peer may call itself otherwise: the name is a guess then, and only the address counts.
    package var takesAnyName = false
    /// Where the connection goes; nil: the host part of the name.
    package var dialHost: String?
    package var portLookup: PortLookup
    /// Puts TLS on the TCP stream; nil for plain distribution.
    package var security: (any StreamSecurity)?
    package var cookie: Secret
    /// Where the cookie came from, in words, for the message of E-COOKIE.
    package var cookieOrigin: String
    /// The time for the connection to come up (`net_setuptime`, 7 s by default).
    package var setupTime: Duration
    /// After how long a silence the peer counts as gone, once the connection is up (`net_ticktime`).
    package var tickTime: Duration = .seconds(60)
    /// A peer that sends a larger message loses its link.
    package var limits = MessageLimits.standard
    /// The host part that our own dynamic name gets. One constant value keeps the peer's atom table as it is.
    package var ownHost: String
    /// Who we are, for a node that has a name of its own; nil: the peer gives us one.
    package var identity: LocalIdentity?
    /// With PUBLISHED the peer shows us in `nodes()`; that takes a name of our own.
    package var flags = DistributionFlags.hiddenInitiator
    /// What the peer may ask of us.
    package var services: any PeerServices = NoServices()

    package init(
        name: NodeName, dialHost: String? = nil, portLookup: PortLookup = .epmd(host: nil, port: 4369),
        security: (any StreamSecurity)? = nil, cookie: Secret, cookieOrigin: String = "the given cookie",
        setupTime: Duration = .seconds(7), ownHost: String = "erlclu"
    ) {
        self.name = name
        self.dialHost = dialHost
        self.portLookup = portLookup
        self.security = security
        self.cookie = cookie
        self.cookieOrigin = cookieOrigin
        self.setupTime = setupTime
        self.ownHost = ownHost
    }

    /// The host that is resolved and dialled.
    package var host: String { dialHost ?? name.host }
}

/// Wraps a TCP stream in a secure one. The composition root supplies it, so that nothing here names a TLS library.
package protocol StreamSecurity {
    /// The secure stream over `stream`, which is open already; it calls its receiver's `streamOpened` when the peer is verified.
    /// - Throws: when it has no memory for it.
    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream
}
