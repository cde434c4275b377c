/// What an initiator offers (RFC 8446 §4.1.2).
package struct TLSClientHello: Hashable, Sendable {
    /// The field of TLS 1.2 and before; under TLS 1.3 always 1.2.
    package var legacyVersion: TLSVersion
    package var random: [UInt8]
    package var sessionID: [UInt8]
    /// As they were offered, best first.
    package var cipherSuites: [TLSCipherSuite]
    /// The host that is asked for (RFC 6066 §3); nil where an address is connected to.
    package var serverName: String?
    /// All versions that are offered, lowest first.
    package var versions: [TLSVersion]
    /// Whether a session of before is offered: by number, ticket or key.
    package var offersResumption: Bool
    /// What is to be spoken inside (RFC 7301), best first; nodes do not say.
    package var applicationProtocols: [String]
    /// Whether data follows before the acceptor has answered.
    package var offersEarlyData: Bool

    init(_ body: ArraySlice<UInt8>) throws(TLSMessageFields.EndOfMessage) {
        var fields = TLSMessageFields(body)
        legacyVersion = TLSVersion(rawValue: try fields.number())
        random = Array(try fields.bytes(32))
        sessionID = Array(try fields.vector(1))
        cipherSuites = try fields.numbers(2).map(TLSCipherSuite.init(rawValue:))
        _ = try fields.vector(1)
        versions = [legacyVersion]
        offersResumption = false
        offersEarlyData = false
        applicationProtocols = []
        var hasSupportedVersions = false
        for (number, body) in try fields.extensions() {
            var fields = TLSMessageFields(body)
            switch number {
            case 0 where !body.isEmpty: serverName = try Self.hostName(body)
            case 16: applicationProtocols = try Self.protocols(body)
            case 35: offersResumption = offersResumption || !body.isEmpty
            case 41: offersResumption = true
            case 42: offersEarlyData = true
            case 43:
                versions = try fields.numbers(1).map(TLSVersion.init(rawValue:)).filter { !$0.isGrease }.sorted()
                hasSupportedVersions = true
            default: break
            }
        }
        // Under TLS 1.3 the number is there for the sake of boxes in between, and means nothing.
        if !hasSupportedVersions, !sessionID.isEmpty { offersResumption = true }
    }

    private static func protocols(_ body: ArraySlice<UInt8>) throws(TLSMessageFields.EndOfMessage) -> [String] {
        var fields = TLSMessageFields(body)
        var names = TLSMessageFields(try fields.vector(2))
        var protocols: [String] = []
        while !names.remaining.isEmpty { protocols.append(String(decoding: try names.vector(1), as: UTF8.self)) }
        return protocols
    }

    private static func hostName(_ body: ArraySlice<UInt8>) throws(TLSMessageFields.EndOfMessage) -> String? {
        var fields = TLSMessageFields(body)
        var names = TLSMessageFields(try fields.vector(2))
        while !names.remaining.isEmpty {
            let kind = try names.integer(bytes: 1)
            let name = try names.vector(2)
            if kind == 0 { return String(decoding: name.prefix(255), as: UTF8.self) }
        }
        return nil
    }
}
