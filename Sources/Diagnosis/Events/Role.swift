/// The two ends of a connection. A node is both: the one that dialled is the initiator.
package enum Role: String, CaseIterable, Hashable, Sendable {
    case initiator
    case acceptor

    package var other: Role { self == .initiator ? .acceptor : .initiator }
}
