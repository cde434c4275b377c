internal import Glibc

/// The distinct atoms of one packet, numbered in order of appearance.
///
/// Lookup is by a hash with a seed of this process, so that a peer cannot choose colliding atoms.
struct AtomInterner: ~Copyable {
    /// An atom's bytes as they are looked up.
    struct Key {
        var offset: Int
        var length: Int
        var hash: UInt64
        /// The last one to eight bytes: all of a short atom, which then is compared without a call.
        var lastBytes: UInt64
        var isASCII: Bool
    }

    /// A place of the open-addressing table.
    private struct Slot {
        var hash: UInt64 = 0
        var lastBytes: UInt64 = 0
        /// The atom's UTF-8 bytes in the packet.
        var offset: UInt32 = 0
        /// -1 for an atom that came as Latin-1 and had to be converted.
        var length: Int32 = 0
        /// The atom's number; -1 for a free slot.
        var number: Int32 = -1
    }

    private(set) var atoms: [Atom] = []
    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private let packet: UnsafeRawBufferPointer
    private let base: UnsafeRawPointer
    private let seed = Self.processSeed
    private static let processSeed = UInt64.random(in: .min ... .max)

    init(_ packet: UnsafeRawBufferPointer, base: UnsafeRawPointer) {
        self.packet = packet
        self.base = base
        mask = 15
        slots = .allocate(capacity: 16)
        slots.initialize(repeating: Slot(), count: 16)
    }

    deinit { slots.deallocate() }

    var count: Int { atoms.count }

    @inline(__always)
    func key(offset: Int, length: Int) -> Key { key(packet, base: base, offset: offset, length: length) }

    /// The number of an atom whose UTF-8 bytes are in the packet; nil when it is not yet known.
    @inline(__always)
    func number(of key: Key) -> Int? {
        var place = Int(truncatingIfNeeded: key.hash) & mask
        while slots[place].number >= 0 {
            if slots[place].hash == key.hash, isSame(slots[place], key) { return Int(slots[place].number) }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds what `number` did not find.
    mutating func add(_ atom: Atom, _ key: Key) -> Int { add(atom, key, length: key.length) }

    private mutating func add(_ atom: Atom, _ key: Key, length: Int) -> Int {
        if (atoms.count + 1) * 2 > mask + 1 { widen() }
        let number = atoms.count
        atoms.append(atom)
        insert(
            Slot(
                hash: key.hash, lastBytes: key.lastBytes, offset: UInt32(truncatingIfNeeded: key.offset),
                length: Int32(truncatingIfNeeded: length), number: Int32(truncatingIfNeeded: number)))
        return number
    }

    /// The number of a converted atom, added when new, or nil when it is new and `limit` is reached.
    mutating func numberOfConverted(_ atom: Atom, limit: Int) -> Int? {
        let key = Array(atom.name.utf8).withUnsafeBytes { utf8 in
            self.key(utf8, base: utf8.baseAddress ?? base, offset: 0, length: utf8.count)
        }
        var place = Int(truncatingIfNeeded: key.hash) & mask
        while slots[place].number >= 0 {
            let number = Int(slots[place].number)
            if slots[place].hash == key.hash, atoms[number] == atom { return number }
            place = (place + 1) & mask
        }
        guard atoms.count < limit else { return nil }
        return add(atom, key, length: -1)
    }

    @inline(__always)
    private func isSame(_ slot: Slot, _ key: Key) -> Bool {
        if Int(slot.length) == key.length {
            guard slot.lastBytes == key.lastBytes else { return false }
            return key.length <= 8 || memcmp(base + Int(slot.offset), base + key.offset, key.length) == 0
        }
        guard slot.length < 0 else { return false }
        let bytes = UnsafeRawBufferPointer(start: base + key.offset, count: key.length)
        return atoms[Int(slot.number)].name.utf8.elementsEqual(bytes)
    }

    private mutating func insert(_ slot: Slot) {
        var place = Int(truncatingIfNeeded: slot.hash) & mask
        while slots[place].number >= 0 { place = (place + 1) & mask }
        slots[place] = slot
    }

    private mutating func widen() {
        let old = UnsafeMutableBufferPointer(start: slots, count: mask + 1)
        mask = 4 * (mask + 1) - 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: Slot(), count: mask + 1)
        for slot in old where slot.number >= 0 { insert(slot) }
        old.deallocate()
    }

    /// Reads the atom by words; the last word may reach behind it, but not behind the buffer.
    @inline(__always)
    private func key(
        _ buffer: UnsafeRawBufferPointer, base: UnsafeRawPointer, offset: Int, length: Int
    ) -> Key {
        var state = seed ^ UInt64(truncatingIfNeeded: length)
        var union: UInt64 = 0
        var at = offset
        let end = offset + length
        while end - at > 8 {
            let word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            union |= word
            state = Self.mix(state ^ word)
            at += 8
        }
        var last: UInt64 = 0
        if at < end {
            if buffer.count - at >= 8 {
                let unused = UInt64(truncatingIfNeeded: 8 * (8 - (end - at)))
                let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                last = (word << unused) >> unused
            } else {
                for place in (at..<end).reversed() {
                    last = last << 8 | UInt64(base.load(fromByteOffset: place, as: UInt8.self))
                }
            }
        }
        return Key(
            offset: offset, length: length, hash: Self.mix(state ^ last), lastBytes: last,
            isASCII: (union | last) & 0x8080_8080_8080_8080 == 0)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
        return product.high ^ product.low
    }
}
