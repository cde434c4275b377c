/// One record as it is on the wire (RFC 8446 §5.1).
struct TLSRecord: Hashable, Sendable {
    enum ContentType {
        static let changeCipherSpec: UInt8 = 20
        static let alert: UInt8 = 21
        static let handshake: UInt8 = 22
        static let applicationData: UInt8 = 23
        static let heartbeat: UInt8 = 24
    }

    static let headerBytes = 5

    var type: UInt8
    /// Of the record, which says little about the connection.
    var version: UInt16
    /// What it carries; empty where it was skipped.
    var fragment: [UInt8]
    /// Bytes of the fragment, on the wire.
    var count: Int

    var header: [UInt8] { Self.header(type: type, version: version, count: count) }

    static func header(type: UInt8, version: UInt16, count: Int) -> [UInt8] {
        [
            type, UInt8(version >> 8), UInt8(version & 0xFF), UInt8(truncatingIfNeeded: count >> 8),
            UInt8(truncatingIfNeeded: count),
        ]
    }
}

/// Cuts one direction of a stream into records.
struct TLSRecordReader: Sendable {
    /// 2^14 and what TLS 1.2 allows a cipher to add (RFC 5246 §6.2.3).
    static let limit = 1 << 14 + 2048

    private var header: [UInt8] = []
    private var length = 0
    private var fragment: [UInt8] = []
    /// Bytes of the fragment that have come.
    private var taken = 0

    /// Bytes of a record that has not come to its end.
    var bufferedBytes: Int { header.count + fragment.count }

    /// Takes bytes off the front of `bytes` until a record is whole.
    /// - Parameter skipsContent: whether only the outside of records is of interest.
    /// - Returns: nil when `bytes` are used up.
    mutating func next(
        from bytes: inout ArraySlice<UInt8>, skipsContent: Bool
    ) throws(TLSReadError) -> TLSRecord? {
        if header.count < TLSRecord.headerBytes {
            let missing = bytes.prefix(TLSRecord.headerBytes - header.count)
            header += missing
            bytes = bytes.dropFirst(missing.count)
            guard header.count == TLSRecord.headerBytes else { return nil }
            guard Self.isHeader(header) else { throw .notTLS(header) }
            length = Int(header[3]) << 8 | Int(header[4])
            guard length <= Self.limit else { throw .recordTooLong(length) }
        }
        let part = bytes.prefix(length - taken)
        if !skipsContent { fragment += part }
        taken += part.count
        bytes = bytes.dropFirst(part.count)
        guard taken == length else { return nil }
        defer { (header, fragment, taken) = ([], [], 0) }
        return TLSRecord(
            type: header[0], version: UInt16(header[1]) << 8 | UInt16(header[2]), fragment: fragment, count: length)
    }

    /// What is wrong with a stream that ends here; nil at the end of a record.
    var endError: TLSReadError? {
        if header.isEmpty { return nil }
        return Self.isHeader(header) ? .truncated : .notTLS(header)
    }

    /// Whether these first bytes, however few, can be those of a record.
    static func isHeader(_ bytes: some Collection<UInt8>) -> Bool {
        var bytes = bytes.makeIterator()
        if let type = bytes.next(), !(20...24).contains(type) { return false }
        if let major = bytes.next(), major != 3 { return false }
        if let minor = bytes.next(), minor > 4 { return false }
        return true
    }
}
