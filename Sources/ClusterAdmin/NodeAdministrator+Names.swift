package import ByteTransport
package import Diagnosis
import ErlangNode

extension RegisteredNode {
    /// What the epmd at `endpoint` knows. Needs no cookie and no node.
    @LoopActor
    package static func all(
        at endpoint: Endpoint, by dialer: any Dialer, deadline: Instant?
    ) async throws(NodeFailure) -> [RegisteredNode] {
        let answer = Promise<Result<[EPMDQuery.Registration], NodeFailure>>()
        let query = EPMDQuery.names(at: endpoint, by: dialer, on: LoopActor.loop) { answer.fulfil($0) }
        guard case .value(let result) = await answer.value(until: deadline) else {
            let failure = query.silence(at: endpoint)
            query.cancel()
            throw failure
        }
        return try result.get().map { RegisteredNode(name: $0.alive, port: $0.port) }
    }
}
