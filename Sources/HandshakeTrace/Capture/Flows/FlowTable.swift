import PacketCapture

/// All TCP connections of a capture that are kept in mind.
struct FlowTable {
    static let limit = 1 << 17

    private var places: [FlowKey: Int32] = [:]
    private var flows: ContiguousArray<Flow> = []

    var indices: Range<Int> { flows.indices }
    var isFull: Bool { flows.count >= Self.limit }

    subscript(index: Int) -> Flow {
        get { flows[index] }
        _modify { yield &flows[index] }
    }

    func index(of key: FlowKey) -> Int? { places[key].map { Int($0) } }

    /// - Returns: where it is now; that may change with `makeRoom`.
    mutating func add(_ flow: Flow) -> Int {
        places[flow.key] = Int32(flows.count)
        flows.append(flow)
        return flows.count - 1
    }

    /// Forgets connections that are of no interest; where that is not enough, the older half of the others.
    /// - Returns: of those that are of interest, the forgotten.
    mutating func makeRoom() -> [Flow] {
        var rest = ContiguousArray(flows.filter { $0.phase != .ignored })
        let forgotten = rest.prefix(max(0, rest.count - Self.limit / 2))
        rest.removeFirst(forgotten.count)
        flows = rest
        places.removeAll(keepingCapacity: true)
        for (index, flow) in flows.enumerated() { places[flow.key] = Int32(index) }
        return Array(forgotten)
    }
}
