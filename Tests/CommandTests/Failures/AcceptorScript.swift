import ErlcluTestSupport

/// What an acceptor says in the handshake, byte by byte (erl_dist_protocol), for what no release can be made to say.
enum AcceptorScript {
    /// Our `N` for the host part `erlclu`: 2 of length, tag, flags, creation, 2 of length, 6 of name.
    static let nameBytes = 23
    /// Our `r`: 2 of length, tag, challenge, digest.
    static let replyBytes = 23

    /// Flags of OTP 25.
    static let flags25: UInt64 = 0xd_07df_7fbd

    static func status(_ words: String) -> ScriptedPeer.Step { packet(Array("s\(words)".utf8)) }

    /// Gives the dynamic name that was asked for.
    static let named: ScriptedPeer.Step = packet(
        Array("snamed:".utf8) + text("3UW7G348MAFMQ@erlclu") + number(UInt32(1)))

    static func challenge(name: String = "app@127.0.0.1", flags: UInt64 = flags25) -> ScriptedPeer.Step {
        packet([UInt8(ascii: "N")] + number(flags) + number(UInt32(42)) + number(UInt32(1)) + text(name))
    }

    /// Of OTP 22 and before, which have no `N`.
    static func oldChallenge(name: String = "app@127.0.0.1", flags: UInt32) -> ScriptedPeer.Step {
        packet([UInt8(ascii: "n")] + number(UInt16(5)) + number(flags) + number(UInt32(42)) + Array(name.utf8))
    }

    static func acknowledgement(digest: [UInt8]) -> ScriptedPeer.Step { packet([UInt8(ascii: "a")] + digest) }

    private static func packet(_ message: [UInt8]) -> ScriptedPeer.Step {
        .send(number(UInt16(message.count)) + message)
    }

    private static func text(_ text: String) -> [UInt8] { number(UInt16(text.utf8.count)) + Array(text.utf8) }

    private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
