/// What a node can do, as it says in the handshake (`dist.hrl`, erl_dist_protocol "Distribution Flags"). Bits that we
/// do not know are kept: a trace must show them.
package struct DistributionFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
    private init(bit: UInt64) { self.rawValue = 1 << bit }

    package static let published = Self(bit: 0)
    package static let atomCache = Self(bit: 1)
    package static let extendedReferences = Self(bit: 2)
    package static let distMonitor = Self(bit: 3)
    package static let funTags = Self(bit: 4)
    package static let distMonitorName = Self(bit: 5)
    package static let hiddenAtomCache = Self(bit: 6)
    package static let newFunTags = Self(bit: 7)
    package static let extendedPidsPorts = Self(bit: 8)
    package static let exportPtrTag = Self(bit: 9)
    package static let bitBinaries = Self(bit: 10)
    package static let newFloats = Self(bit: 11)
    package static let unicodeIO = Self(bit: 12)
    package static let distHdrAtomCache = Self(bit: 13)
    package static let smallAtomTags = Self(bit: 14)
    package static let utf8Atoms = Self(bit: 16)
    package static let mapTag = Self(bit: 17)
    package static let bigCreation = Self(bit: 18)
    package static let sendSender = Self(bit: 19)
    package static let bigSeqtraceLabels = Self(bit: 20)
    package static let exitPayload = Self(bit: 22)
    package static let fragments = Self(bit: 23)
    package static let handshake23 = Self(bit: 24)
    package static let unlinkID = Self(bit: 25)
    package static let mandatory25Digest = Self(bit: 26)
    package static let spawn = Self(bit: 32)
    package static let nameMe = Self(bit: 33)
    package static let v4NC = Self(bit: 34)
    package static let alias = Self(bit: 35)
    /// Used inside a node only; seen in its masks.
    package static let localExt = Self(bit: 36)
    package static let altactSig = Self(bit: 37)
    package static let nativeRecords = Self(bit: 38)

    /// Every known flag with the name that OTP prints, in the order of the bits.
    package static let named: [(flag: DistributionFlags, name: String)] = [
        (.published, "PUBLISHED"),
        (.atomCache, "ATOM_CACHE"),
        (.extendedReferences, "EXTENDED_REFERENCES"),
        (.distMonitor, "DIST_MONITOR"),
        (.funTags, "FUN_TAGS"),
        (.distMonitorName, "DIST_MONITOR_NAME"),
        (.hiddenAtomCache, "HIDDEN_ATOM_CACHE"),
        (.newFunTags, "NEW_FUN_TAGS"),
        (.extendedPidsPorts, "EXTENDED_PIDS_PORTS"),
        (.exportPtrTag, "EXPORT_PTR_TAG"),
        (.bitBinaries, "BIT_BINARIES"),
        (.newFloats, "NEW_FLOATS"),
        (.unicodeIO, "UNICODE_IO"),
        (.distHdrAtomCache, "DIST_HDR_ATOM_CACHE"),
        (.smallAtomTags, "SMALL_ATOM_TAGS"),
        (.utf8Atoms, "UTF8_ATOMS"),
        (.mapTag, "MAP_TAG"),
        (.bigCreation, "BIG_CREATION"),
        (.sendSender, "SEND_SENDER"),
        (.bigSeqtraceLabels, "BIG_SEQTRACE_LABELS"),
        (.exitPayload, "EXIT_PAYLOAD"),
        (.fragments, "FRAGMENTS"),
        (.handshake23, "HANDSHAKE_23"),
        (.unlinkID, "UNLINK_ID"),
        (.mandatory25Digest, "MANDATORY_25_DIGEST"),
        (.spawn, "SPAWN"),
        (.nameMe, "NAME_ME"),
        (.v4NC, "V4_NC"),
        (.alias, "ALIAS"),
        (.localExt, "LOCAL_EXT"),
        (.altactSig, "ALTACT_SIG"),
        (.nativeRecords, "NATIVE_RECORDS"),
    ]

    /// The names of the flags that are set, in the order of the bits; an unknown bit is `BIT_n`.
    package var names: [String] {
        (UInt64(0)..<64).compactMap { bit -> String? in
            let flag = Self(bit: bit)
            guard contains(flag) else { return nil }
            return Self.named.first { $0.flag == flag }?.name ?? "BIT_\(bit)"
        }
    }
}
