import ByteTransport
import Presentation

extension VerbSpec {
    static let demo = VerbSpec(
        name: "demo",
        summary: "a throw-away cluster on this host to try things on, faults included",
        options: [
            OptionSpec(
                .exec, value: OptionValue("COMMAND", .text),
                help: "run this by sh on the cluster, and end with its status; without it the dashboard is shown"),
            OptionSpec(
                .fault, value: OptionValue("FAULT", .choice(DemoFault.allCases.map(\.rawValue))),
                help: "what is wrong in it: " + DemoFault.allCases.map(\.rawValue).joined(separator: ", ")),
        ],
        details: [
            "Starts three nodes, \(DemoCluster.nodes.joined(separator: ", ")): erlclud, which is taken from beside this "
                + "program, else from PATH. They are visible members of one cluster over mutual TLS, on 127.0.0.1 alone, "
                + "with an authority and a cookie made just now and an epmd of their own. It needs no Erlang.",
            "COMMAND finds the cluster without options: ERLCLU_CONFIG names a context for it, in a directory that has "
                + "certificates, option files and the cookie as well; ERL_EPMD_PORT is its epmd's. Variables that name another cluster are "
                + "taken away. ERLCLU_DEMO_METRICS is where the first node serves metrics for Prometheus, where libmicrohttpd is "
                + "there. -v prints what the nodes log.",
            "With expired-certificate, wrong-cookie and unknown-ca a fourth node, \(DemoCluster.faultyNode), asks to be let "
                + "in and is not; the others try to reach it every two seconds, and doctor says why they do not.",
            "With slow everything between demo3 and the others is 100 ms late, each way. With partition the three have been a "
                + "cluster, and then the links of demo3 were cut, and are refused; ERLCLU_CONTEXT=other_side is how it looks "
                + "from there.",
            "Nothing is left however it ends, be it by SIGKILL: the nodes end with it, and a shell that waits for that "
                + "removes the directory. erlclud evaluates nothing, so eval and shells are not there.",
        ],
        examples: [
            VerbExample("erlclu-ctl demo", "the dashboard on a cluster of three"),
            VerbExample("erlclu-ctl demo --exec 'erlclu-ctl members'", "who is in it"),
            VerbExample(
                "erlclu-ctl demo --fault wrong-cookie --exec 'erlclu-ctl doctor \(DemoCluster.faultyNode)'",
                "what a wrong cookie looks like"),
        ],
        statuses: [.done, .usage, .configuration, .interrupted, .terminated],
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in try await run.showDemo() })
}

extension CommandRun {
    /// The nodes are there in less than a second where nothing else is on.
    private static let patience = Duration.seconds(30)

    @LoopActor
    fileprivate func showDemo() async throws(CommandFailure) -> ExitStatus {
        let command = options.value(.exec)
        let hasTerminal = context.inputIsTerminal && context.outputIsTerminal && !TextStyle.isDumb(context.environment)
        guard command != nil || hasTerminal else {
            throw .usage(
                .settings(
                    "the demo shows the dashboard, which needs a terminal; give --exec COMMAND, which runs that on it"))
        }
        let fault = options.value(.fault).flatMap { DemoFault(rawValue: $0) }
        let isVerbose = options.contains(.verbose)
        let cluster = DemoCluster(
            try DemoCluster.program(environment: context.environment), environment: context.environment, fault: fault
        ) { [weak self] line in
            if isVerbose { self?.say("\(TerminalText.escaped(line, keepingLines: false))\n") }
        }
        defer { cluster.end() }
        let deadline = statedDeadline ?? context.now() + Self.patience
        let started = try await untilSignal { () async throws(CommandFailure) -> ExitStatus in
            try await cluster.start(until: deadline)
            return .done
        }
        guard started == .done else { return started }
        if let fault, !isQuiet { say("\(FailureReport.program): fault \(fault.rawValue): \(fault.words)\n") }
        guard let command else { return try await showDashboard(of: cluster) }
        return try await DemoCommand(
            text: command, variables: cluster.variables, environment: context.environment, keeper: cluster.keeper
        ).run(hasTerminal: context.inputIsTerminal || context.outputIsTerminal || context.errorIsTerminal)
    }

    @LoopActor
    private func showDashboard(of cluster: DemoCluster) async throws(CommandFailure) -> ExitStatus {
        var context = context
        context.environment = cluster.variables
        context.targets = LiveNodeAccess(
            environment: cluster.variables, hostName: context.hostName, loop: context.loop)
        var line: ParsedCommandLine
        do throws(UsageError) { line = try CommandLineParser().parse([Verb.ui.rawValue]) } catch { throw .usage(error) }
        let passed: [OptionName] = [.color, .ascii, .quiet]
        line.options.occurrences += options.occurrences.filter { passed.contains($0.name) }
        defer { leaveTerminal() }
        return try await DashboardVerb(begin(line, in: context)).show()
    }
}
