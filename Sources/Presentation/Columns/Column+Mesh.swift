package import ClusterAdmin

extension ClusterMesh.Relation {
    /// What stands in the matrix.
    package var mark: String {
        switch self {
        case .itself: "-"
        case .both: "="
        case .firstOnly: ">"
        case .secondOnly: "<"
        case .none: "."
        case .notSampled: "~"
        }
    }

    package var role: CellRole {
        switch self {
        case .itself: .plain
        case .both: .good
        case .firstOnly, .secondOnly, .none: .failure
        case .notSampled: .warning
        }
    }
}

extension ClusterMesh {
    /// Above so many members a matrix is no help, and pairs that are in order are left out.
    package static let mostMatrixNodes = 40

    package var matrix: MemberMatrix {
        MemberMatrix(nodes, heading: "FROM \\ TO") { [self] in
            let relation = relation($0, $1)
            return (relation.mark, relation.role)
        }
    }
}

extension Column where Row == ClusterMesh.Link {
    package static var meshLinks: [Column<ClusterMesh.Link>] {
        [
            Column("from", "FROM") { .atom($0.from) }, Column("to", "TO") { .atom($0.to) },
            Column("state", "STATE") { .atom($0.state.rawValue) }.meaning(\.role),
            Column("from_lists", "FROM LISTS") { Cell(flag: $0.fromLists) },
            Column("to_lists", "TO LISTS") { Cell(flag: $0.toLists) },
            Column("confirmed", "CONFIRMED") { .flag($0.isConfirmed) },
        ]
    }
}

extension ClusterMesh.Link {
    package var role: CellRole {
        switch state {
        case .ok: .good
        case .asymmetric, .missing: isConfirmed ? .failure : .warning
        case .notSampled: .warning
        }
    }
}

/// A component with its number, the largest is 1.
package struct MeshComponentRow: Sendable {
    package var number: Int
    package var component: ClusterMesh.Component

    package init(number: Int, component: ClusterMesh.Component) {
        self.number = number
        self.component = component
    }

    package static func rows(of components: [ClusterMesh.Component]) -> [MeshComponentRow] {
        components.enumerated().map { MeshComponentRow(number: $0.offset + 1, component: $0.element) }
    }
}

extension Column where Row == MeshComponentRow {
    package static var components: [Column<MeshComponentRow>] {
        [
            Column("component", "COMPONENT", .right) { .integer($0.number) },
            Column("size", "SIZE", .right) { .integer($0.component.nodes.count) },
            Column("asymmetric", "ASYMMETRIC", .right, dropOrder: 1) { .integer($0.component.asymmetric) }
                .meaning { $0.component.asymmetric > 0 ? .failure : .plain },
            Column("missing", "MISSING", .right, dropOrder: 2) { .integer($0.component.missing) }
                .meaning { $0.component.missing > 0 ? .failure : .plain },
            Column("nodes", "NODES") { .texts($0.component.nodes) },
        ]
    }
}

extension Column where Row == MeshChange {
    package static var meshChanges: [Column<MeshChange>] {
        [
            Column("change", "CHANGE") { .atom($0.what.rawValue) }.meaning(\.what.role),
            Column("from", "FROM") { .atom($0.from) },
            Column("to", "TO") { $0.to.map { .atom($0) } ?? .blank },
        ]
    }
}

extension MeshChange.What {
    package static let widest = "asymmetric".count

    fileprivate var role: CellRole {
        switch self {
        case .ok, .answers: .good
        case .found: .plain
        case .joined: .changed
        case .silent: .warning
        case .gone, .asymmetric, .missing: .failure
        }
    }
}
