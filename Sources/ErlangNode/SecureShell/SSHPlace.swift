package import Diagnosis

/// An SSH daemon of a node, and which node is expected there.
package struct SSHPlace {
    /// As an operator gave it: `[USER@]HOST[:PORT]`.
    package var name: String
    package var endpoint: Endpoint
    /// What messages call the node before it has said its name.
    package var node: String
    package var expected: Expectation
    /// How long either side does without a sign of life, once it is up: as `net_ticktime` of distribution.
    package var silence = Duration.seconds(60)

    package enum Expectation: Hashable, Sendable {
        case anyName
        /// A full name.
        case name(String)
        /// Whatever the host: it was added to what an operator typed.
        case nameWithoutHost(String)
    }

    package init(name: String, endpoint: Endpoint, node: String, expected: Expectation) {
        self.name = name
        self.endpoint = endpoint
        self.node = node
        self.expected = expected
    }

    func expects(_ node: String) -> Bool {
        switch expected {
        case .anyName: true
        case .name(let name): node == name
        case .nameWithoutHost(let alive): node.prefix { $0 != "@" } == alive
        }
    }
}
