extension DistributionFlags {
    /// MANDATORY_DFLAGS_25 of `dist.hrl`: what OTP 25 and later ask of every peer.
    package static let mandatory25: DistributionFlags = [
        .extendedReferences, .funTags, .extendedPidsPorts, .newFunTags, .exportPtrTag, .bitBinaries, .newFloats,
        .utf8Atoms, .mapTag, .bigCreation, .handshake23,
    ]

    /// What OTP 23 asks for (`erts_internal:get_dflags/0`, measured); the handshake flag is not part of it.
    package static let mandatory23: DistributionFlags = [
        .extendedReferences, .newFunTags, .extendedPidsPorts, .utf8Atoms, .bigCreation,
    ]

    /// What OTP 26 and later ask for: V4_NC and UNLINK_ID on top of the set of 25.
    package static let mandatory26: DistributionFlags = mandatory25.union([.v4NC, .unlinkID])

    /// What this program sends as initiator. Accepted by OTP 23 to 29 (measured).
    ///
    /// - Not PUBLISHED: the link is hidden, so that no `global` traffic comes and `nodes()` does not list us.
    /// - Neither FRAGMENTS nor DIST_HDR_ATOM_CACHE: every message then comes whole and without a cache to keep.
    /// - Not SEND_SENDER: SEND has all that a mailbox needs.
    /// - MANDATORY_25_DIGEST beside the bits that it stands for, as OTP 23 does not know it.
    package static let hiddenInitiator: DistributionFlags = mandatory26.union([
        .mandatory25Digest, .distMonitor, .distMonitorName, .smallAtomTags, .spawn, .alias, .unicodeIO,
        .bigSeqtraceLabels, .exitPayload,
    ])

    /// What a node sends that `nodes()` of the others is to list, and that takes part in `global`.
    package static let visibleNode: DistributionFlags = hiddenInitiator.union(.published)

    /// What we need of a peer: the oldest release that we speak to is OTP 23.
    package static let requiredOfPeer: DistributionFlags = mandatory23.union(.handshake23)

    /// These flags with those that MANDATORY_25_DIGEST stands for (`dist_util:expand_mandatory_25_flag/1`).
    package var expanded: DistributionFlags {
        contains(.mandatory25Digest) ? union(.mandatory25) : self
    }

    /// Which of `required` these flags lack.
    package func missing(from required: DistributionFlags) -> DistributionFlags {
        required.subtracting(expanded)
    }
}
