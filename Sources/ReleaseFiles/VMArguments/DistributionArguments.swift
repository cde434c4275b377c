import ErlangTerm

/// What the arguments of an emulator say about distribution, by the rules of the OTP modules that ask `init` for them.
struct DistributionArguments {
    /// `-name` or `-sname`, with or without a host.
    var name: Sourced<String>?
    var nameType: Sourced<NameType>?
    /// Why there is no name although one is asked for.
    var nameProblem: String?
    var cookie: Sourced<Secret>?
    /// Why there is no cookie although one is set.
    var cookieProblem: String?
    /// `-proto_dist`, such as `inet_tls` or `inet6_tcp`.
    var carrier: Sourced<String>?
    var optfile: Sourced<String>?
    /// Pairs of `-ssl_dist_opt`, such as `client_certfile`.
    var options: [(key: VMArguments.Argument, value: VMArguments.Argument)] = []
    /// Where ports are asked for; nil: at the usual epmd.
    var epmd: Sourced<EPMDChoice>?
    /// `-erl_epmd_port`: the distribution port of all nodes.
    var distributionPort: Sourced<Int>?
    /// Of this node alone.
    var listenPorts = ListenPorts()
    var warnings: [String] = []

    private let arguments: VMArguments

    /// Of a node.
    /// - Parameter script: what the start script gives before `arguments`.
    init(_ arguments: VMArguments, after script: ScriptOptions = ScriptOptions()) {
        self.init(ofConnections: arguments)
        readName(script)
        readCookie(script)
    }

    /// Of somebody who connects to nodes: whose name and cookie they are is of no interest.
    init(ofConnections arguments: VMArguments) {
        self.arguments = arguments
        readCarrier()
        optfile = known(arguments.values(of: "ssl_dist_optfile").first?.first, "-ssl_dist_optfile")
        readPorts()
        readOptions()
    }

    // MARK: Name and cookie

    /// `-sname` is asked for first, and of several the first counts (`erl_distribution`).
    private mutating func readName(_ script: ScriptOptions) {
        for (flag, type) in [("sname", NameType.short), ("name", NameType.long)] {
            if script.nameType == type {
                name = script.name
                nameType = script.name.map { Sourced(type, $0.origin) }
                nameProblem = script.nameProblem
                if name != nil || nameProblem != nil { return }
            }
            let given = arguments.values(of: flag)
            guard let first = given.first, first.count == 1 else { continue }
            // Who gets no value from it asks no further, as the node did not either.
            if let argument = known(first[0], "-" + flag) {
                name = argument
                nameType = Sourced(type, argument.origin)
                if given.count > 1 { warnings.append("\(argument.origin): several -\(flag), the first one counts") }
            } else {
                nameProblem = warnings.popLast()
            }
            return
        }
    }

    /// Exactly one `-setcookie Cookie` counts; `-setcookie Node Cookie` is for other nodes (`auth:init_setcookie`).
    private mutating func readCookie(_ script: ScriptOptions) {
        let flags = arguments.flags.filter { $0.name.text == "setcookie" && $0.values.count < 2 }
        var places = flags.map { ($0.values.first ?? $0.name).origin }
        if let place = script.cookie?.origin ?? script.unreadCookie { places.insert(place, at: 0) }
        guard places.count < 2 else {
            warnings.append(
                "\(places[0]) and \(places[1]) both give a cookie, so that the node takes neither: its cookie is that of "
                    + "its user's .erlang.cookie file, where OTP puts a random one if there is none")
            return
        }
        if script.cookie == nil, let problem = script.cookieProblem {
            cookieProblem = problem
            return
        }
        cookie = script.cookie ?? givenCookie(flags.first?.values.first)
    }

    /// A variable that nothing replaces is the cookie, as it stands.
    private mutating func givenCookie(_ argument: VMArguments.Argument?) -> Sourced<Secret>? {
        if let argument, !isReplaced(argument), case .variable(let name)? = Placeholder(in: argument.text) {
            warnings.append(
                "\(argument.origin): nothing replaces \(name) in this file, so that it is the cookie itself")
            return Sourced(Secret(argument.text), argument.origin)
        }
        return known(argument, "-setcookie")?.map { Secret($0) }
    }

    // MARK: Transport

    /// Of several none counts, and then it is `inet_tcp` (`net_kernel:start_protos`).
    private mutating func readCarrier() {
        let given = arguments.values(of: "proto_dist")
        if given.count > 1, let argument = given.compactMap(\.first).last {
            warnings.append("\(argument.origin): several -proto_dist, so that the node takes none: it uses inet_tcp")
            carrier = Sourced("inet_tcp", argument.origin)
        } else {
            carrier = known(given.first?.first, "-proto_dist")
        }
    }

    /// Whoever has a carrier of his own and an option file for TLS speaks TLS.
    var transport: Sourced<Transport>? {
        carrier?.map { carrier in
            switch carrier {
            case "inet_tcp", "inet6_tcp": .tcp
            case _ where carrier.contains("tls"): .tls
            default: optfile == nil && options.isEmpty ? .tcp : .tls
            }
        }
    }

    private mutating func readOptions() {
        let pairs = arguments.values(of: "ssl_dist_opt").flatMap { $0 }
        for index in stride(from: 0, to: pairs.count - 1, by: 2)
        where known(pairs[index + 1], "-ssl_dist_opt " + pairs[index].text) != nil {
            options.append((key: pairs[index], value: pairs[index + 1]))
        }
    }

    // MARK: Ports

    /// `-start_epmd false` only keeps `erl` from starting one (`erl_epmd`, `erlexec`).
    private mutating func readPorts() {
        let module = arguments.values(of: "epmd_module").first?.first
        if let flag = arguments.flags.first(where: { $0.name.text == "no_epmd" }) {
            epmd = Sourced(.none, flag.name.origin)
        } else if let module, module.text != "erl_epmd" {
            epmd = Sourced(.none, module.origin)
        } else if let port = port(arguments.values(of: "epmd_port").first?.first, "-epmd_port") {
            epmd = port.map { .lookup(host: nil, port: $0) }
        }
        let fixed = arguments.values(of: "erl_epmd_port")
        if fixed.count == 1, fixed[0].count == 1, let port = port(fixed[0][0], "-erl_epmd_port") {
            distributionPort = port
            epmd = Sourced(.none, port.origin)
        }
        let kernel = parameters(of: "kernel")
        listenPorts.min = port(kernel["inet_dist_listen_min"], "inet_dist_listen_min")
        listenPorts.max = port(kernel["inet_dist_listen_max"], "inet_dist_listen_max")
    }

    private mutating func port(_ argument: VMArguments.Argument?, _ name: String) -> Sourced<Int>? {
        guard let text = known(argument, name), let port = HostAndPort.port(text.value) else { return nil }
        return Sourced(port, text.origin)
    }

    /// `-App Par Val Par Val`; of a parameter that is given twice the first value counts (measured, OTP 23 to 29).
    private func parameters(of application: String) -> [String: VMArguments.Argument] {
        var parameters: [String: VMArguments.Argument] = [:]
        for values in arguments.values(of: application) {
            for index in stride(from: 0, to: values.count - 1, by: 2) where parameters[values[index].text] == nil {
                parameters[values[index].text] = values[index + 1]
            }
        }
        return parameters
    }

    // MARK: Values that are put in later

    /// - Returns: nil, with a warning, for what stands for a value that nothing here knows.
    private mutating func known(_ argument: VMArguments.Argument?, _ name: String) -> Sourced<String>? {
        guard let argument else { return nil }
        guard let placeholder = Placeholder(in: argument.text) else { return Sourced(argument.text, argument.origin) }
        let reason = placeholder.reason(isReplaced: isReplaced(argument))
        warnings.append("\(argument.origin): \(reason); \(name) is not known")
        return nil
    }

    private func isReplaced(_ argument: VMArguments.Argument) -> Bool { arguments.expandedFile == argument.file }
}

/// What a release's start script gives to `erl` before the file of arguments.
struct ScriptOptions {
    /// The value of its `-name` or `-sname`.
    var name: Sourced<String>?
    /// Which of the two it gives; nil: neither.
    var nameType: NameType?
    /// The value of its `-setcookie`.
    var cookie: Sourced<Secret>?
    /// Why the name is not known.
    var nameProblem: String?
    /// Where it gets one that is not known, and why.
    var unreadCookie: Origin?
    var cookieProblem: String?
}

/// The range that a node takes its port from (`inet_dist_listen_min` and `_max` of kernel).
struct ListenPorts {
    var min: Sourced<Int>?
    var max: Sourced<Int>?

    /// Without a maximum the minimum is the only one (`inet_tcp_dist:get_port_range`).
    var fixed: Sourced<Int>? {
        guard let min, (max ?? min).value == min.value else { return nil }
        return min
    }

    /// Each parameter for itself.
    mutating func fill(from other: ListenPorts) {
        min = min ?? other.min
        max = max ?? other.max
    }
}
