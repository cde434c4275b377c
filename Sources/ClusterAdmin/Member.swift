package import Diagnosis
import ErlangNode

/// A node as some other node, or it itself, sees it; one row of `members`.
package struct Member: Hashable, Sendable {
    package enum State: String, Sendable {
        /// It answered; or it is a hidden node that cannot be asked, and a member has a link to it that is up.
        case up
        /// A member has a link to it that is up, and yet it did not answer that member, or could not be asked.
        case unreachable
        /// A link to it is being set up.
        case pending
        case down
        /// The node that is asked does not know it, and has not known it since it was asked anew: nobody was asked that has
        /// a link to it.
        case unknown
    }

    package enum Kind: String, Sendable {
        case visible
        case hidden
    }

    package var node: String
    package var state: State
    /// Nil where those who know of it do not know that.
    package var kind: Kind?
    /// The one that we are connected to, and that asked the others for us.
    package var isEntry: Bool
    /// `HOST:PORT` where it listens for other nodes: the host of its name, and the port that it says it listens on or
    /// that a member has dialled.
    package var address: String?
    /// `tcp` or `tls`.
    package var transport: String?
    package var otpRelease: String?
    package var uptimeSeconds: Int?
    package var processes: Int?
    package var runQueue: Int?
    package var memoryBytes: Int?
    /// To how many of the visible members it is linked, out of how many other visible ones are listed.
    package var links: Int?
    package var linksExpected: Int?
    /// Those of them; nil where it gave no answer.
    package var lists: Set<String>?
    /// Days until the certificate that it serves runs out; negative when that is past. The one that it shows where it
    /// dials may be another.
    package var certificateDays: Int?
    /// Why the rest is empty.
    package var remark: String?
    /// Why it gave no answer to the one that has a link to it and has asked.
    package var silence: NodeFailure?
    /// When it last gave an answer, microseconds since the epoch; nil where that was just now, or never.
    package var seen: Int?
    /// What a look costs it, in microseconds.
    package var refreshMicroseconds: Int?
    /// From the question of a look to its answer through the entry, its own work in it; for the entry, to the answer
    /// over our link to it. In microseconds, of the last looks.
    package var roundTripMicroseconds: Int?

    package init(
        node: String, state: State, kind: Kind?, isEntry: Bool = false, address: String? = nil,
        transport: String? = nil,
        otpRelease: String? = nil, uptimeSeconds: Int? = nil, processes: Int? = nil, runQueue: Int? = nil,
        memoryBytes: Int? = nil, links: Int? = nil, linksExpected: Int? = nil, lists: Set<String>? = nil,
        certificateDays: Int? = nil,
        remark: String? = nil, silence: NodeFailure? = nil
    ) {
        self.node = node
        self.state = state
        self.kind = kind
        self.isEntry = isEntry
        self.address = address
        self.transport = transport
        self.otpRelease = otpRelease
        self.uptimeSeconds = uptimeSeconds
        self.processes = processes
        self.runQueue = runQueue
        self.memoryBytes = memoryBytes
        self.links = links
        self.linksExpected = linksExpected
        self.lists = lists
        self.certificateDays = certificateDays
        self.remark = remark
        self.silence = silence
    }
}

extension Member {
    /// Whether a node of this name has had it from the node that it connected to, as this tool and its shells have.
    package static func isDynamicName(_ name: String) -> Bool { MemberRoster.isToolName(name) }
}
