package import ByteTransport
package import Diagnosis
package import HandshakeTrace

/// How one node is come to: what is known of it before it is dialled, and what dials it. Whoever knows the settings makes
/// one; a visit needs no more.
package struct NodeApproach {
    /// Makes the connection that is looked at; nothing is dialled before the first question.
    /// - Parameters:
    ///   - recorder: is given what happens while the connection comes up.
    ///   - deadline: that of the visit.
    /// - Throws: `VisitFailure.notDialled` where the settings do not allow it.
    package typealias Open =
        @LoopActor (
            _ recorder: OwnConnectionRecorder, _ deadline: Instant?
        ) throws(VisitFailure) -> any Administration

    /// `name@host`
    package var node: String
    package var usesTLS: Bool
    /// What gave the port, so that epmd is not asked; nil where it is asked.
    package var portOrigin: String?
    /// What the connections go through, as an operator calls it.
    package var tunnel: String?
    /// What gave the cookie, and its `erlang:phash2/2`, as doctor shows it.
    package var cookie: (origin: String, hash: Int)?
    /// Whether nobody has said on which host the node is.
    package var isHostAssumed: Bool
    /// Weaknesses that are known and accepted, by their identifiers, and who accepts them.
    package var accepted: (weaknesses: [String], origin: String)
    package var open: Open
    /// Where the node is come to over SSH, how; what concerns distribution here is not used then.
    package var secureShell: SecureShellApproach?
    /// Whether somebody speaks TLS at an address: asked where the node has closed a connection over TCP.
    package var speaksTLS: @LoopActor (_ endpoint: Endpoint, _ deadline: Instant?) async -> Bool

    package init(
        node: String, usesTLS: Bool, portOrigin: String?, cookie: (origin: String, hash: Int)?,
        tunnel: String? = nil, isHostAssumed: Bool = false, accepted: (weaknesses: [String], origin: String) = ([], ""),
        open: @escaping Open, speaksTLS: @escaping @LoopActor (Endpoint, Instant?) async -> Bool
    ) {
        self.node = node
        self.usesTLS = usesTLS
        self.portOrigin = portOrigin
        self.cookie = cookie
        self.tunnel = tunnel
        self.isHostAssumed = isHostAssumed
        self.accepted = accepted
        self.open = open
        self.speaksTLS = speaksTLS
    }
}

/// Why a visit has nothing to show. That a connection fails is no such reason: it is what a visit looks at.
package enum VisitFailure: Error {
    /// The node was not dialled: the settings are not complete, or do not allow it. `cause` is for whoever reads the
    /// settings, the texts are for all others.
    case notDialled(cause: any Error, message: String, remedy: String)
    /// A question to a node that is connected came to nothing.
    case failed(NodeFailure)
    /// A node answers, and not what it was asked: a sentence that names it.
    case noAnswer(node: String, message: String)

    package var message: String {
        switch self {
        case .notDialled(_, let message, _), .noAnswer(_, let message): message
        case .failed(let failure): failure.message
        }
    }
}

extension VisitFailure {
    /// Does `request`, whose failure is that of the visit.
    @LoopActor
    static func asking<Answer>(
        _ request: () async throws(NodeFailure) -> Answer
    ) async throws(VisitFailure) -> Answer {
        do throws(NodeFailure) { return try await request() } catch { throw .failed(error) }
    }
}
