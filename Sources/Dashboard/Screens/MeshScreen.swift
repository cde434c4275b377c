import ClusterAdmin
import Diagnosis
import HandshakeTrace
import Presentation
import TerminalCanvas

/// Who lists whom: a matrix of the members, or of a large cluster its components and the pairs that are not as they
/// should be.
enum MeshScreen: ListScreen {
    struct Row: ListRow {
        enum What: Sendable {
            /// - Parameter relations: a sign for each member, in their order.
            case member(relations: String)
            case component(ClusterMesh.Component)
            case pair(ClusterMesh.Link)
        }

        var what: What
        /// From 1.
        var number: Int
        var name: String
        var needsAttention: Bool
        /// The node whose column is looked at, in the selected row of a matrix.
        var peer: String?

        var title: String {
            if case .pair(let link) = what { return "\(link.from) x \(link.to)" }
            return peer.map { "\(name) x \($0)" } ?? name
        }

        func rank(_ key: String) -> SortValue? { key == "number" ? .number(number) : nil }
    }

    static let start = ListState(sortKey: "number")

    static func columns(_ model: DashboardModel) -> [Column<Row>] {
        let mesh = model.picture.mesh
        let number = Column<Row>("number", "#", .right) { .integer($0.number) }
        guard let mesh, mesh.nodes.count > ClusterMesh.mostMatrixNodes else {
            let heading = (mesh?.nodes.indices).map { places in places.map { "\(($0 + 1) % 10)" }.joined(separator: " ")
            }
            return [
                number, Column("from", "FROM \\ TO") { .atom($0.name) },
                Column("to", heading ?? "") { row in
                    if case .member(let relations) = row.what { .text(relations) } else { .blank }
                }
                .meaning { $0.needsAttention ? .failure : .plain },
            ]
        }
        return [
            number,
            Column("what", "WHAT") { row in
                switch row.what {
                case .member: .blank
                case .component: .text("component")
                case .pair(let link): .text(link.isConfirmed ? link.state.rawValue : "\(link.state.rawValue)?")
                }
            }
            .meaning { $0.needsAttention ? .failure : .plain },
            Column("nodes", "NODES") { row in
                switch row.what {
                case .member: .blank
                case .component(let component):
                    .text("\(component.nodes.count): \(component.nodes.prefix(3).joined(separator: ", "))")
                case .pair(let link): .text("\(link.from) \(link.state == .asymmetric ? ">" : ".") \(link.to)")
                }
            },
        ]
    }

    static func rows(_ model: DashboardModel) -> [Row] {
        guard let mesh = model.picture.mesh else { return [] }
        guard mesh.nodes.count > ClusterMesh.mostMatrixNodes else {
            let troubled = Set(mesh.troubles.flatMap { [$0.from, $0.to] })
            let selected = model.list(of: Self.self).selected
            return mesh.nodes.indices.map { place in
                let node = mesh.nodes[place]
                let peer = node == selected ? peer(of: node, mesh, model) : nil
                // The column that a person has chosen is marked in each way of drawing.
                let marked = model.meshPeer == nil ? nil : peer.flatMap { mesh.nodes.firstIndex(of: $0) }
                return Row(
                    what: .member(relations: relations(of: place, mesh, marked: marked)), number: place + 1,
                    name: node, needsAttention: troubled.contains(node), peer: peer)
            }
        }
        let components = mesh.components.map { component in
            Row(
                what: .component(component), number: 0, name: "component of \(component.nodes.first ?? "")",
                needsAttention: mesh.components.count > 1)
        }
        let pairs = mesh.abnormal.map { link in
            Row(what: .pair(link), number: 0, name: "\(link.from) \(link.to)", needsAttention: link.isConfirmed)
        }
        return (components + pairs).enumerated().map { index, row in
            var row = row
            row.number = index + 1
            return row
        }
    }

    /// The one that was chosen, else the one that the row's first trouble is with.
    private static func peer(of node: String, _ mesh: ClusterMesh, _ model: DashboardModel) -> String? {
        if let peer = model.meshPeer, peer != node, mesh.nodes.contains(peer) { return peer }
        let first = mesh.abnormal.first { $0.from == node || $0.to == node }
        return first.map { $0.from == node ? $0.to : $0.from }
    }

    /// - Parameter marked: the column that stands between brackets.
    private static func relations(of place: Int, _ mesh: ClusterMesh, marked: Int?) -> String {
        mesh.nodes.indices.reduce(into: "") { text, column in
            if column > 0 { text += column == marked ? "[" : column - 1 == marked ? "]" : " " }
            text += mesh.relation(place, column).sign
            if column == marked, column == mesh.nodes.count - 1 { text += "]" }
        }
    }

    static func head(_ model: DashboardModel) -> String {
        let loss = model.picture.lossAlarm.map { "\($0.forms(DashboardModel.minute($0.since))[0])  " }
        return (loss ?? "") + (model.picture.mesh?.summary ?? "")
    }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        model.isListed
            ? [StyledLine("no visible member has been seen", Style(.muted))]
            : MembersScreen.empty(model, columns: columns)
    }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        guard let mesh = model.picture.mesh else { return [] }
        let nodes: Set<String>
        var isPair = false
        switch row.what {
        case .member:
            isPair = model.meshPeer != nil && row.peer != nil
            nodes = isPair ? [row.name, row.peer ?? ""] : [row.name]
        case .component(let component):
            return StyledLine.paragraph("", component.nodes.joined(separator: ", "), columns: columns)
        case .pair(let link):
            isPair = true
            nodes = [link.from, link.to]
        }
        let links = mesh.abnormal.filter { link in
            let ends = [nodes.contains(link.from), nodes.contains(link.to)]
            return isPair ? ends == [true, true] : ends.contains(true)
        }
        let sentences = links.map(\.words) + mesh.silent.filter { nodes.contains($0.node) }.map(\.words)
        var lines = sentences.prefix(8).flatMap { StyledLine.paragraph("", $0, columns: columns) }
        if sentences.isEmpty {
            var words = isPair ? "they list each other" : "it lists all others, and all list it"
            if case .member(let relations) = row.what, !isPair, relations.contains("~") {
                words =
                    relations.contains("=")
                    ? "it lists all that have answered, and they list it"
                    : "it has not answered: nobody knows whom it lists"
            }
            lines = StyledLine.paragraph(
                "", "\(words); = both, > row only, < column only, . none, ~ not seen", columns: columns,
                Style(.muted))
        }
        return lines + history(of: nodes, isPair: isPair, sentences.isEmpty, model, columns: columns)
    }

    /// What doctor and the events know of them.
    private static func history(
        of nodes: Set<String>, isPair: Bool, _ isFine: Bool, _ model: DashboardModel, columns: Int
    ) -> [StyledLine] {
        func age(_ time: Int) -> String { "\(Cell.seconds(max(0, model.now - time) / 1_000_000).shown) ago" }
        var lines: [StyledLine] = []
        if !isFine, let event = model.picture.happenings.last(where: { nodes.contains($0.node) && $0.isTrouble }) {
            lines += StyledLine.paragraph(
                "", "last, \(age(event.time)): \(event.node) \(event.words)", columns: columns)
        }
        guard let found = model.examination, found.isOver, let seen = found.seen,
            found.from.map({ nodes.contains($0) && (nodes.contains(found.node) || !isPair) })
                ?? nodes.contains(found.node)
        else { return lines }
        if let broken = found.ladder?.broken {
            lines += StyledLine.paragraph(
                "",
                "doctor of \(found.words), \(age(seen)): \(broken.failure.code.rawValue) at \(broken.rung.title): "
                    + broken.failure.message, columns: columns)
        } else if found.problem == nil {
            lines += StyledLine.paragraph(
                "", "doctor of \(found.words), \(age(seen)): nothing is broken", columns: columns)
        }
        return lines
    }
}

extension ClusterMesh.Relation {
    /// In the matrix.
    fileprivate var sign: String {
        switch self {
        case .itself: "-"
        case .both: "="
        case .firstOnly: ">"
        case .secondOnly: "<"
        case .none: "."
        case .notSampled: "~"
        }
    }
}
