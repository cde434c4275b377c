import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangTerm
import ReleaseFiles

extension DaemonSettings {
    /// - Parameter hostName: of this host, for a name without a host.
    /// - Throws: with what is wrong, and what would be right.
    init(
        _ options: DaemonOptions, environment: [String: String], hostName: String, files: any FileSource
    ) throws(DaemonFault) {
        guard let typed = options[.name] else { throw DaemonFault(.usage, "--name NAME@HOST is needed") }
        let name: NodeName
        let full = typed.contains("@") ? typed : "\(typed)@\(hostName.prefix { $0 != "." })"
        // Others would be let in, and would be in nobody's commands.
        let isPlain = full.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 39 }
        do throws(NodeNameError) { name = try NodeName(isPlain ? full : "") } catch {
            throw DaemonFault(.usage, "--name: \(full) is no node name: expected NAME@HOST")
        }
        var discover: Discovery.Source?
        if let text = options[.discover] {
            discover = Discovery.Source(text)
            guard discover != nil else {
                throw DaemonFault(.usage, "--discover: expected \(Discovery.Source.expected), not \(text)")
            }
        }
        let seconds = Int(options[.probeInterval] ?? "60") ?? 0
        guard (1...86_400).contains(seconds) else {
            throw DaemonFault(.usage, "--probe-interval: expected 1 to 86400 seconds")
        }
        let delay = Int(options[.shutdownDelay] ?? "0") ?? -1
        guard (0...86_400).contains(delay) else {
            throw DaemonFault(.usage, "--shutdown-delay: expected 0 to 86400 seconds")
        }
        let listen: SocketAddress
        if let address = try Self.address(options, .listen) { listen = address } else { listen = try Self.anyAddress() }
        var security: DaemonSecurity?
        if let path = options[.optfile] {
            security = try DaemonSecurity(path, dials: discover != nil, environment, files)
        }
        self.init(
            name: name, cookie: try Self.cookie(options, environment, files),
            security: security, discover: discover, nameBase: options[.nameBase] ?? name.alive,
            probeInterval: .seconds(seconds),
            http: try Self.address(options, .http), shutdownDelay: .seconds(delay),
            listen: listen, epmd: try Self.epmd(options))
    }

    private static func cookie(
        _ options: DaemonOptions, _ environment: [String: String], _ files: any FileSource
    ) throws(DaemonFault) -> Secret {
        if let variable = options[.cookieEnv] ?? (environment["RELEASE_COOKIE"] == nil ? nil : "RELEASE_COOKIE"),
            options[.cookieFile] == nil
        {
            guard let value = environment[variable], !value.isEmpty else {
                throw DaemonFault(.configuration, "the variable \(variable) has no cookie")
            }
            return Secret(value)
        }
        do throws(SettingsError) {
            if let path = options[.cookieFile] { return try CookieFile.read(path, files, .named) }
            for path in CookieFile.defaultPaths(environment: environment) where files.status(path) != nil {
                return try CookieFile.read(path, files, .regular)
            }
        } catch {
            throw DaemonFault(error)
        }
        throw DaemonFault(.configuration, "no cookie: give --cookie-file FILE, --cookie-env VAR or ~/.erlang.cookie")
    }

    /// Every address of the host, at a port that the kernel chooses.
    private static func anyAddress() throws(DaemonFault) -> SocketAddress {
        guard let address = SocketAddress(numeric: "0.0.0.0", port: 0) else {
            throw DaemonFault(.unavailable, "this host has no IPv4")
        }
        return address
    }

    private static func address(
        _ options: DaemonOptions, _ option: DaemonOption
    ) throws(DaemonFault) -> SocketAddress? {
        guard let text = options[option] else { return nil }
        // Port 0, which no other place has: the kernel chooses.
        let anyPort = text.hasSuffix(":0") ? HostAndPort(text.dropLast() + "1") : nil
        guard let place = anyPort ?? HostAndPort(text),
            let address = SocketAddress(
                numeric: place.host, port: anyPort == nil ? UInt16(clamping: place.port) : 0)
        else {
            throw DaemonFault(
                .usage, "--\(option.rawValue): expected an address and a port, as 10.0.0.7:9100, not \(text)")
        }
        return address
    }

    private static func epmd(_ options: DaemonOptions) throws(DaemonFault) -> Endpoint? {
        guard let text = options[.epmd] else {
            return Endpoint(host: "127.0.0.1", port: EPMDRequest.standardPort)
        }
        if text == "none" { return nil }
        guard let place = HostAndPort(text) else {
            throw DaemonFault(.usage, "--epmd: expected HOST:PORT or none, not \(text)")
        }
        return Endpoint(host: place.host, port: UInt16(clamping: place.port))
    }
}

extension DaemonFault {
    init(_ error: SettingsError) {
        self.init(error.kind == .noInput ? .noInput : .configuration, error.description)
    }
}
