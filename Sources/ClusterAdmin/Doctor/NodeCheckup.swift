import ErlangTerm

/// What a node reports to `doctor` about itself: the item of the program `checkup`.
package struct NodeCheckup: Hashable, Sendable {
    /// What the epmd on the node's own host knows.
    package enum Registrations: Hashable, Sendable {
        case names([RegisteredNode])
        /// It cannot be asked: the atom that says why.
        case unavailable(String)
        /// The node finds its peers by another module than erl_epmd.
        case other
    }

    /// What one side of the node's option file demands; nil where it does not say.
    package struct Trust: Hashable, Sendable {
        /// `verify_peer`, `verify_none`.
        package var verify: String?
        package var demandsCertificate: Bool?
    }

    package var node: String
    package var otpRelease: String
    package var ertsVersion: String
    /// Microseconds since 1970.
    package var clock: Int?
    /// `started`, `starting`, `stopping`; nil when init does not answer.
    package var progress: String?
    package var hasRPCService: Bool
    package var isHidden: Bool
    package var usesLongNames: Bool?
    package var cookieHash: Int?
    package var isCookieAnArgument: Bool
    package var carrier: String
    package var listeningPort: Int?
    package var registrations: Registrations
    /// By application.
    package var versions: [String: String]
    package var sshDaemons: Int
    /// nil when the application controller does not answer.
    package var runningApplications: [String]?
    package var startingApplications: [String]
    package var serverTrust: Trust?
    package var clientTrust: Trust?
    /// Files that its option file names for its listener, and that it cannot read.
    package var unreadableFiles: [UnreadableFile]

    package struct UnreadableFile: Hashable, Sendable {
        /// `certfile`, `keyfile`.
        package var option: String
        /// As Erlang has it: `enoent`.
        package var reason: String
    }

    package var usesTLS: Bool { carrier.contains("tls") }
}

extension NodeCheckup {
    /// Of a node that says nothing of itself.
    static func unknown(of node: String) -> NodeCheckup {
        NodeCheckup(
            node: node, otpRelease: "", ertsVersion: "", hasRPCService: false, isHidden: false,
            isCookieAnArgument: false, carrier: "", registrations: .other, versions: [:], sshDaemons: 0,
            startingApplications: [], unreadableFiles: [])
    }

    init?(_ item: TermView) {
        guard let facts = item.elements(tagged: "checkup", 2)?[1] else { return nil }
        func text(_ key: Atom) -> String? { NodeAdministrator.text(facts.value(of: key)) }
        func known(_ key: Atom) -> String? { text(key).flatMap { $0 == "undefined" ? nil : $0 } }
        func names(_ key: Atom) -> [String]? { facts.value(of: key)?.list.map { $0.compactMap { $0.atom?.name } } }
        node = text("node") ?? ""
        otpRelease = text("otp") ?? ""
        ertsVersion = text("erts") ?? ""
        clock = SystemTime.plausible(facts.value(of: "clock")?.integer)
        progress = known("init")
        hasRPCService = facts.value(of: "rex")?.bool == true
        isHidden = facts.value(of: "hidden")?.bool == true
        usesLongNames = facts.value(of: "long_names")?.bool
        cookieHash = facts.value(of: "cookie")?.integer
        isCookieAnArgument = text("cookie_from") == "argument"
        carrier = text("proto_dist") ?? "inet_tcp"
        listeningPort = facts.value(of: "listens")?.integer
        registrations = Registrations(facts.value(of: "epmd"))
        versions = Self.versions(facts.value(of: "versions"))
        sshDaemons = facts.value(of: "sshd")?.integer ?? 0
        runningApplications = names("running")
        startingApplications = names("starting") ?? []
        serverTrust = Trust(facts.value(of: "trust")?.value(of: "server"))
        clientTrust = Trust(facts.value(of: "trust")?.value(of: "client"))
        unreadableFiles = (facts.value(of: "unreadable")?.list.map(Array.init) ?? []).compactMap { entry in
            guard let pair = entry.elements(2), let option = pair[0]?.atom?.name, let reason = pair[1]?.atom?.name
            else { return nil }
            return UnreadableFile(option: option, reason: reason)
        }
    }

    private static func versions(_ view: TermView?) -> [String: String] {
        var versions: [String: String] = [:]
        for entry in view?.list.map(Array.init) ?? [] {
            guard let pair = entry.elements(2), let name = pair[0]?.atom?.name else { continue }
            versions[name] = NodeAdministrator.text(pair[1])
        }
        return versions
    }
}

extension NodeCheckup.Registrations {
    fileprivate init(_ view: TermView?) {
        if let names = view?.elements(tagged: "names", 2)?[1]?.list {
            self = .names(
                names.compactMap { entry in
                    guard let pair = entry.elements(2), let name = NodeAdministrator.text(pair[0]),
                        let port = pair[1]?.integer
                    else { return nil }
                    return RegisteredNode(name: name, port: UInt16(clamping: port))
                })
        } else if let reason = view?.elements(tagged: "error", 2)?[1]?.atom {
            self = .unavailable(reason.name)
        } else {
            self = .other
        }
    }
}

extension NodeCheckup.Trust {
    /// nil where the node has no option file for this side.
    fileprivate init?(_ view: TermView?) {
        guard let view, case .map = view.kind else { return nil }
        verify = view.value(of: "verify")?.atom?.name
        demandsCertificate = view.value(of: "fail_if_no_peer_cert")?.bool
    }
}
