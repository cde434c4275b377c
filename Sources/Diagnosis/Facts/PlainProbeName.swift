/// How our connection that only asks whether plain distribution is spoken is known to who watches the node.
package enum PlainProbeName {
    /// The host part of its name. Constant, as that of our other connections, for the sake of the peer's atom table.
    package static let host = "erlclu-probe"

    static func isOf(_ party: Party) -> Bool {
        guard let name = party.name else { return false }
        return name == host || name.hasSuffix("@" + host)
    }
}
