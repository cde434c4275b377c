extension ManualPage {
    /// `erlclu.config.5`.
    package static var configurationFile: String {
        """
        .\\" Written by 'erlclu-ctl manual erlclu.config.5'; do not edit.
        .Dd \(date)
        .Dt ERLCLU.CONFIG 5
        .Os
        .Sh NAME
        .Nm erlclu.config
        .Nd contexts for erlclu\\-ctl
        .Sh DESCRIPTION
        .Pa $XDG_CONFIG_HOME/erlclu/erlclu.config ,
        or
        .Pa ~/.config/erlclu/erlclu.config ,
        holds named sets of options for
        .Xr erlclu-ctl 1 .
        It is read as
        .Fn file:consult
        reads: Erlang terms, each ended by a period, with
        .Li %
        before comments.
        A file that holds a secret and that others may read is refused.
        .Bl -tag -width Ds
        .It Li "{default_context, Name}"
        The context that is in force without
        .Fl Fl context .
        .It Li "{context, Name, Settings}"
        A context; its settings are a list of the pairs below.
        Relative file names start at the directory of the configuration file.
        .El
        .Ss Settings
        .Bl -tag -width Ds
        .It Li "{nodes, [Node, ...]}"
        The nodes, as atoms or strings.
        They are ways into one cluster: of several, the first that can be reached is asked.
        .Ic doctor
        looks at each in turn,
        .Ic trace dist
        traces each, and what ends nodes wants them named with
        .Fl Fl node .
        .It Li "{transport, auto | tls | tcp | ssh}"
        As
        .Fl Fl transport .
        .It Li "{address, \\(dqHOST:PORT\\(dq}"
        As
        .Fl Fl address .
        .It Li "{via, \\(dqTUNNEL\\(dq}"
        As
        .Fl Fl via .
        .It Li "{ssh, \\(dq[USER@]HOST[:PORT]\\(dq}"
        As
        .Fl Fl ssh .
        Where something says how distribution comes to the node, be it the cookie alone, distribution is taken, and SSH
        where it does not come up, unless
        .Li transport
        or
        .Fl Fl transport
        says which way it is to be.
        .It Li "{identity, \\(dqFILE\\(dq | [\\(dqFILE\\(dq, ...]}"
        As
        .Fl Fl identity .
        .It Li "{known_hosts, \\(dqFILE\\(dq}"
        As
        .Fl Fl known\\-hosts .
        .It Li "{host_key_fingerprint, \\(dqSHA256:...\\(dq | [\\(dqSHA256:...\\(dq, ...]}"
        As
        .Fl Fl host\\-key\\-fingerprint .
        .It Li "{ssh_config, \\(dqFILE\\(dq | none}"
        Read instead of
        .Pa ~/.ssh/config
        and
        .Pa /etc/ssh/ssh_config ,
        as with
        .Fl F
        of
        .Xr ssh 1 .
        .It Li "{ssh_password, ask | {file, \\(dqFILE\\(dq}}"
        As
        .Fl Fl ssh\\-password
        and
        .Fl Fl ssh\\-password\\-file .
        .It Li "{epmd, \\(dqHOST:PORT\\(dq | none}"
        As
        .Fl Fl epmd .
        .It Li "{optfile, \\(dqFILE\\(dq}"
        As
        .Fl Fl optfile .
        .It Li "{ca, \\(dqFILE\\(dq}"
        As
        .Fl Fl ca .
        .It Li "{cert, \\(dqFILE\\(dq}"
        As
        .Fl Fl cert .
        .It Li "{key, \\(dqFILE\\(dq}"
        As
        .Fl Fl key .
        .It Li "{key_password, {file, \\(dqFILE\\(dq} | {env, \\(dqVARIABLE\\(dq} | \\(dqPASSWORD\\(dq}"
        What an encrypted key is opened with; of a file, its first line.
        .It Li "{server_name, \\(dqNAME\\(dq}"
        The name that the node's certificate must be for, instead of the host part of the node's name.
        .It Li "{insecure, true | false}"
        As
        .Fl Fl insecure .
        .It Li "{cookie, {file, \\(dqFILE\\(dq} | {env, \\(dqVARIABLE\\(dq} | \\(dqCOOKIE\\(dq}"
        The cookie, or where it is.
        .It Li "{release, \\(dqDIRECTORY\\(dq}"
        As
        .Fl Fl release .
        .It Li "{vm_args, \\(dqFILE\\(dq}"
        As
        .Fl Fl vm\\-args .
        .It Li "{timeout, SECONDS | \\(dq10s\\(dq}"
        As
        .Fl Fl timeout .
        .It Li "{accepted, [Weakness, ...]}"
        Published weaknesses of OTP, as
        .Li \\(aqCVE\\-2025\\-32433\\(aq ,
        that the operators of these nodes know and accept:
        .Cm doctor
        lists them without a warning.
        .It Li "{lang, erlang | elixir}"
        As
        .Fl Fl lang ,
        for
        .Ic remote_console
        and
        .Ic eval .
        .It Li "{mode, read_write | read_only | protected}"
        What may be done to the nodes of this context.
        In one that is read_only nothing is evaluated, called, stopped or restarted;
        in one that is protected
        .Ic stop , restart
        and
        .Ic reboot ,
        and what plainly stops a node in
        .Ic eval , rpc , nodetool
        and
        .Ic erl_call ,
        are asked about on a terminal, and elsewhere want
        .Fl Fl yes .
        .El
        .Sh OPTION FILES
        An
        .Ar ssl_dist_optfile
        is evaluated as OTP does it: operators, funs without arguments, and calls of functions such as
        .Li os:getenv/1 ,
        .Li filename:join/2 ,
        .Li public_key:cacerts_get/0
        and
        .Li ssl:cipher_suites/2
        are understood, with the environment of
        .Nm erlclu-ctl .
        Of an option given twice the last one counts.
        The file is never obeyed less strictly than OTP obeys it:
        .Bl -bullet
        .It
        Where
        .Li verify
        is not given, the node is verified, as by OTP 26 and later.
        .Li server_name_indication
        counts as there, too.
        .It
        Wildcards in certificates match with the match_fun of https only.
        .It
        .Li crl_check
        reads the directory of
        .Li ssl_crl_hash_dir ;
        what is there and cannot be read is refused.
        With another
        .Li crl_cache
        it is refused, and without any, too, but for
        .Li best_effort ,
        which is then passed over with a warning.
        .It
        What demands more than can be checked here is refused with
        .Li E-TLS-STRICT :
        .Li verify_fun ,
        another
        .Li match_fun
        or
        .Li fqdn_fun ,
        .Li cacerts
        other than those of the system,
        .Li signature_algs ,
        .Li signature_algs_cert ,
        .Li supported_groups ,
        .Li eccs ,
        .Li stapling ,
        and options or values that are not understood.
        .Fl Fl insecure
        connects without any check.
        .It
        What only lets more pass, such as
        .Li partial_chain
        and
        .Li fail_callback ,
        is named on standard error, and not done.
        .El
        .Pp
        Beyond OTP, files of certificates and keys may be DER.
        .Sh EXAMPLES
        .Bd -literal
        {default_context, prod}.
        {context, prod, [
            {nodes, [\\(aqerlclu@10.42.1.17\\(aq]},
            {transport, tls},
            {optfile, "inet_tls_dist.config"},
            {cookie, {file, "prod.cookie"}},
            {mode, protected}
        ]}.
        .Ed
        .Sh SEE ALSO
        .Xr erlclu-ctl 1

        """
    }
}
