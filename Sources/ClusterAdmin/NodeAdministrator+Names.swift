package import ByteTransport
package import Diagnosis
import ErlangNode

extension RegisteredNode {
    /// What the epmd at `endpoint` knows. Needs no cookie and no node.
    package static func all(
        at endpoint: Endpoint, on loop: EventLoop = EventLoop(), deadline: Instant?
    ) throws(NodeFailure) -> [RegisteredNode] {
        var result: Result<[EPMDQuery.Registration], NodeFailure>?
        let query = EPMDQuery.names(at: endpoint, on: loop) { result = $0 }
        _ = loop.run(forAnswerUntil: deadline) { result != nil }
        guard let result else {
            let failure = query.silence(at: endpoint)
            query.cancel()
            throw failure
        }
        return try result.get().map { RegisteredNode(name: $0.alive, port: $0.port) }
    }
}
