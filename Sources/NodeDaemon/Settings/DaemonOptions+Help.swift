extension DaemonOptions {
    /// What --help prints.
    static var help: String {
        let rows = DaemonOption.allCases.map { option in
            (left: "  --" + option.rawValue + (option.placeholder.map { " " + $0 } ?? ""), right: option.words)
        }
        let width = rows.map(\.left.count).max() ?? 0
        let lines = rows.map { $0.left + String(repeating: " ", count: width - $0.left.count + 2) + $0.right }
        return """
            erlclud: a small native node that joins a cluster of Erlang nodes and watches it from inside.

            usage: erlclud --name NAME@HOST [options]

            \(lines.joined(separator: "\n"))

            Each option that says what the node is to be may be given as a variable: ERLCLUD_NAME for --name,
            ERLCLUD_ALLOW_ROOT=true for --allow-root. Those of a release's node are taken, too: MY_POD_IP, RELEASE_COOKIE,
            HTTP_PORT, METRICS_PORT and SHUTDOWN_DELAY_MS. It is a hidden member unless it is told to be --visible,
            answers a fixed list of questions, and evaluates nothing. It dials the peers that --discover finds, and keeps a
            link to each. SIGTERM ends it, SIGHUP has it read its TLS files again, which it does by itself when they change.

            """
    }
}
