import ByteTransport
import ErlangNode
import ErlangTerm

/// The programs of erlclu-ctl that this node answers, each by its name and version. There is no other way to have it
/// answer one: of what a peer sends nothing is evaluated.
struct NativePrograms {
    let view: OwnView
    let own: String
    let links: NodeLinks
    let tracer: HandshakeTracer
    let loop: EventLoop

    /// - Returns: nil for a program that this node does not know, or not in this version.
    func program(for request: ProgramRequest, in process: HostedProcess) -> (any NativeProgram)? {
        switch request.label {
        case ProgramLabel(.snapshot):
            let certificates = request["Certificates"]?.bool ?? false
            return SingleAnswer(for: process) { [view] in view.snapshot(certificates: certificates, view.vitals) }
        case ProgramLabel(.status): return SingleAnswer(for: process) { [view] in view.status }
        case ProgramLabel(.eachMember):
            return RelayedProgram.relay(request).map {
                MemberRelayProgram($0, for: process, view, own: own, links: links, on: loop)
            }
        case ProgramLabel(.feed):
            return FeedProgram(request, for: process, view, own: own, links: links, on: loop)
        case ProgramLabel(.traceDist):
            return TraceProgram(request, for: process, tracer, own: own, links: links, on: loop)
        case ProgramLabel(.feedMember): return FeedMemberProgram(for: process, view, on: loop)
        default: return nil
        }
    }
}
