/// Why a capture cannot be read, or not further. Offsets count the bytes that were read before.
package enum CaptureFileError: Error, Hashable, Sendable {
    /// No header of a capture in the first bytes; these are the first of them (at most 16).
    case notACapture(firstBytes: [UInt8])
    /// A terminal stands between the writer and us: it has put a carriage return before each line feed.
    case mangledByTerminal
    /// A record's or block's length is more than any is.
    case tooLong(length: Int, limit: Int, offset: Int)
    /// A block contradicts itself; the text says how.
    case malformed(String, offset: Int)
    /// A packet of an interface that was not described before.
    case unknownInterface(Int, offset: Int)
    case tooManyInterfaces(limit: Int)
    /// The file ends in the middle of a record, of which so many bytes are there.
    case cutShort(bytes: Int, offset: Int)
    case empty
}

extension CaptureFileError: CustomStringConvertible {
    /// One clause, without a final period.
    package var description: String {
        switch self {
        case .notACapture(let bytes):
            if let tool = Self.unpacker(of: bytes) {
                "it is compressed: give what `\(tool)` makes of it to `capture decode -`"
            } else {
                "it is neither pcap nor pcapng: it begins with the bytes "
                    + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ") + " (hex)"
            }
        case .mangledByTerminal:
            "a terminal has changed its line ends on the way: write the capture without -t (docker, kubectl, ssh)"
        case .tooLong(let length, let limit, let offset):
            "the record at byte \(offset) claims \(length) bytes, where \(limit) are the most"
        case .malformed(let text, let offset): "the block at byte \(offset) is malformed: \(text)"
        case .unknownInterface(let number, let offset):
            "the packet at byte \(offset) is of interface \(number), which the file does not describe"
        case .tooManyInterfaces(let limit): "it describes more than \(limit) interfaces"
        case .cutShort(let bytes, let offset):
            "it is cut short: of the record at byte \(offset) there are \(bytes) bytes"
        case .empty: "it is empty"
        }
    }

    /// What unpacks a file that begins so.
    private static func unpacker(of bytes: [UInt8]) -> String? {
        let magics: [([UInt8], String)] = [
            ([0x1F, 0x8B], "gzip -dc"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd -dc"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz -dc"),
            ([0x42, 0x5A, 0x68], "bzip2 -dc"), ([0x04, 0x22, 0x4D, 0x18], "lz4 -dc"),
        ]
        return magics.first { bytes.starts(with: $0.0) }?.1
    }
}

extension CaptureFileError {
    /// Whether all that is wrong is that the end is missing.
    package var isCutShort: Bool { if case .cutShort = self { true } else { false } }
}
