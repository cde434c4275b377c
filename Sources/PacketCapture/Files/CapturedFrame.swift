/// One packet as a capture has it. Its bytes are those of the buffer that was read: they end with the call.
package struct CapturedFrame {
    /// Nanoseconds since 1970; 0 where the capture does not say (a simple packet block with nothing before it).
    package var time: UInt64
    package var link: LinkType
    /// Which of the file's interfaces it came in on, counted over all sections.
    package var interface: Int
    package var bytes: UnsafeRawBufferPointer
    /// As it was on the wire: more than `bytes` when the capture cut packets (snap length).
    package var originalLength: Int
}

/// What a packet begins with (LINKTYPE_ of the tcpdump group's registry).
package struct LinkType: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let null = LinkType(rawValue: 0)
    package static let ethernet = LinkType(rawValue: 1)
    /// As libpcap numbers raw IP on some systems, and on others.
    package static let rawOne = LinkType(rawValue: 12)
    package static let rawTwo = LinkType(rawValue: 14)
    package static let raw = LinkType(rawValue: 101)
    package static let loop = LinkType(rawValue: 108)
    /// Of Linux's `any` device.
    package static let linuxSLL = LinkType(rawValue: 113)
    package static let linuxSLL2 = LinkType(rawValue: 276)
    package static let ipv4 = LinkType(rawValue: 228)
    package static let ipv6 = LinkType(rawValue: 229)
}

/// What a capture file holds.
package enum CaptureItem {
    case frame(CapturedFrame)
    /// The body of a decryption secrets block with a TLS key log.
    case keyLog(UnsafeRawBufferPointer)
}

/// An interface that packets were taken from.
package struct CaptureInterface: Hashable, Sendable {
    package var link: LinkType
    /// How many bytes of a packet are kept at most; 0 is without limit.
    package var snapLength: UInt32
    /// How its times are counted.
    var clock: CaptureClock
}
