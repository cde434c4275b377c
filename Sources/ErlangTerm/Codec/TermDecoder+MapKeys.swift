internal import Glibc

extension TermDecoder {
    /// What two keys have to share to be one key. Numbers and atoms are compared by value, whatever form they came
    /// in; everything else by its bytes, which a node writes in one way only.
    private struct KeyIdentity {
        var kind: UInt8
        var value: UInt64
        var offset = 0
        var length = 0
    }

    /// `binary_to_term` takes no map that names a key twice.
    mutating func requireUniqueKeys(ofMapAt index: Int, count: Int) throws(TermError) {
        if count <= 8, try atomKeysAreUnique(ofMapAt: index, count: count) { return }
        var keys: [KeyIdentity] = []
        keys.reserveCapacity(count)
        var key = index + 2
        for _ in 0..<count {
            let value = tape.indexAfter(key)
            keys.append(identity(of: key, before: tape[value].offset))
            key = tape.indexAfter(value)
        }
        // Comparing ends within the shorter of two keys, so that nested keys cost no more than n log n in all.
        keys.sort { compare($0, $1) < 0 }
        for next in keys.indices.dropFirst() where compare(keys[next - 1], keys[next]) == 0 {
            throw .invalid("map names a key twice", at: tape[index].offset)
        }
    }

    /// The usual small map: all keys are atoms. False when one is not.
    private func atomKeysAreUnique(ofMapAt index: Int, count: Int) throws(TermError) -> Bool {
        var key = index + 2
        for position in 0..<count {
            let word = tape[key]
            guard word.isAtom else { return false }
            var earlier = index + 2
            for _ in 0..<position {
                guard tape[earlier].extra != word.extra else {
                    throw .invalid("map names a key twice", at: tape[index].offset)
                }
                earlier = tape.indexAfter(earlier + 1)
            }
            key = tape.indexAfter(key + 1)
        }
        return true
    }

    private func identity(of key: Int, before end: Int) -> KeyIdentity {
        let word = tape[key]
        if word.isAtom { return KeyIdentity(kind: ExternalTag.atomUTF8, value: UInt64(word.extra)) }
        switch word.tag {
        case ExternalTag.smallInteger:
            return KeyIdentity(kind: ExternalTag.integer, value: UInt64(byte(word.offset + 1)))
        case ExternalTag.integer:
            let value = Int32(truncatingIfNeeded: uint32(word.offset + 1))
            return KeyIdentity(kind: ExternalTag.integer, value: UInt64(bitPattern: Int64(value)))
        default:
            let length = end - word.offset
            return KeyIdentity(kind: word.tag, value: UInt64(length), offset: word.offset, length: length)
        }
    }

    private func compare(_ left: KeyIdentity, _ right: KeyIdentity) -> Int {
        if left.kind != right.kind { return left.kind < right.kind ? -1 : 1 }
        if left.value != right.value { return left.value < right.value ? -1 : 1 }
        return Int(memcmp(base + left.offset, base + right.offset, left.length))
    }
}
