internal import Diagnosis

/// Opens streams to places: over TCP from here, or through a tunnel from somewhere else.
///
/// Where a connection goes, what the node is called, and which name its certificate carries are separate facts: what
/// dials changes nothing about the other two, so all checks stay as they are.
package protocol Dialer {
    /// The tunnel as an operator calls it; nil where there is none.
    var tunnel: String? { get }

    /// Does what may ask a person for something, such as a passphrase, before the time of a connection begins. `ready`
    /// is called once, whatever came of it: `dial` says why where it came to nothing.
    /// - Returns: gives it up; `ready` is not called any more.
    func prepare(on loop: EventLoop, _ ready: @escaping () -> Void) -> () -> Void

    /// Starts a connection to `host`, a name or a numeric address, and returns its stream at once. The receiver is
    /// called when it is open, or why not.
    ///
    /// There is no deadline here: close the stream when it takes too long, which gives up whatever it waits for.
    func dial(host: String, port: UInt16, on loop: EventLoop) -> TCPStream
}

extension Dialer {
    package func prepare(on loop: EventLoop, _ ready: @escaping () -> Void) -> () -> Void {
        ready()
        return {}
    }
}

/// What a stream waits for until it is given a descriptor.
protocol StreamOpening: AnyObject {
    /// Whether a name is being looked up.
    var isResolving: Bool { get }
    /// The stream was closed meanwhile.
    func cancel()
}

/// What carries a stream behind its descriptor: a program, which knows better than the socket why it ended.
protocol StreamCarrier: AnyObject {
    /// Calls `completion` once, soon, unless `end` comes first.
    /// - Parameters:
    ///   - reason: what the socket said.
    ///   - hasReceived: whether anything came through.
    func explain(_ reason: StreamClosure, hasReceived: Bool, _ completion: @escaping (StreamClosure) -> Void)
    /// The stream is over.
    func end()
    /// The failure that it is when the program has said `words` itself, where the peer's bytes were due; nil where it has
    /// no way to.
    func failure(saying words: String) -> TunnelFailure?
}

extension StreamCarrier {
    func failure(saying words: String) -> TunnelFailure? { nil }
}
