import ErlangTerm

/// What a `vm.args` says about distribution.
struct DistributionArguments {
    /// `-name` or `-sname`, with or without a host.
    var name: Sourced<String>?
    var nameType: Sourced<NameType>?
    var cookie: Sourced<Secret>?
    /// `-proto_dist`, such as `inet_tls` or `inet6_tcp`.
    var carrier: Sourced<String>?
    var optfile: Sourced<String>?
    /// Pairs of `-ssl_dist_opt`, such as `client_certfile`.
    var options: [(key: VMArguments.Argument, value: VMArguments.Argument)] = []
    /// `-start_epmd false`.
    var startsEPMD: Sourced<Bool>?
    /// `-erl_epmd_port`: the distribution port of all nodes, without epmd.
    var distributionPort: Sourced<Int>?
    /// `-env ERL_EPMD_PORT`.
    var epmdPort: Sourced<Int>?
    var listenPorts: (min: Sourced<Int>?, max: Sourced<Int>?)
    var warnings: [String] = []

    init(_ arguments: VMArguments) {
        readName(arguments)
        readCookie(arguments)
        carrier = Self.single(arguments, "proto_dist").map { Sourced($0.text, $0.origin) }
        optfile = Self.single(arguments, "ssl_dist_optfile").map { Sourced($0.text, $0.origin) }
        startsEPMD = Self.single(arguments, "start_epmd").map { Sourced($0.text != "false", $0.origin) }
        if startsEPMD == nil, let flag = arguments.flags.last(where: { $0.name.text == "no_epmd" }) {
            startsEPMD = Sourced(false, flag.name.origin)
        }
        distributionPort = Self.single(arguments, "erl_epmd_port").flatMap(Self.port)
        epmdPort = arguments.environment["ERL_EPMD_PORT"].flatMap(Self.port)
        let pairs = arguments.values(of: "ssl_dist_opt").flatMap { $0 }
        for index in stride(from: 0, to: pairs.count - 1, by: 2) {
            options.append((key: pairs[index], value: pairs[index + 1]))
        }
        let kernel = Self.parameters(arguments, of: "kernel")
        listenPorts = (
            kernel["inet_dist_listen_min"].flatMap(Self.port), kernel["inet_dist_listen_max"].flatMap(Self.port)
        )
    }

    /// `-sname` is asked for first, and of several the first counts (`erl_distribution`).
    private mutating func readName(_ arguments: VMArguments) {
        for (flag, type) in [("sname", NameType.short), ("name", NameType.long)] where name == nil {
            let given = arguments.values(of: flag)
            guard let argument = given.first?.first else { continue }
            name = Sourced(argument.text, argument.origin)
            nameType = Sourced(type, argument.origin)
            if given.count > 1 { warnings.append("\(argument.origin): several -\(flag), the first one counts") }
        }
    }

    /// Exactly one `-setcookie Cookie` counts; `-setcookie Node Cookie` is for other nodes (`auth:init_setcookie`).
    private mutating func readCookie(_ arguments: VMArguments) {
        let own = arguments.values(of: "setcookie").filter { $0.count < 2 }
        if own.count == 1, let argument = own.first?.first {
            cookie = Sourced(Secret(argument.text), argument.origin)
        } else if own.count > 1, let place = own.compactMap(\.first).first {
            warnings.append("\(place.origin): several -setcookie, so that the node takes none of them")
        }
    }

    /// The value of a flag given once with one value, as `init:get_argument/1` callers match it.
    private static func single(_ arguments: VMArguments, _ flag: String) -> VMArguments.Argument? {
        arguments.values(of: flag).last?.first
    }

    private static func port(_ argument: VMArguments.Argument) -> Sourced<Int>? {
        HostAndPort.port(argument.text).map { Sourced($0, argument.origin) }
    }

    /// `-App Par Val Par Val`.
    private static func parameters(
        _ arguments: VMArguments, of application: String
    ) -> [String: VMArguments.Argument] {
        var parameters: [String: VMArguments.Argument] = [:]
        for values in arguments.values(of: application) {
            for index in stride(from: 0, to: values.count - 1, by: 2) {
                parameters[values[index].text] = values[index + 1]
            }
        }
        return parameters
    }
}
