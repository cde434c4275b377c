import ErlangTerm

/// A release on disk, made by relx or by mix.
struct ReleaseDirectory {
    let root: String
    /// The second word of `releases/start_erl.data`.
    let version: String
    /// The first word of it; empty without that file.
    let runtimeVersion: String
    let isMix: Bool
    let files: any FileSource
    let environment: [String: String]

    var versionDirectory: String { FilePath.join(root, "releases/" + version) }

    /// - Parameter environment: `RELEASE_VSN` counts before `start_erl.data`, as in mix's script.
    init(_ root: String, _ files: any FileSource, environment: [String: String]) throws(SettingsError) {
        let root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        guard files.status(root)?.isDirectory == true else {
            throw SettingsError(.noInput, "no such release directory", file: root)
        }
        self.root = root
        self.files = files
        self.environment = environment
        (runtimeVersion, version) = try Self.versions(of: root, files, environment)
        let directory = FilePath.join(root, "releases/" + version)
        isMix =
            files.status(FilePath.join(directory, "env.sh")) != nil
            || files.status(FilePath.join(directory, "remote.vm.args")) != nil
            || files.status(FilePath.join(root, "releases/COOKIE")) != nil
    }

    /// Whether it looks like one, without an error.
    static func exists(at root: String, _ files: any FileSource) -> Bool {
        files.status(FilePath.join(root, "releases/start_erl.data")) != nil
    }

    private static func versions(
        of root: String, _ files: any FileSource, _ environment: [String: String]
    ) throws(SettingsError) -> (runtime: String, release: String) {
        let releases = FilePath.join(root, "releases")
        let path = FilePath.join(releases, "start_erl.data")
        let words = (try? files.read(path)).map { bytes in
            String(decoding: bytes.prefix(4096), as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        }
        if let version = environment["RELEASE_VSN"], isName(version),
            files.status(FilePath.join(releases, version))?.isDirectory == true
        {
            return (words?.first ?? "", version)
        }
        if let words {
            guard words.count >= 2, isName(words[1]) else {
                throw SettingsError(.configuration, "expected 'ERTS-VERSION RELEASE-VERSION'", file: path)
            }
            return (words[0], words[1])
        }
        let versions = files.entries(of: releases).filter {
            files.status(FilePath.join(releases, $0))?.isDirectory == true
        }
        guard versions.count == 1, let version = versions.first else {
            throw SettingsError(
                .configuration, "not a release: releases/start_erl.data is missing", file: root)
        }
        return ("", version)
    }

    private static func isName(_ text: String) -> Bool { !text.isEmpty && !text.contains("/") && text != ".." }

    // MARK: vm.args

    /// The arguments that the start script would give to the node.
    func virtualMachineArguments() throws(SettingsError) -> VMArguments? {
        let named = environment[isMix ? "RELEASE_VM_ARGS" : "VMARGS_PATH"] ?? ""
        let inRoot = FilePath.join(root, "vm.args")
        if !named.isEmpty { return try arguments(in: named) }
        if !isMix, ["", ".src", ".orig"].contains(where: { files.status(inRoot + $0) != nil }) {
            return try arguments(in: inRoot)
        }
        return try arguments(in: FilePath.join(versionDirectory, "vm.args"))
    }

    /// - Returns: nil when there is no such file, nor one that it is made from.
    func arguments(in path: String) throws(SettingsError) -> VMArguments? {
        try ArgumentFile(path, files, environment: isMix ? environment : relxEnvironment).read(directories: [root])
    }

    /// The arguments with which mix's script runs `rpc`, `remote` and `stop`: how the node is reached.
    func remoteArguments() throws(SettingsError) -> VMArguments? {
        guard isMix else { return nil }
        let named = environment["RELEASE_REMOTE_VM_ARGS"] ?? ""
        return try arguments(in: named.isEmpty ? FilePath.join(versionDirectory, "remote.vm.args") : named)
    }

    // MARK: mix

    /// What mix's start script makes of `env.sh` and `releases/COOKIE`.
    func mixSettings(_ request: MixSettings.Request) -> MixSettings {
        var settings = MixSettings()
        let path = FilePath.join(versionDirectory, "env.sh")
        if let bytes = settings.read(path, files) {
            let run = environmentRun
            var given = run.environment
            given["REL_VSN_DIR"] = run.versionDirectory
            let script = EnvironmentScript(bytes, environment: given, unexported: ["REL_VSN_DIR"])
            settings.add(script, path: path, run, request)
        }
        let cookiePath = FilePath.join(root, "releases/COOKIE")
        if settings.cookie == nil, settings.cookieProblem == nil { settings.readCookie(cookiePath, files) }
        if settings.node == nil, settings.nameProblem == nil, let name {
            settings.node = Sourced(name, .file(versionDirectory, line: nil))
        }
        return settings
    }

    /// `env.sh` as the start script runs it when it is to ask the node.
    private var environmentRun: EnvironmentRun {
        let root = files.realPath(root) ?? root
        var variables = environment
        variables["RELEASE_ROOT"] = root
        variables["RELEASE_VSN"] = version
        variables["RELEASE_COMMAND"] = "rpc"
        if let name {
            variables["RELEASE_NAME"] = name
            if variables["RELEASE_PROG"]?.isEmpty ?? true { variables["RELEASE_PROG"] = name }
        }
        return EnvironmentRun(
            root: root, versionDirectory: FilePath.join(root, "releases/" + version), environment: variables,
            command: "rpc", program: FilePath.join(root, "bin/" + (name ?? "")))
    }

    /// What mix's script calls the release.
    private var name: String? {
        if let name = environment["RELEASE_NAME"], !name.isEmpty { return name }
        return describedName
    }

    /// The name of `releases/VSN/NAME.rel`, where there is one.
    var describedName: String? {
        let descriptions = files.entries(of: versionDirectory).filter { $0.hasSuffix(".rel") }
        let names = descriptions.map { String($0.dropLast(4)) }.filter { !$0.hasPrefix("start") }
        return names.count == 1 ? names.first : nil
    }
}
