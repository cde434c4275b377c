/// A process identifier (NEW_PID_EXT; PID_EXT is read too).
package struct PID: Hashable, Sendable {
    package var node: Atom
    package var id: UInt32
    package var serial: UInt32
    package var creation: UInt32

    package init(node: Atom, id: UInt32, serial: UInt32, creation: UInt32) {
        self.node = node
        self.id = id
        self.serial = serial
        self.creation = creation
    }
}

/// A port identifier (NEW_PORT_EXT on OTP 23 to 25, V4_PORT_EXT when the number needs 64 bits or the peer is
/// OTP 26 or later). `isWide` keeps the form it came in.
package struct PortIdentifier: Hashable, Sendable {
    package var node: Atom
    package var id: UInt64
    package var creation: UInt32
    package var isWide: Bool

    package init(node: Atom, id: UInt64, creation: UInt32, isWide: Bool) {
        self.node = node
        self.id = id
        self.creation = creation
        self.isWide = isWide
    }
}

/// A reference (NEWER_REFERENCE_EXT): one to five words, in wire order.
package struct Reference: Hashable, Sendable {
    package var node: Atom
    package var creation: UInt32
    package var words: [UInt32]

    package init(node: Atom, creation: UInt32, words: [UInt32]) {
        self.node = node
        self.creation = creation
        self.words = words
    }
}

/// NEW_FUN_EXT, whole: the tag byte 112 and all behind it, so that it goes back byte for byte.
package struct OpaqueFun: Hashable, Sendable {
    package var encoded: [UInt8]
    package init(encoded: [UInt8]) { self.encoded = encoded }
}

/// A native record (tag 67), whole, so that it goes back byte for byte.
package struct OpaqueRecord: Hashable, Sendable {
    package var encoded: [UInt8]
    package init(encoded: [UInt8]) { self.encoded = encoded }
}
