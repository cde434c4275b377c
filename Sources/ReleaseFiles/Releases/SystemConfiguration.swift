import ErlangTerm

extension ReleaseDirectory {
    /// kernel's ports in the `sys.config` that the start script gives.
    ///
    /// - Parameter arguments: those of the node; a `-config` among them is read as well, behind the script's.
    func configuredListenPorts(_ arguments: VMArguments?) -> ListenPorts {
        var ports = ListenPorts()
        // The last file counts most (`application_controller:merge_env`).
        for name in (arguments?.values(of: "config").flatMap { $0 } ?? []).reversed() {
            ports.fill(from: listenPorts(in: FilePath.join(root, name.text)))
        }
        ports.fill(from: listenPorts(in: systemConfiguration))
        return ports
    }

    private var systemConfiguration: String {
        let named = environment[isMix ? "RELEASE_SYS_CONFIG" : "RELX_CONFIG_PATH"] ?? ""
        if !named.isEmpty { return named }
        let inRoot = FilePath.join(root, "sys.config")
        return !isMix && files.status(inRoot) != nil ? inRoot : FilePath.join(versionDirectory, "sys.config")
    }

    /// Nothing from a file that is missing or has variables where no term is: what it says is not known then.
    private func listenPorts(in path: String) -> ListenPorts {
        let path = path.hasSuffix(".config") ? path : path + ".config"
        var ports = ListenPorts()
        guard let terms = try? ConfigurationTerms.read(path, "the configuration", files), let list = terms.first
        else { return ports }
        for application in list.children {
            guard case .tuple(let pair) = application.term, pair.count == 2, pair[0] == .atom("kernel"),
                let parameters = application.children.last
            else { continue }
            for parameter in parameters.children {
                guard case .tuple(let pair) = parameter.term, pair.count == 2, let port = pair[1].integer,
                    (1...65535).contains(port)
                else { continue }
                let value = Sourced(port, Origin.file(path, line: parameter.position.line))
                if pair[0] == .atom("inet_dist_listen_min") { ports.min = value }
                if pair[0] == .atom("inet_dist_listen_max") { ports.max = value }
            }
        }
        return ports
    }
}
