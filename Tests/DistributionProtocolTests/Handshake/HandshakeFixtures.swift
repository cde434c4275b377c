import DistributionProtocol
import ErlangTerm

extension NodeName {
    static func named(_ text: String) -> NodeName {
        do { return try NodeName(text) } catch { preconditionFailure("\(text) is no node name") }
    }
}

extension InitiatorHandshake.Configuration {
    static func test(
        identity: LocalIdentity = .fixed(.named("a@h"), creation: 11), prefix: HandshakeLengthPrefix = .tcp,
        cookie: String = "monster", peer: String = "b@h"
    ) -> Self {
        Self(
            identity: identity, peer: .named(peer), cookie: Secret(cookie), challenge: 0xdead_beef,
            lengthPrefix: prefix)
    }
}

extension AcceptorHandshake.Configuration {
    static func test(prefix: HandshakeLengthPrefix = .tcp, name: String = "b@h") -> Self {
        Self(
            name: .named(name), creation: 22, flags: DistributionFlags.hiddenInitiator.union(.published),
            challenge: 0x8000_0001, lengthPrefix: prefix)
    }
}
