package import ClusterAdmin
package import Diagnosis
import ErlangNode

extension MeshPair {
    /// For people: a word, or the code.
    package var word: String {
        switch state {
        case .up: "ok"
        case .made: "made"
        case .failed, .down: failure?.code.rawValue ?? state.rawValue
        case .unknown: "?"
        }
    }

    package var role: CellRole {
        switch state {
        case .up: .good
        case .made, .unknown: .warning
        case .failed, .down: .failure
        }
    }
}

extension Column where Row == MeshPair {
    /// - Parameter remedy: the words for a remedy, which may name options.
    package static func pairs(remedy: @escaping @Sendable (Remedy) -> String) -> [Column<MeshPair>] {
        [
            Column("from", "FROM") { .atom($0.from) }, Column("to", "TO") { .atom($0.to) },
            Column("result", "RESULT") { .atom($0.state.rawValue) },
            Column("code", "CODE") { Cell(text: $0.failure?.code.rawValue) },
            Column("stage", "STAGE") { Cell(text: $0.failure?.stage.rawValue) },
            Column("message", "MESSAGE") { Cell(text: $0.failure?.message) },
            Column("remedy", "REMEDY") { Cell(text: $0.failure.map { remedy($0.remedy) }) },
        ]
    }
}
