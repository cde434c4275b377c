/// How a capture's own fields are written: as the machine that wrote them keeps numbers.
package enum ByteOrder: Hashable, Sendable {
    case little
    case big
}

/// Fields of bytes that nobody vouches for. What lies outside reads as 0: callers check lengths, and a mistake of
/// theirs is a wrong number then, never memory of somebody else.
extension UnsafeRawBufferPointer {
    package func big16(at offset: Int) -> UInt16 {
        guard offset >= 0, offset <= count - 2 else { return 0 }
        return UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    package func big32(at offset: Int) -> UInt32 {
        guard offset >= 0, offset <= count - 4 else { return 0 }
        return UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    package func big64(at offset: Int) -> UInt64 {
        guard offset >= 0, offset <= count - 8 else { return 0 }
        return UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    package func byte(at offset: Int) -> UInt8 {
        guard offset >= 0, offset < count else { return 0 }
        return self[offset]
    }

    package func integer16(at offset: Int, _ order: ByteOrder) -> UInt16 {
        order == .big ? big16(at: offset) : big16(at: offset).byteSwapped
    }

    package func integer32(at offset: Int, _ order: ByteOrder) -> UInt32 {
        order == .big ? big32(at: offset) : big32(at: offset).byteSwapped
    }

    /// The bytes from `start` to `end`, as far as they are there.
    package func part(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        let first = Swift.min(Swift.max(start, 0), count)
        let last = Swift.min(Swift.max(end, first), count)
        return UnsafeRawBufferPointer(rebasing: self[first..<last])
    }
}
