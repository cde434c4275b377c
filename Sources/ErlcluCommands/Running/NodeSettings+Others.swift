import ReleaseFiles

extension NodeSettings {
    /// What holds for a node: for the first one that is named all of it. Where that one is, and the name in its
    /// certificate, was said of it alone; another node is come to by its own name. A name that a file has for all peers
    /// stays; and without epmd the port does, as `-erl_epmd_port` is that of every node.
    func holding(for node: String) -> NodeSettings {
        guard node != nodes.value.first else { return self }
        var settings = self
        settings.address = nil
        // The daemon is that of one node. Where it is all that is known, it says so itself.
        if transport.value != .ssh { settings.ssh = nil }
        if epmd.value != .none { settings.distributionPort = nil }
        if case .file = tls.serverName?.origin {} else { settings.tls.serverName = nil }
        return settings
    }
}
