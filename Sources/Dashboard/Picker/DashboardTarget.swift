/// A cluster that a person has chosen on the screen.
package enum DashboardTarget: Hashable, Sendable {
    case context(String)
    /// The directory of a release.
    case release(String)
    case node(String)

    /// Whether a node can be called so: one @ at most, nothing empty, before the @ what net_kernel takes there
    /// (`valid_name_head`) and a C node may have besides, behind it no blanks and controls, and no more than an atom has. A
    /// host may be missing.
    static func isNodeName(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let name = parts.first, parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { return false }
        return text.unicodeScalars.count <= 255
            && name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789_-.".unicodeScalars.contains($0)
            }
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }
}

/// Something to connect to, as the picker lists it.
package struct DashboardChoice: Hashable, Sendable {
    package var target: DashboardTarget
    /// Of its nodes the first; nil where that is not known.
    package var node: String?
    /// "tls" or "tcp"; nil where that is not known.
    package var transport: String?
    /// Where it is from, or why it is not complete.
    package var remark: String

    package init(_ target: DashboardTarget, node: String?, transport: String?, remark: String) {
        self.target = target
        self.node = node
        self.transport = transport
        self.remark = remark
    }
}

/// What a dashboard is connected to.
package struct DashboardIdentity: Sendable {
    /// The context's name, or the entry node's.
    package var title: String
    package var entry: String
    /// "tls" or "tcp".
    package var transport: String
    package var mode: DashboardModel.NodeMode
    /// The context, where there is one.
    package var context: String?
    /// Nodes that the context names.
    package var expected: [String]

    package init(
        title: String, entry: String, transport: String, mode: DashboardModel.NodeMode, context: String? = nil,
        expected: [String] = []
    ) {
        self.title = title
        self.entry = entry
        self.transport = transport
        self.mode = mode
        self.context = context
        self.expected = expected
    }
}
