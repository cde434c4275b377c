import Foundation

/// The memory of this process, as in /proc/self/maps (proc(5)).
package struct MemoryMap {
    private let regions: [(range: Range<UInt>, permissions: String)]

    package static func current() throws -> MemoryMap {
        let text = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        return MemoryMap(
            regions: text.split(separator: "\n").compactMap { line in
                let fields = line.split(separator: " ")
                let bounds = fields.first?.split(separator: "-").compactMap { UInt($0, radix: 16) } ?? []
                guard bounds.count == 2, fields.count > 1 else { return nil }
                return (bounds[0]..<bounds[1], String(fields[1]))
            })
    }

    /// Such as "r--p"; nil where nothing is mapped.
    package func permissions(of address: UInt) -> String? { regions.first { $0.range.contains(address) }?.permissions }
}
