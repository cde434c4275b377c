/// What to do about a failure: a phrase without a final period. What an operator can set is named by what it is, and
/// put into words by who knows the options, the keys or the fields for it.
package struct Remedy: Hashable, Sendable {
    /// What an operator of this program can set, or ask for.
    package enum Means: Hashable, Sendable {
        /// Where the node listens.
        case nodeAddress
        case epmdAddress
        case deadline
        /// A tunnel to the node.
        case tunnel
        /// The file of trusted authorities.
        case authorities
        /// Our certificate and its key.
        case ownCertificate
        /// Both: the trusted authorities, and our certificate with its key.
        case trustAndCertificate
        /// The node's option file for TLS.
        case optionFile
        case plainTransport
        /// The release whose files say all of it.
        case release
        /// To check nothing of the peer.
        case noChecks
        /// The name that the node's certificate is expected to carry, for once.
        case serverName(String)
        /// What the SSH host key is expected to be.
        case hostKeyFingerprint
        /// A node's SSH host keys, learned through distribution.
        case hostKeys(of: String)
        /// The name of the node that is meant.
        case nodeName(String)
        /// A password for an SSH host.
        case password
        /// A file that gets the secrets of TLS connections.
        case keyLog
        /// The nodes that the epmd on a host knows; of any host for nil.
        case nodesOf(host: String?)
        /// The same command with another name, at the same address.
        case dial(name: String, Endpoint)
        /// A trace on a node.
        case trace(node: String)
        /// A look at all that may be wrong with a node.
        case examination(of: String)
        /// The same over SSH, of the node whose daemon is at a place.
        case examinationOverSSH(of: String)
        /// Each step of the connection, with its time.
        case steps
        /// A program of somebody else's, with its arguments.
        case program([String])
        /// The settings, each with its origin.
        case settings
    }

    package enum Part: Hashable, Sendable {
        case words(String)
        case means(Means)
    }

    package private(set) var parts: [Part]

    package init(_ words: String) { parts = words.isEmpty ? [] : [.words(words)] }

    package init(_ means: Means) { parts = [.means(means)] }

    package var isEmpty: Bool { parts.isEmpty }

    /// - Parameter say: puts what can be set into words.
    package func text(_ say: (Means) -> String) -> String {
        parts.map { part in
            switch part {
            case .words(let words): words
            case .means(let means): say(means)
            }
        }.joined()
    }

    package static func + (left: Remedy, right: Remedy) -> Remedy {
        var sum = left
        for part in right.parts {
            if case .words(let words) = part, case .words(let before)? = sum.parts.last {
                sum.parts[sum.parts.count - 1] = .words(before + words)
            } else {
                sum.parts.append(part)
            }
        }
        return sum
    }
}

extension Remedy.Means {
    /// What it is, for readers that know no command line.
    package var plainWords: String {
        switch self {
        case .nodeAddress: "the node's address and port"
        case .epmdAddress: "epmd's address and port"
        case .deadline: "a longer timeout"
        case .tunnel: "a tunnel"
        case .authorities: "the file of trusted authorities"
        case .ownCertificate: "our certificate and its key"
        case .trustAndCertificate: "the trusted authorities, our certificate and its key"
        case .optionFile: "the TLS option file"
        case .plainTransport: "TCP as the transport"
        case .release: "the directory of the release"
        case .noChecks: "to check no certificate"
        case .serverName(let name): "the server name \(name)"
        case .hostKeyFingerprint: "the fingerprint of the SSH host key"
        case .hostKeys(let node): "the SSH host keys of \(node)"
        case .nodeName(let name): "the node \(name)"
        case .password: "a password"
        case .keyLog: "a key log"
        case .nodesOf(let host): "the list of nodes of \(host ?? "the host")"
        case .dial(let name, let endpoint): "dial \(name) at \(endpoint)"
        case .trace(let node): "a trace on \(node)"
        case .examination(let node): "an examination of \(node)"
        case .examinationOverSSH(let place): "an examination of the node at \(place), over SSH"
        case .steps: "a list of the connection's steps"
        case .program(let words): words.joined(separator: " ")
        case .settings: "the settings"
        }
    }
}

extension Remedy: ExpressibleByStringInterpolation {
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var remedy = Remedy("")

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            remedy = remedy + Remedy(literal)
        }

        package mutating func appendInterpolation(_ means: Means) { remedy = remedy + Remedy(means) }

        package mutating func appendInterpolation(_ other: Remedy) { remedy = remedy + other }

        package mutating func appendInterpolation(_ words: some CustomStringConvertible) {
            remedy = remedy + Remedy(words.description)
        }
    }

    package init(stringLiteral words: String) { self.init(words) }

    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.remedy }
}
