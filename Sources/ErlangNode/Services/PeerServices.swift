package import DistributionProtocol
package import ErlangTerm

/// What the peer of a link may ask of this side: everything that is no answer to a request of ours.
package protocol PeerServices {
    /// - Parameters:
    ///   - message: what came. What it holds is the peer's word.
    ///   - link: the one that it came by.
    ///   - isOurs: whether a process of this side's requests has this pid.
    /// - Returns: frames to send back, in this order.
    func replies(to message: DistributionMessage, on link: NodeConnection, isOurs: (PID) -> Bool) -> [[UInt8]]
}

/// What a tool that only asks has to offer.
package struct NoServices: PeerServices {
    package init() {}

    package func replies(to message: DistributionMessage, on link: NodeConnection, isOurs: (PID) -> Bool) -> [[UInt8]] {
        Refusal.replies(to: message.control, isOurs: isOurs)
    }
}
