package import ByteTransport
package import ErlangTerm

/// Waiting for an answer on the calling thread, by running the loop: for one-shot commands.
extension NodeSession {
    /// - Returns: nil when `deadline` passed first; the call is then cancelled.
    package func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], on loop: EventLoop, until deadline: Instant?
    ) throws(NodeFailure) -> CallOutcome? {
        var result: Result<CallOutcome, NodeFailure>?
        let request = call(module, function, arguments) { result = $0 }
        _ = loop.run(until: deadline) { result == nil }
        guard let result else {
            cancel(request)
            return nil
        }
        return try result.get()
    }
}
