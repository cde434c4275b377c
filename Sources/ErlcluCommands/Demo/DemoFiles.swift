import ByteTransport
import TLSTransport

/// The files of a demo: authorities, certificates, option files, cookies, and contexts for erlclu-ctl.
@LoopActor
struct DemoFiles {
    let keeper: DemoKeeper
    private let authority: ThrowAwayAuthority

    static let configuration = "erlclu.config"
    private static let hosts = "DNS:127.0.0.1,DNS:localhost,IP:127.0.0.1"
    private static let pastDays = -3 * 86_400 ... -86_400
    private static let tool = "erlclu-ctl"

    /// Writes what does not depend on a node.
    init(_ keeper: DemoKeeper) throws(CommandFailure) {
        self.keeper = keeper
        authority = try Self.made("erlclu demo CA")
        try keeper.write(authority.certificate, to: "ca.pem")
        try keeper.write(Self.secret, to: "cookie")
        try addNode(Self.tool, nil)
    }

    private static var secret: String { String(UInt64.random(in: .min ... .max), radix: 36) }

    func path(_ name: String) -> String { "\(keeper.directory)/\(name)" }

    /// Writes the certificate, the option file and the cookie of a node.
    /// - Parameter fault: what is wrong with them.
    /// - Returns: the options of erlclud that name them.
    @discardableResult
    func addNode(_ name: String, _ fault: DemoFault?) throws(CommandFailure) -> [String] {
        var (authority, authorityFile, cookie) = (self.authority, "ca.pem", "cookie")
        if fault == .unknownCA {
            authority = try Self.made("another CA")
            authorityFile = "other-ca.pem"
            try keeper.write(authority.certificate, to: authorityFile)
        }
        let pair: ThrowAwayAuthority.Pair
        do throws(TLSConfigurationError) {
            pair = try authority.issue(
                name, hosts: Self.hosts, validity: fault == .expiredCertificate ? Self.pastDays : nil)
        } catch {
            throw Self.failure(error)
        }
        try keeper.write(pair.certificate, to: "\(name).pem")
        try keeper.write(pair.key, to: "\(name).key")
        if fault == .wrongCookie {
            cookie = "other-cookie"
            try keeper.write(Self.secret, to: cookie)
        }
        let files = """
            {certfile, "\(path(name)).pem"}, {keyfile, "\(path(name)).key"}, {cacertfile, "\(path(authorityFile))"},
                      {verify, verify_peer}
            """
        try keeper.write(
            "[{server, [\(files), {fail_if_no_peer_cert, true}]},\n {client, [\(files)]}].\n", to: "\(name).conf")
        return ["--optfile", path("\(name).conf"), "--cookie-file", path(cookie)]
    }

    /// Writes the contexts: the first one is the usual one.
    /// - Parameter contexts: their names, nodes, and the ports of the epmds that know these.
    func write(contexts: [(name: String, nodes: [String], epmd: UInt16)]) throws(CommandFailure) {
        var text = contexts.first.map { "{default_context, \($0.name)}.\n" } ?? ""
        for context in contexts {
            let nodes = context.nodes.map { "'\($0)'" }.joined(separator: ", ")
            text += """
                {context, \(context.name), [{nodes, [\(nodes)]}, {transport, tls}, {epmd, "127.0.0.1:\(context.epmd)"},
                    {optfile, "\(Self.tool).conf"}, {cookie, {file, "cookie"}}]}.

                """
        }
        try keeper.write(text, to: Self.configuration)
    }

    private static func made(_ name: String) throws(CommandFailure) -> ThrowAwayAuthority {
        do throws(TLSConfigurationError) { return try ThrowAwayAuthority(name) } catch { throw failure(error) }
    }

    private static func failure(_ error: TLSConfigurationError) -> CommandFailure {
        .configuration(message: error.description, remedy: error.remedy)
    }
}
