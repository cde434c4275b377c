import DistributionProtocol
import Testing

@Suite struct DistributionFlagsTests {
    /// What visible nodes sent in their challenge, and what `erts_internal:get_dflags/0` says is mandatory there.
    @Test(arguments: [
        (23, UInt64(0x1_01df_7fbd), UInt64(0x50184)), (25, 0xd_07df_7fbd, 0x107_0f94),
        (27, 0xd_07df_7fbd, 0x4_0307_0f94), (29, 0x6d_07df_7fbd, 0x4_0307_0f94),
    ])
    func releases(_ release: Int, _ flags: UInt64, _ mandatory: UInt64) {
        let peer = DistributionFlags(rawValue: flags)
        #expect(peer.missing(from: .requiredOfPeer).isEmpty)
        #expect(peer.contains(.published))
        #expect(DistributionFlags.hiddenInitiator.missing(from: DistributionFlags(rawValue: mandatory)).isEmpty)
        #expect(!peer.names.contains { $0.hasPrefix("BIT_") && $0 != "BIT_BINARIES" })
    }

    @Test func mandatorySetsAreTheMeasuredOnes() {
        #expect(DistributionFlags.mandatory23.rawValue == 0x50184)
        #expect(DistributionFlags.mandatory25.rawValue == 0x107_0f94)
        #expect(DistributionFlags.mandatory26.rawValue == 0x4_0307_0f94)
    }

    @Test func oursAreHiddenAndWhole() {
        let ours = DistributionFlags.hiddenInitiator
        for flag: DistributionFlags in [.published, .fragments, .distHdrAtomCache, .atomCache, .sendSender, .nameMe] {
            #expect(!ours.contains(flag))
        }
    }

    @Test func theDigestStandsForTheSet() {
        let short: DistributionFlags = [.mandatory25Digest, .v4NC, .unlinkID]
        #expect(short.missing(from: .mandatory26).isEmpty)
        #expect(DistributionFlags.unlinkID.missing(from: [.unlinkID, .v4NC, .spawn]).names == ["SPAWN", "V4_NC"])
    }

    @Test func unknownBitsAreKeptAndNamed() {
        let raw: UInt64 = 1 << 63 | 1 << 21 | 1
        let flags = DistributionFlags(rawValue: raw)
        #expect(flags.rawValue == raw)
        #expect(flags.names == ["PUBLISHED", "BIT_21", "BIT_63"])
    }

    @Test func everyNamedFlagIsOneBitOfItsOwn() {
        #expect(DistributionFlags.named.allSatisfy { $0.flag.rawValue.nonzeroBitCount == 1 })
        #expect(Set(DistributionFlags.named.map(\.flag)).count == DistributionFlags.named.count)
        #expect(Set(DistributionFlags.named.map(\.name)).count == DistributionFlags.named.count)
        #expect(DistributionFlags.named.count == 32)
    }
}
