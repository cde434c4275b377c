internal import Glibc

/// The distinct atoms of one packet, numbered in order of appearance.
///
/// Lookup is by a hash with a seed of this process, so that a peer cannot choose colliding atoms.
struct AtomInterner: ~Copyable {
    private(set) var atoms: [Atom] = []
    /// UTF-8 ranges in the packet; a length of -1 marks an atom that came as Latin-1 and had to be converted.
    private var places: [(offset: Int, length: Int)] = []
    private var hashes: [UInt64] = []
    /// Open addressing: the atom's number plus one, 0 for free.
    private var slots: [UInt32]
    private let base: UnsafeRawPointer
    private static let seed = UInt64.random(in: .min ... .max)
    private let seed = Self.seed

    init(base: UnsafeRawPointer) {
        self.base = base
        slots = [UInt32](repeating: 0, count: 16)
    }

    var count: Int { atoms.count }

    /// The number of the atom whose UTF-8 bytes are at `offset` of the packet; nil when they are not yet known.
    @inline(__always)
    func number(offset: Int, length: Int, hash: UInt64) -> Int? {
        let mask = slots.count - 1
        return slots.withUnsafeBufferPointer { slots in
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 {
                let number = Int(slots[slot]) - 1
                if hashes[number] == hash, isSame(number, offset: offset, length: length) { return number }
                slot = (slot + 1) & mask
            }
            return nil
        }
    }

    @inline(__always)
    func hash(offset: Int, length: Int) -> UInt64 { hash(base + offset, length) }

    /// Adds what `number` did not find.
    mutating func add(_ atom: Atom, offset: Int, length: Int, hash: UInt64) -> Int {
        if (atoms.count + 1) * 2 > slots.count { widen() }
        let number = atoms.count
        atoms.append(atom)
        places.append((offset, length))
        hashes.append(hash)
        place(number, hash: hash)
        return number
    }

    /// The number of a converted atom, added when new, or nil when it is new and `limit` is reached.
    mutating func numberOfConverted(_ name: String, limit: Int) -> Int? {
        var name = name
        let hash = name.withUTF8 { utf8 in utf8.baseAddress.map { self.hash(UnsafeRawPointer($0), utf8.count) } ?? 0 }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        let atom = Atom(name)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, atoms[number] == atom { return number }
            slot = (slot + 1) & mask
        }
        guard atoms.count < limit else { return nil }
        return add(atom, offset: 0, length: -1, hash: hash)
    }

    @inline(__always)
    private func isSame(_ number: Int, offset: Int, length: Int) -> Bool {
        let place = places[number]
        if place.length == length { return memcmp(base + place.offset, base + offset, length) == 0 }
        guard place.length < 0 else { return false }
        let bytes = UnsafeRawBufferPointer(start: base + offset, count: length)
        return atoms[number].name.utf8.elementsEqual(bytes)
    }

    private mutating func place(_ number: Int, hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt32(number + 1)
    }

    private mutating func widen() {
        slots = [UInt32](repeating: 0, count: slots.count * 4)
        for (number, hash) in hashes.enumerated() { place(number, hash: hash) }
    }

    @inline(__always)
    private func hash(_ bytes: UnsafeRawPointer, _ length: Int) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: length)
        var at = 0
        while at + 8 <= length {
            state = Self.mix(state ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var last: UInt64 = 0
        while at < length {
            last = last << 8 | UInt64(bytes.load(fromByteOffset: at, as: UInt8.self))
            at += 1
        }
        return Self.mix(state ^ last)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
        return product.high ^ product.low
    }
}
