import DistributionProtocol
import ErlangTerm

/// Promises of `GlobalServer` about whatever peers say to it.
enum GlobalFuzzing {
    /// Terms in the external format, one behind the other. The first byte says to whom each goes.
    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        guard let first = input.first, let name = try? NodeName("a@h") else { return }
        var server = GlobalServer(name: name, creation: 1, creationExtension: .max)
        let peers: [Atom] = ["b@h", "c@h"]
        for peer in peers { _ = server.nodeUp(peer) }
        /// Nodes whose link is on the way.
        func absent(_ server: GlobalServer) -> [Atom] {
            server.knownNodes.map { Atom($0) }.filter { !peers.contains($0) }
        }
        var position = 1
        var number = first
        while position < input.count, let term = try? DecodedTerm(packet: input, at: position) {
            position = term.endOffset
            if number & 1 == 0 {
                _ = server.received(term.root.term)
            } else {
                _ = server.lockerReceived(term.root.term)
            }
            number = number >> 1 | number << 7
            _ = server.lockerWoke(random: UInt32(number))
            if number & 6 == 6 { _ = server.look() }
            if number & 24 == 24, let other = absent(server).first { _ = server.connectFailed(other) }
        }
        for peer in peers { _ = server.nodeDown(peer) }
        // It locks them, too, as soon as they have a link.
        for other in absent(server) { _ = server.connectFailed(other) }
        try FuzzFinding.check(!server.isJoining, "it joins nobody, and has the lock")
        let left = server.knownNodes.filter { peers.contains(Atom($0)) }
        try FuzzFinding.check(left.isEmpty, "\(left) are gone, and known")
    }
}
