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
        let (full, nameOrigin) = try Self.name(options, environment, hostName: hostName)
        let name: NodeName
        // Others would be let in, and would be in nobody's commands.
        let isPlain = full.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 39 }
        do throws(NodeNameError) { name = try NodeName(isPlain ? full : "") } catch {
            throw DaemonFault(.usage, "--name: \(full) is no node name: expected NAME@HOST")
        }
        var discover: Discovery.Source?
        if let text = options[.discover] {
            discover = Discovery.Source(text, epmdPort: Self.epmdPort(environment))
            guard discover != nil else {
                throw Self.wrong(.discover, options, "expected \(Discovery.Source.expected), not \(text)")
            }
        }
        let tickSeconds = options.value(of: .tickTime).flatMap { Int($0) } ?? 0
        guard Self.tickTimes.contains(tickSeconds) else {
            throw Self.wrong(
                .tickTime, options,
                "expected \(Self.tickTimes.lowerBound) to \(Self.tickTimes.upperBound) seconds, whole ones")
        }
        let seconds = options.value(of: .probeInterval).flatMap { Int($0) } ?? 0
        guard (1...86_400).contains(seconds) else {
            throw Self.wrong(.probeInterval, options, "expected 1 to 86400 seconds")
        }
        let delay = options.value(of: .shutdownDelay).flatMap { Double($0) } ?? -1
        guard (0...86_400).contains(delay) else {
            throw Self.wrong(.shutdownDelay, options, "expected 0 to 86400 seconds")
        }
        let listen = try Self.address(options.value(of: .listen) ?? "", .listen, options)
        var security: DaemonSecurity?
        if let path = options[.optfile] {
            security = try DaemonSecurity(
                path, dials: discover != nil || options.contains(.visible), environment, files)
        }
        let overlap = options.value(of: .preventOverlap)
        guard ["true", "false"].contains(overlap) else {
            throw Self.wrong(.preventOverlap, options, "expected true or false")
        }
        let cookie = try Self.cookie(options, environment, files)
        self.init(
            name: name, nameOrigin: nameOrigin, isVisible: options.contains(.visible),
            preventsOverlap: overlap == "true", tickTime: .seconds(tickSeconds), cookie: cookie.value,
            cookieOrigin: cookie.origin, security: security, discover: discover,
            nameBase: options[.nameBase] ?? name.alive, probeInterval: .seconds(seconds),
            http: try Self.places(options), shutdownDelay: .seconds(delay),
            listen: listen, names: try Self.names(options, environment))
        // A hidden one that dials its peers needs nobody who dials it.
        guard names.isAny || listen.port != 0 || !isVisible && discover != nil else {
            throw Self.wrong(
                .epmd, options,
                "none: nobody can know a port that the kernel chooses, so that "
                    + (isVisible ? "no node could dial it, as --visible demands" : "it would be alone")
                    + ": give it a port with --listen HOST:PORT"
                    + (isVisible ? "" : ", or peers to dial with --discover"))
        }
    }

    /// OTP takes every whole number from 1 on (`net_kernel:set_net_ticktime/1`); a timer of Erlang waits for 2^32 - 1
    /// milliseconds at most, and a node ticks four times in this time.
    private static let tickTimes = 1...17_179_869

    /// The pod's address stands for the host: peers in a cluster of pods are named by it.
    private static func name(
        _ options: DaemonOptions, _ environment: [String: String], hostName: String
    ) throws(DaemonFault) -> (full: String, origin: Origin) {
        let pod = environment["MY_POD_IP"].flatMap { $0.isEmpty ? nil : $0 }
        guard let given = options[.name], let origin = options.origin(of: .name) else {
            guard let pod else { throw DaemonFault(.usage, "--name NAME@HOST is needed") }
            return ("erlclud@\(pod)", .environment("MY_POD_IP"))
        }
        if given.contains("@") { return (given, origin) }
        guard let pod else {
            return ("\(given)@\(hostName.prefix { $0 != "." })", .derived("\(origin), and this host's name"))
        }
        return ("\(given)@\(pod)", .derived("\(origin), environment MY_POD_IP"))
    }

    /// - Parameter words: what is expected.
    private static func wrong(_ option: DaemonOption, _ options: DaemonOptions, _ words: String) -> DaemonFault {
        guard let origin = options.origin(of: option), case .flag = origin else {
            let place = options.origin(of: option).map { " (\($0))" } ?? ""
            return DaemonFault(.configuration, "--\(option.rawValue)\(place): \(words)")
        }
        return DaemonFault(.usage, "--\(option.rawValue): \(words)")
    }

    private static func cookie(
        _ options: DaemonOptions, _ environment: [String: String], _ files: any FileSource
    ) throws(DaemonFault) -> Sourced<Secret> {
        if let variable = options[.cookieEnv] ?? (environment["RELEASE_COOKIE"] == nil ? nil : "RELEASE_COOKIE"),
            options[.cookieFile] == nil
        {
            guard let value = environment[variable], !value.isEmpty else {
                throw DaemonFault(.configuration, "the variable \(variable) has no cookie")
            }
            return Sourced(Secret(value), .environment(variable))
        }
        do throws(SettingsError) {
            if let path = options[.cookieFile] {
                return Sourced(try CookieFile.read(path, files, .named), .file(path, line: nil))
            }
            for path in CookieFile.defaultPaths(environment: environment) where files.status(path) != nil {
                return Sourced(try CookieFile.read(path, files, .regular), .file(path, line: nil))
            }
        } catch {
            throw DaemonFault(error)
        }
        throw DaemonFault(.configuration, "no cookie: give --cookie-file FILE, --cookie-env VAR or ~/.erlang.cookie")
    }

    private static func places(_ options: DaemonOptions) throws(DaemonFault) -> [SocketAddress] {
        var places: [SocketAddress] = []
        for text in options[.http]?.split(separator: ",") ?? [] {
            places.append(try address(String(text), .http, options))
        }
        return places
    }

    private static func address(
        _ text: String, _ option: DaemonOption, _ options: DaemonOptions
    ) throws(DaemonFault) -> SocketAddress {
        // Port 0, which no other place has: the kernel chooses.
        let anyPort = text.hasSuffix(":0") ? HostAndPort(text.dropLast() + "1") : nil
        guard let place = anyPort ?? HostAndPort(text),
            let address = SocketAddress(
                numeric: place.host, port: anyPort == nil ? UInt16(clamping: place.port) : 0)
        else {
            throw wrong(option, options, "expected an address and a port, as 10.0.0.7:9100, not \(text)")
        }
        return address
    }

    private static func epmdPort(_ environment: [String: String]) -> UInt16 {
        environment["ERL_EPMD_PORT"].flatMap(UInt16.init) ?? EPMDRequest.standardPort
    }

    /// The port and the address of an epmd are those that `epmd` itself takes from the environment.
    private static func names(
        _ options: DaemonOptions, _ environment: [String: String]
    ) throws(DaemonFault) -> NameServiceChoice {
        let port = epmdPort(environment)
        let host = environment["ERL_EPMD_ADDRESS"] ?? "0.0.0.0"
        func own() throws(DaemonFault) -> SocketAddress {
            guard let address = SocketAddress(numeric: host, port: port) else {
                throw DaemonFault(.configuration, "ERL_EPMD_ADDRESS: expected an address, not \(host)")
            }
            return address
        }
        let text = options.value(of: .epmd) ?? ""
        switch text {
        case "external": return .external(Endpoint(host: "127.0.0.1", port: port))
        case "embedded": return .embedded(try own())
        case "auto": return .auto(try own())
        case "none": return .none(port: port)
        default:
            guard let place = HostAndPort(text) else {
                throw wrong(.epmd, options, "expected auto, external, embedded, none or HOST:PORT, not \(text)")
            }
            return .external(Endpoint(host: place.host, port: UInt16(clamping: place.port)))
        }
    }
}

extension DaemonFault {
    init(_ error: SettingsError) {
        self.init(error.kind == .noInput ? .noInput : .configuration, error.description)
    }
}
