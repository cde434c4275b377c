/// Finds the TCP segments in captured frames: behind the headers of links, in fragments, in tunnels.
package struct SegmentFinder {
    /// Tunnels in tunnels, before we call it nonsense.
    private static let maximumDepth = 3

    package private(set) var packets = 0
    /// Packets of a link type that is not known here, and which that was.
    package private(set) var unknownLinks = 0
    package private(set) var unknownLink: LinkType?
    private var fragments = FragmentAssembler()
    private let keepsPackets: Bool

    /// - Parameter keepsPackets: whether the packets that a segment came in may be asked for.
    package init(keepsPackets: Bool) { self.keepsPackets = keepsPackets }

    /// - Parameter found: takes a segment, which is valid only meanwhile, and what it came in.
    package mutating func received(_ frame: CapturedFrame, _ found: (TCPSegment, SegmentOrigin) -> Void) {
        packets += 1
        guard let start = LinkHeader.internetOffset(frame.bytes, frame.link) else {
            if !LinkHeader.isKnown(frame.link) {
                unknownLinks += 1
                unknownLink = frame.link
            }
            return
        }
        let bytes = frame.bytes.part(start, frame.bytes.count)
        received(internet: bytes, originalLength: frame.originalLength - start, frame, depth: 0, found)
    }

    private mutating func received(
        internet bytes: UnsafeRawBufferPointer, originalLength: Int, _ frame: CapturedFrame, depth: Int,
        _ found: (TCPSegment, SegmentOrigin) -> Void
    ) {
        guard let packet = InternetPacket(bytes, originalLength: originalLength) else { return }
        if let fragment = packet.fragment { return received(fragment, of: packet, frame, found) }
        switch packet.transport {
        case 6:
            if let segment = TCPSegment(
                packet.payload, length: packet.length, from: packet.source, to: packet.destination)
            {
                found(segment, .frame(frame))
            }
        // IP in IP: tunnels between the hosts of a cluster.
        case 4, 41:
            if depth < Self.maximumDepth {
                received(internet: packet.payload, originalLength: packet.length, frame, depth: depth + 1, found)
            }
        default: return
        }
    }

    private mutating func received(
        _ fragment: InternetPacket.Fragment, of packet: InternetPacket, _ frame: CapturedFrame,
        _ found: (TCPSegment, SegmentOrigin) -> Void
    ) {
        guard packet.transport == 6,
            let whole = fragments.received(packet, fragment, at: frame.time, keeping: keepsPackets ? frame : nil)
        else { return }
        whole.payload.withUnsafeBytes { bytes in
            if let segment = TCPSegment(bytes, length: bytes.count, from: packet.source, to: packet.destination) {
                found(segment, .fragments(whole.packets, time: frame.time))
            }
        }
    }
}
