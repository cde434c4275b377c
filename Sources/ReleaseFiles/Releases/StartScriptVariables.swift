extension ReleaseDirectory {
    /// The environment in which relx's start script replaces variables in `vm.args.src`.
    ///
    /// What the script exports counts more than what it was given. `RELEASE_ROOT_DIR` it sets without exporting it, so
    /// that a file which uses it works only where somebody else has; it can be nothing but the root.
    var relxEnvironment: [String: String] {
        var variables = environment
        func preset(_ name: String, _ value: String) {
            if variables[name]?.isEmpty ?? true { variables[name] = value }
        }
        variables["ROOTDIR"] = root
        variables["RELEASE_ROOT_DIR"] = root
        variables["RELEASE_VSN"] = version
        variables["EMU"] = "beam"
        variables["PROGNAME"] = "erl"
        preset("RELX_RPC_TIMEOUT", "60")
        preset("RUN_ERL_DISABLE_FLOWCNTRL", "true")
        if let name = describedName {
            let script = FilePath.join(root, "bin/" + name)
            variables["REL_NAME"] = name
            variables["RELEASE_NAME"] = name
            variables["RELEASE_PROG"] = script
            if variables["ESCRIPT_NAME"] == nil { variables["ESCRIPT_NAME"] = script }
        }
        if let runtime {
            variables["BINDIR"] = FilePath.join(runtime, "bin")
            variables["LD_LIBRARY_PATH"] = FilePath.join(runtime, "lib:") + (environment["LD_LIBRARY_PATH"] ?? "")
        }
        return variables
    }

    /// The runtime system in the release; without one the script asks whatever `erl` is on the path.
    private var runtime: String? {
        let directory = FilePath.join(root, "erts-" + runtimeVersion)
        return files.status(directory)?.isDirectory == true ? directory : nil
    }
}
