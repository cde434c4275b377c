/// What TLS knows of a connection that a node traces itself.
package struct TracedSecurity {
    /// "TLS 1.3", and the suite by its name in IANA's registry; nil before the handshake is over.
    package var version: String?
    package var cipher: String?
    /// What the peer has shown, in DER, the leaf first.
    package var chain: [[UInt8]]
    /// This node's own certificate, in DER.
    package var own: [UInt8]?
    /// Whether this node looks at the peer's certificate.
    package var verifiesPeer: Bool

    package init(version: String?, cipher: String?, chain: [[UInt8]], own: [UInt8]?, verifiesPeer: Bool) {
        self.version = version
        self.cipher = cipher
        self.chain = chain
        self.own = own
        self.verifiesPeer = verifiesPeer
    }
}
