import Diagnosis
import ErlangNode

/// Manual pages in mdoc(7), made of the tables.
package enum ManualPage {
    /// The date in the pages; changed by hand with their contents, so that they come out the same every day.
    static let date = "November 22, 2026"

    /// `erlclu-ctl.1`.
    package static var commands: String {
        var page = """
            .\\" Written by 'erlclu-ctl manual erlclu-ctl.1'; do not edit.
            .Dd \(date)
            .Dt ERLCLU-CTL 1
            .Os
            .Sh NAME
            .Nm erlclu-ctl
            .Nd operate Erlang and Elixir nodes from the shell
            .Sh SYNOPSIS
            .Nm
            .Op Ar option ...
            .Ar verb
            .Op Ar argument ...
            .Sh DESCRIPTION
            .Nm
            talks Erlang distribution to running nodes, over TCP or over TLS with both
            sides' certificates verified.
            No Erlang is needed on the host that it runs on.
            It connects as a hidden node under a name that the node gives it, listens
            nowhere, loads nothing, and leaves nothing behind.
            .Pp
            Three facts about a target are kept apart: the name that the node calls itself
            .Pq Fl Fl node ,
            the address that is dialled
            .Pq Fl Fl address ,
            and the name that its certificate must carry
            .Pq Fl Fl server-name .
            The second and third are taken from the first where they are not given, so
            that a node is reached through a port-forward with full verification.
            .Pp
            With
            .Fl Fl via
            the connections to epmd and to the node go through a tunnel, and the three facts stay
            what they are.
            .Li kube:
            has
            .Xr kubectl 1
            forward the ports of a pod to free ports of the loopback address, and ends that with the
            command; the epmd that is asked is the pod's, and other pods are not reached that way.
            .Li ssh:
            has
            .Xr ssh 1
            connect from an SSH host, to which it logs in once;
            its own settings, keys and the check of the host key count.
            .Li exec:
            starts a program for each connection, which carries it on its standard input and
            output, as a
            .Sy ProxyCommand
            of
            .Xr ssh_config 5
            does:
            .Ql %h
            and
            .Ql %p
            are the host and the port, quotes keep blanks, and no shell reads it.
            These programs die with the command; with one that is ended, what it has started is ended too, but for
            what has made a session of its own.
            .Pp
            With
            .Fl Fl ssh
            no distribution is needed: one channel of the node's SSH daemon
            .Pq Li ssh:daemon ,
            made with libssh,
            has the node evaluate an expression that carries the questions; it ends with the channel, where the
            network is cut within two minutes, and loads nothing.
            The daemon has to allow exec.
            Everything that is asked of a node goes over it, as that node sees it, the console, traces, watches and
            the dashboard as well.
            A daemon is that of one node: a screen that wants to ask another member directly says that it cannot.
            What a process of the console's group logs goes to the node's own log.
            .Ic doctor
            climbs the rungs of SSH, has the node tell how it is distributed, and then looks why distribution does not
            come up from here, where a cookie and a name are known.
            .Pp
            A context that has both ways takes distribution.
            Where that does not come up, and so before anything was asked, the command goes on over SSH within the same
            deadline, of which the first way has half, and says in one line on standard error why.
            .Fl Fl transport
            tls, tcp or ssh takes that way only.
            Nothing is asked twice: what fails once it was asked has failed.
            .Sh VERBS

            """
        page += ".Bl -tag -width Ds\n"
        for entry in Verbs.listed { page += section(of: entry.verb, title: entry.title, name: entry.name) }
        page += ".El\n.Sh OPTIONS\nOptions stand before or behind the verb.\n"
        page += "A value follows its option as the next word, or behind an equals sign;\n.Fl Fl\nends the options.\n"
        for group in OptionGroup.global { page += ".Ss \(group.title)\n" + list(group.options) }
        return page + hostKeys + passwords + outputFormats + environment + files + statuses + failures + seeAlso
    }

    // MARK: Sections

    private static func section(of verb: VerbSpec, title: String, name: String) -> String {
        var text = ".It Ic \(escaped(name))"
        for operand in verb.operands {
            switch operand.presence {
            case .required: text += " Ar \(escaped(operand.name))"
            case .optional: text += " Op Ar \(escaped(operand.name))"
            case .repeated: text += " Op Ar \(escaped(operand.name)) ..."
            }
        }
        if verb.takesRawArguments { text += " Ar argument ..." }
        text += "\n" + paragraph(HelpText.sentence(verb.summary))
        for detail in verb.details { text += ".Pp\n" + paragraph(detail) }
        if !verb.operands.isEmpty || !verb.options.isEmpty {
            text += ".Bl -tag -width Ds\n"
            for operand in verb.operands {
                text += ".It Ar \(escaped(operand.name))\n" + paragraph(HelpText.sentence(operand.help))
            }
            text += items(verb.options) + ".El\n"
        }
        if let timeout = verb.defaultTimeout {
            text += ".Pp\nIt gives up after \(timeout.typed), or\n.Fl Fl timeout \(verb.endedBy == nil ? "." : ",")\n"
            if verb.endedBy != nil { text += paragraph("\(verb.timeoutScope.dropFirst(2)).") }
        }
        if !verb.examples.isEmpty {
            for example in verb.examples {
                text += ".Pp\n" + paragraph(HelpText.sentence(example.purpose))
                text += ".Dl \(escaped(example.commandLine))\n"
            }
        }
        return text
    }

    private static func list(_ options: [OptionSpec]) -> String { ".Bl -tag -width Ds\n\(items(options)).El\n" }

    private static func items(_ options: [OptionSpec]) -> String {
        options.map { option in
            var head = ".It "
            if let short = option.short { head += "Fl \(short) , " }
            head += "Fl \(option.isErlangStyle ? "" : "Fl ")\(option.name.rawValue)"
            if let value = option.value { head += " Ar \(escaped(value.placeholder))" }
            var text = head + "\n" + paragraph(HelpText.sentence(option.help))
            if let variable = option.variable { text += "Environment:\n.Ev \(variable) .\n" }
            return text
        }.joined()
    }

    private static let outputFormats = """
        .Sh OUTPUT FORMATS
        Results go to standard output, everything else to standard error.
        .Bl -tag -width Ds
        .It Cm table
        For people.
        .It Cm json
        One document:
        .Li {\\(dqschema\\(dq:\\(dqerlclu/VERB/1\\(dq,\\(dqitems\\(dq:[...],\\(dqerrors\\(dq:[...]} .
        Each error has node, code, stage and message, and a remedy where there is one;
        .Ic explain
        describes each code.
        .It Cm jsonl
        A document on each line, written as soon as it is known.
        Each begins with its schema: that of the verb, as above, but
        .Li erlclu/trace/1
        for what happens to a connection and
        .Li erlclu/attempt/1
        for how one ended.
        A failure is a line with the member error.
        .It Cm term
        An Erlang term for each item, readable by
        .Fn file:consult 1 .
        .It Cm raw
        The bytes of a binary, or a table's cells with tabs between them.
        .El

        """

    private static var environment: String {
        var text = ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
        for option in OptionGroup.global.flatMap(\.options) {
            if let variable = option.variable {
                text += ".It Ev \(variable)\nStands for\n.Fl Fl \(option.name.rawValue) .\n"
            }
        }
        return text + """
            .It Ev ERLCLU_COOKIE
            The cookie itself.
            .It Ev ERLCLU_KEY_PASSWORD
            The password of the private key.
            .It Ev ERLCLU_INSECURE
            .Cm true
            stands for
            .Fl Fl insecure .
            .It Ev ERLCLU_CONFIG
            The configuration file, instead of the usual one.
            .It Ev ERLCLU_SSH_CONFIG
            Settings of SSH, instead of
            .Pa ~/.ssh/config
            and
            .Pa /etc/ssh/ssh_config ;
            .Cm none
            for no file.
            .It Ev RELX_COOKIE , RELEASE_COOKIE , RELEASE_NODE , RELEASE_DISTRIBUTION
            .It Ev RELEASE_ROOT , RELEASE_VSN , RELEASE_VM_ARGS , VMARGS_PATH
            .It Ev RELX_RPC_TIMEOUT , ERL_DIST_PORT
            What the scripts of relx and mix releases set or take; they count less than
            the variables above.
            .Ev ROOTDIR
            is the release where
            .Ev RELEASE_VSN
            is one of its versions.
            .It Ev ERL_FLAGS
            The flags that a release's script passes on to
            .Ic nodetool
            and
            .Ic erl_call .
            .It Ev ERL_EPMD_PORT , ERL_EPMD_ADDRESS
            Where epmd listens.
            .It Ev NO_COLOR
            No colours if it is not empty.
            .It Ev TERM
            .Cm dumb
            means no colours and ASCII only.
            .El

            """
    }

    private static let files = """
        .Sh FILES
        .Bl -tag -width Ds
        .It Pa $XDG_CONFIG_HOME/erlclu/erlclu.config
        Contexts; see
        .Xr erlclu.config 5 .
        .It Pa releases/VERSION/env.sh
        Of a release.
        Where its values depend on what only a shell can know,
        .Xr sh 1
        runs it, and a line on standard error says so: for a release that
        .Fl Fl release
        or a context names, when the file and all folders above it belong to root or the caller and nobody else can
        write them, in the environment that the release's own script makes, without standard input, for two seconds
        at most.
        Otherwise such a value is not read, and what needs it says in which line it stands.
        .Fl Fl no-shell
        keeps it from being run.
        .It Pa $XDG_CONFIG_HOME/erlclu/known_hosts
        SSH host keys, under the names of nodes.
        .It Pa ~/.ssh/config , /etc/ssh/ssh_config
        How SSH hosts are reached.
        .It Pa ~/.erlang.cookie
        The cookie, when it is given nowhere else.
        .El

        """

    private static var statuses: String {
        var text = ".Sh EXIT STATUS\n.Bl -tag -width 143 -compact\n"
        for (status, meaning) in ExitStatus.meanings {
            text += ".It \(status.rawValue)\n" + paragraph(HelpText.sentence(meaning))
        }
        return text + """
            .El
            .Pp
            The verbs
            .Ic nodetool
            and
            .Ic erl_call
            end with 0 or 1, as the programs that they stand for.

            """
    }

    private static var failures: String {
        var text =
            ".Sh DIAGNOSTICS\nFailures have a code, which\n.Ic explain\ndescribes, and the stage that was reached.\n"
        text += ".Bl -tag -width Ds\n"
        for code in FailureCode.allCases {
            text += ".It Cm \(code.rawValue) Pq \(code.exitStatus)\n" + paragraph(HelpText.sentence(code.page.meaning))
            text += "Remedy:\n" + paragraph(code.page.remedy.text + ".")
        }
        return text + ".El\n"
    }

    private static let seeAlso = """
        .Sh SEE ALSO
        .Xr epmd 1 ,
        .Xr erl 1 ,
        .Xr erl_call 1 ,
        .Xr erlclu.config 5

        """

    // MARK: Text

    /// A new line for each sentence, as mdoc wants it, and none longer than 80 bytes.
    static func paragraph(_ text: String) -> String {
        var lines: [String] = [""]
        for word in text.split(separator: " ").map({ escaped(String($0)) }) {
            let length = lines[lines.count - 1].utf8.count
            if length > 0, length + 1 + word.utf8.count > 80 { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
            if word.count > 2, word.hasSuffix(".") || word.hasSuffix(".)") { lines.append("") }
        }
        return lines.filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
    }

    /// Backslashes, and what would be a request at the start of a line; hyphens that are typed stay hyphens.
    static func escaped(_ text: String) -> String {
        let plain = text.map { character in
            switch character {
            case "\\": "\\e"
            case "\"": "\\(dq"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            default: String(character)
            }
        }.joined()
        return plain.hasPrefix(".") ? "\\&" + plain : plain
    }
}
