import ErlangTerm

/// RFC 3174, which hashed names in `known_hosts` are made with. There it only hides names; not for anything new.
enum SHA1: BlockDigest {
    /// The 20 bytes of the digest.
    static func digest(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        for block in DigestBlocks(of: message, .highestFirst) { mix(block, into: &state) }
        return state.flatMap(DigestBlocks.ByteOrder.highestFirst.bytes)
    }

    private static func mix(_ block: [UInt32], into state: inout [UInt32]) {
        var words = block
        for index in 16..<80 {
            words.append((words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]).rotated(left: 1))
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for step in 0..<80 {
            let (mixed, constant): (UInt32, UInt32) =
                switch step / 20 {
                case 0: ((b & c) | (~b & d), 0x5a82_7999)
                case 1: (b ^ c ^ d, 0x6ed9_eba1)
                case 2: ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let sum = a.rotated(left: 5) &+ mixed &+ e &+ constant &+ words[step]
            (a, b, c, d, e) = (sum, a, b.rotated(left: 30), c, d)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }
}
