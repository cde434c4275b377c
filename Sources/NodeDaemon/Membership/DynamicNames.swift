import DistributionProtocol

/// The names for peers that have none (NAME_ME). A name that is free again is given again, so that a peer of ours that
/// lists us gets no new atoms.
struct DynamicNames {
    private var free: [String: [UInt32]] = [:]
    private var used: [String: (number: UInt32, host: String)] = [:]
    private var last: UInt32 = 0
    private var creation: UInt32 = 0

    /// How many may be in use at a time.
    static let limit = 10_000

    mutating func next(host: String) -> (name: NodeName, creation: UInt32)? {
        guard used.count < Self.limit else { return nil }
        let number =
            free[host]?.popLast()
            ?? {
                last += 1; return last
            }()
        let text = "erlclud-\(String(number, radix: 36))@\(host)"
        guard let name = try? NodeName(text) else { return nil }
        used[text] = (number, host)
        creation += 1
        return (name, creation + 3)
    }

    mutating func release(_ name: String) {
        guard let entry = used.removeValue(forKey: name) else { return }
        // Hosts are a peer's word: those of a million peers are not kept.
        if free.count >= 1000, free[entry.host] == nil { return }
        free[entry.host, default: []].append(entry.number)
    }
}
