package import Diagnosis
package import PacketCapture

extension TLSMessageFacts {
    /// What a person asks of a message that was read out of a connection.
    package init(_ message: TLSHandshakeMessage) {
        self.init(type: message.type)
        switch message {
        case .clientHello(let hello):
            versions = hello.versions.map(\.description)
            ciphers = hello.cipherSuites.filter { !$0.isSignal }.map(\.name)
            serverName = hello.serverName
        case .serverHello(let hello):
            versions = [hello.version.description]
            ciphers = [hello.cipherSuite.name]
            if hello.isRetryRequest { note = "asks for another ClientHello" }
        case .certificate(let chain) where chain.isEmpty: note = "no certificate"
        default: break
        }
    }
}

extension FlowDirection {
    package var sender: Role { self == .fromInitiator ? .initiator : .acceptor }
}
