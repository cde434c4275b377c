/// Collects one request to epmd, in chunks of any size.
package struct EPMDRequestReader: Sendable {
    private var buffer: [UInt8] = []

    package init() {}

    /// More than a request can have, or a request without a byte.
    package struct Unreadable: Error {}

    /// - Returns: the request without its length, as soon as it is whole. What comes behind it is dropped: a connection
    ///   brings one request.
    package mutating func received(_ bytes: UnsafeRawBufferPointer) throws(Unreadable) -> [UInt8]? {
        buffer.append(contentsOf: bytes.prefix(2 + EPMDRequest.maximumBytes - buffer.count))
        guard buffer.count >= 2 else { return nil }
        let length = Int(buffer[0]) << 8 | Int(buffer[1])
        guard (1...EPMDRequest.maximumBytes).contains(length) else { throw Unreadable() }
        return buffer.count < 2 + length ? nil : Array(buffer[2..<2 + length])
    }
}
