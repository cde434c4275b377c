extension HandshakeEvent {
    /// A message that passed by between two other nodes.
    ///
    /// - Parameters:
    ///   - bytes: the message without its length.
    ///   - kind: which one it is to be: `N` begins a name as well as a challenge, and who sent it decides.
    package init(
        observing bytes: [UInt8], as kind: HandshakeMessageKind, _ direction: Direction
    ) throws(HandshakeFailure.Reason) {
        self.init(direction, try HandshakeMessage(bytes, expecting: kind))
    }
}
