import Foundation

/// A capture that dev/captures.sh made: of little-endian pcap, Ethernet and IPv4.
struct ScenarioFile {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Scenarios")

    let header: [UInt8]
    private(set) var records: [[UInt8]] = []

    init(_ name: String) throws {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent("\(name).pcap")))
        header = Array(bytes[..<24])
        var position = 24
        while position + 16 <= bytes.count {
            let length = bytes[position + 8..<position + 12].reversed().reduce(0) { $0 << 8 | Int($1) }
            records.append(Array(bytes[position..<position + 16 + length]))
            position += 16 + length
        }
    }

    /// epmd's port, which is not the usual one.
    static let epmdPort: Int = {
        let text = try? String(contentsOf: folder.appendingPathComponent("epmd-port"), encoding: .utf8)
        return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? 0
    }()

    /// Without what epmd was asked and said.
    var withoutEPMD: [[UInt8]] {
        records.filter { record in
            let ports = [50, 52].map { Int(record[$0]) << 8 | Int(record[$0 + 1]) }
            return !ports.contains(Self.epmdPort)
        }
    }

    /// As a file.
    func file(_ records: [[UInt8]]) -> [UInt8] { header + records.flatMap { $0 } }
}
