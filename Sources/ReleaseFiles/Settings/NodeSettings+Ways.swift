/// Two ways lead to a node: distribution, and its SSH daemon.
extension NodeSettings {
    /// Whether SSH is gone on with where distribution does not come up: both ways are known, and nobody has said which one
    /// is to be taken.
    package var goesOnOverSSH: Bool { ssh != nil && transport.value != .ssh && !transport.origin.isStated }

    /// SSH is what a command may go on with: what is wrong with its settings is said when it does.
    mutating func readSecondWay(_ files: any FileSource, _ user: SecureShellUser) {
        var other = self
        do throws(SettingsError) { try other.readSecureShell(files, user) } catch { return }
        secureShell = other.secureShell
    }

    /// The same target over distribution and nothing else; nil where nobody has said how that comes to it.
    package var overDistribution: NodeSettings? {
        guard let distribution, cookie != nil, !namedNodes.isEmpty else { return nil }
        var settings = self
        settings.transport = transport.value == .ssh ? distribution : transport
        settings.ssh = nil
        return settings
    }

    /// The same target over SSH and nothing else; nil where its daemon is not known.
    package var overSSH: NodeSettings? {
        guard let ssh else { return nil }
        var settings = self
        settings.transport = Sourced(.ssh, .derived("SSH by \(ssh.origin)"))
        return settings
    }
}

extension Origin {
    /// Whether somebody has said so for the tool: what a file of the node says is what it has.
    var isStated: Bool {
        switch self {
        case .flag, .environment, .context: true
        case .file, .derived, .fallback: false
        }
    }
}

extension SettingsLayer {
    /// Whether something says how distribution comes to the node, be it the cookie alone.
    var saysHowToDial: Bool {
        cookie != nil || cookieProblem != nil || address != nil || epmd != nil || via != nil || distributionPort != nil
    }
}
