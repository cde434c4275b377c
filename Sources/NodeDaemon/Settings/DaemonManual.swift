/// The manual page `erlclud.8`, in mdoc(7), made of the table of options.
enum DaemonManual {
    /// Changed by hand with the contents, so that the page comes out the same every day.
    private static let date = "December 1, 2026"

    static var page: String {
        var page = """
            .\\" Written by 'erlclud --manual'; do not edit.
            .Dd \(date)
            .Dt ERLCLUD 8
            .Os
            .Sh NAME
            .Nm erlclud
            .Nd watch a cluster of Erlang nodes from inside
            .Sh SYNOPSIS
            .Nm
            .Fl Fl name Ar NAME@HOST
            .Op Ar option ...
            .Sh DESCRIPTION
            .Nm
            is a small native node that runs beside the nodes of a cluster, under the same certificates.
            It proves again and again that they can be reached, and tells Prometheus and its log.
            .Pp
            It answers a fixed list of functions, and the questions of
            .Xr erlclu-ctl 1
            that need no code:
            .Cm ping , members , status , version , names , mesh , links , cert list
            and
            .Cm stop ,
            and what the screen of members asks.
            To
            .Cm trace dist
            and the screen of handshakes it reports its own: those that peers make with it, its links, and its probes.
            Everything else that would have a node run code ends with
            .Li E-NO-EVAL :
            it evaluates nothing, on purpose, since whoever has the cookie of a cluster could have it run anything.
            .Ss Membership
            It takes the links that nodes of the cluster make to it, and makes one to each peer that
            .Fl Fl discover
            finds.
            It is a hidden member:
            .Li nodes()
            of the others does not list it, and no node connects to it because others do.
            With
            .Fl Fl visible
            it is a node like the others: it keeps a link to each of them, and takes part in
            .Xr global 3erl ,
            whose locks and names need an answer of every visible node.
            Every node must be able to dial it then; with
            .Fl Fl epmd Cm none
            they have to know its port in another way.
            In a cluster whose nodes have the kernel's
            .Li prevent_overlapping_partitions
            off, it is to have
            .Fl Fl prevent-overlapping-partitions Cm false .
            .Ss Probes
            Each
            .Fl Fl probe-interval
            it makes a fresh handshake with every peer, under a name that the peer gives, and closes it again.
            To the others this is a hidden node that comes and goes:
            .Li net_kernel:monitor_nodes(true, [{node_type, all}])
            reports it, and
            .Li nodes()
            does not.
            There is never more than one open handshake with a peer.
            .Sh OPTIONS
            An option counts before its variable, that before the file of
            .Fl Fl config ,
            and that before a variable of a release.
            .Bl -tag -width Ds

            """
        for option in DaemonOption.allCases {
            page += ".It Fl Fl \(option.rawValue)" + (option.placeholder.map { " Ar \(escaped($0))" } ?? "") + "\n"
            page += escaped(option.words) + (option.words.hasSuffix(".") ? "\n" : ".\n")
        }
        page += """
            .El
            .Sh ENVIRONMENT
            .Bl -tag -width Ds

            """
        for option in DaemonOption.allCases {
            guard let variable = option.variable else { continue }
            page += ".It Ev \(variable)\nas\n.Fl Fl \(option.rawValue)"
            page += option.placeholder == nil ? " :\n.Li true\nor\n.Li false .\n" : ".\n"
        }
        return page + """
            .It Ev MY_POD_IP
            the host of the name, where
            .Fl Fl name
            has none.
            .It Ev RELEASE_COOKIE
            the cookie.
            .It Ev METRICS_PORT , HTTP_PORT
            as
            .Fl Fl http ,
            on every address.
            .It Ev SHUTDOWN_DELAY_MS
            as
            .Fl Fl shutdown-delay ,
            in milliseconds.
            .It Ev NOTIFY_SOCKET
            the service manager that is told when it is ready and when it ends
            .Pq Xr sd_notify 3 .
            .El
            .Sh SIGNALS
            .Bl -tag -width Ds
            .It Dv SIGTERM , SIGINT
            end it after
            .Fl Fl shutdown-delay ;
            a second one ends it at once.
            .It Dv SIGHUP
            has it read its TLS files again, which it does by itself when they change.
            .El
            .Sh EXIT STATUS
            .Bl -tag -width Ds
            .It 0
            it was told to end.
            .It 64
            the command line is wrong.
            .It 66
            a file cannot be read.
            .It 69
            it cannot listen, or a library is missing.
            .It 78
            a variable or a file says what cannot be understood or accepted.
            .El
            .Sh EXAMPLES
            .Dl erlclud \\-\\-name erlclud@10.0.0.7 \\-\\-optfile inet_tls_dist.config \\-\\-discover dns:nodes.example
            .Sh SEE ALSO
            .Xr erlclu-ctl 1

            """
    }

    private static func escaped(_ text: String) -> String {
        let plain = text.map { character in
            switch character {
            case "\\": "\\e"
            case "\"": "\\(dq"
            case "-": "\\-"
            case "'": "\\(aq"
            case "~": "\\(ti"
            default: String(character)
            }
        }.joined()
        return plain.hasPrefix(".") ? "\\&" + plain : plain
    }
}
