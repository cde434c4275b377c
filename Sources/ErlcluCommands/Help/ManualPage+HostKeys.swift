extension ManualPage {
    /// How the keys of SSH hosts are checked.
    static let hostKeys = """
        .Sh HOST KEYS
        With
        .Fl Fl ssh
        the host key of the daemon is checked before anything of ours is sent.
        What counts, in this order:
        .Bl -enum
        .It
        A key that is revoked anywhere below, or in the file of
        .Cm RevokedHostKeys ,
        is never accepted.
        .It
        .Fl Fl host\\-key\\-fingerprint ,
        one or several: the key is one of these, or refused.
        .It
        Our own file,
        .Pa $XDG_CONFIG_HOME/erlclu/known_hosts ,
        where keys stand under the names of nodes, if the node is named.
        So a node behind a forward on localhost is checked for its own key, and two nodes behind the same address are not
        mixed up.
        .It
        The same file and those of OpenSSH
        .Pq Cm UserKnownHostsFile , GlobalKnownHostsFile ,
        under the name of the host and its port, or
        .Cm HostKeyAlias .
        .El
        .Pp
        .Fl Fl known\\-hosts
        names the only file in which keys are known; what is revoked is so by any of these files.
        Both options are about the daemon.
        The key of a host on the way there
        .Pq Cm ProxyJump
        is looked up in our file and those of OpenSSH, under its own name and port, whatever the options say;
        where it is not known, it is asked about once in a command, however many nodes are behind it.
        The files have the form of
        .Xr sshd 8 ,
        and
        .Ql ssh \\-o UserKnownHostsFile=FILE \\-o HostKeyAlias=NODE
        reads ours.
        Where a key is known for a name, another one is refused, of whichever algorithm.
        A key that nobody knows is shown with its SHA256 fingerprint on a terminal, and accepted after
        .Ql yes
        or the same fingerprint typed; it is kept in our file then, under the node's name if there is one.
        Without a terminal it is
        .Li E\\-SSH\\-HOSTKEY .
        .Ic ssh trust
        learns the keys of a node through distribution, which is better than to believe the first one that is seen, if
        distribution is TLS that verifies the node.
        In our file a pattern such as
        .Li *.internal
        stands for hosts, never for nodes.
        A key that two nodes share is named.
        .Pp
        The settings are those of
        .Xr ssh_config 5 ,
        read as
        .Xr ssh 1
        reads them;
        .Ic config view
        shows each with its file and line.
        .Ev ERLCLU_SSH_CONFIG
        names a file to read instead.
        Stricter than OpenSSH, on purpose:
        .Bl -bullet
        .It
        .Cm StrictHostKeyChecking no
        .Pq or Cm off
        accepts neither a key that has changed nor one that is not known; it counts as
        .Cm ask .
        With
        .Cm accept\\-new
        a key that is not known is accepted and kept, and its fingerprint printed.
        .It
        .Cm NoHostAuthenticationForLocalhost
        and
        .Cm VerifyHostKeyDNS
        accept nothing.
        .It
        .Cm Match exec
        is never run, and its section not applied.
        It,
        .Cm KnownHostsCommand , CheckHostIP ,
        .Cm CanonicalizeHostname
        and others that would change what is done are named on standard error where they are set.
        .Cm PubkeyAcceptedAlgorithms
        is left to the library.
        Of
        .Cm HostKeyAlgorithms , Ciphers , MACs
        and
        .Cm KexAlgorithms
        what libssh 0.10 knows is taken; signs in front of a list change its usual one;
        .Ic config view
        and
        .Fl v
        say what is left out.
        .It
        .Li @cert\\-authority
        lines accept nothing, as certificates of hosts are not supported.
        A binary key revocation list is refused.
        .El

        """

    /// What an SSH host may have of us beside keys.
    static let passwords = """
        .Sh PASSWORDS
        An SSH host gets a password only where somebody asks for that.
        .Fl Fl ssh\\-password
        has a person asked on the terminal, and nobody in a pipe, for each host on the way that lets in no key of ours.
        There are as many tries as
        .Cm NumberOfPasswordPrompts
        says, with all methods together; three by default.
        .Fl Fl ssh\\-password\\-file
        gives the password of the node's daemon; no host on the way gets it.
        .Pp
        The order of methods is that of
        .Cm PreferredAuthentications ;
        .Cm PasswordAuthentication , KbdInteractiveAuthentication
        and
        .Cm PubkeyAuthentication
        switch them off.
        What a host asks by itself
        .Pq keyboard\\-interactive
        is answered where it is one question at a time, and the answer is not to be seen.
        Its words are shown behind the user and the host in parentheses, so that they pass for no question of this program.

        """
}
