package import Diagnosis

/// A fault that live runs provoke, and its one code.
package struct RecordedFault: Hashable, Sendable {
    /// Also the name of its recording.
    package var name: String
    package var code: FailureCode

    package init(_ name: String, _ code: FailureCode) {
        self.name = name
        self.code = code
    }

    /// We dial a node.
    package static let ours = [
        RecordedFault("our certificate signs itself", .caUnknown),
        RecordedFault("our certificate is of an unknown CA", .caUnknown),
        RecordedFault("our certificate is expired", .certificateExpired),
        RecordedFault("our certificate is not valid yet", .certificateNotYetValid),
        RecordedFault("our certificate is for servers only", .certificateUsage),
        RecordedFault("we have no certificate", .certificateRequired),
        RecordedFault("we trust another CA", .caUnknown),
        RecordedFault("we have another cookie", .cookie),
        RecordedFault("we dial TLS without TLS", .tcpToTLS),
    ]

    /// A node dials another one.
    package static let betweenNodes = [
        RecordedFault("nodes, another cookie", .cookie),
        RecordedFault("nodes, initiator of an unknown CA", .caUnknown),
        RecordedFault("nodes, acceptor of an unknown CA", .caUnknown),
        RecordedFault("nodes, initiator expired", .certificateExpired),
        RecordedFault("nodes, acceptor expired", .certificateExpired),
        RecordedFault("nodes, TCP to TLS", .tcpToTLS),
        RecordedFault("nodes, TLS to TCP", .tlsToTCP),
    ]

    package static let all = ours + betweenNodes
}
