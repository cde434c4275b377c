import Diagnosis
import ErlangNode
import Presentation

/// What one node says of its way to another.
struct MeshPair: Sendable {
    enum State: String {
        case up
        /// They were not connected, and are now.
        case made
        case failed
        /// They are not connected, and nobody was to dial.
        case down
        /// The first cannot be asked.
        case unknown
    }

    var from: String
    var to: String
    var state: State
    var failure: NodeFailure?

    var isBroken: Bool { state == .failed || state == .down || state == .unknown }

    /// For people: a word, or the code.
    var word: String {
        switch state {
        case .up: "ok"
        case .made: "made"
        case .failed, .down: failure?.code.rawValue ?? state.rawValue
        case .unknown: "?"
        }
    }

    var role: CellRole {
        switch state {
        case .up: .good
        case .made, .unknown: .warning
        case .failed, .down: .failure
        }
    }
}

extension Column where Row == MeshPair {
    static var pairs: [Column<MeshPair>] {
        [
            Column("from", "FROM") { .atom($0.from) }, Column("to", "TO") { .atom($0.to) },
            Column("result", "RESULT") { .atom($0.state.rawValue) },
            Column("code", "CODE") { Cell(text: $0.failure?.code.rawValue) },
            Column("stage", "STAGE") { Cell(text: $0.failure?.stage.rawValue) },
            Column("message", "MESSAGE") { Cell(text: $0.failure?.message) },
            Column("remedy", "REMEDY") { Cell(text: $0.failure?.remedy.text) },
        ]
    }
}
