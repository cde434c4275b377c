import ErlangTerm

/// A release on disk, made by relx or by mix.
struct ReleaseDirectory {
    let root: String
    /// The second word of `releases/start_erl.data`.
    let version: String
    let isMix: Bool
    private let files: any FileSource
    private let environment: [String: String]

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
        version = try Self.version(of: root, files, environment)
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

    private static func version(
        of root: String, _ files: any FileSource, _ environment: [String: String]
    ) throws(SettingsError) -> String {
        let releases = FilePath.join(root, "releases")
        if let version = environment["RELEASE_VSN"], isName(version),
            files.status(FilePath.join(releases, version))?.isDirectory == true
        {
            return version
        }
        let path = FilePath.join(releases, "start_erl.data")
        if let bytes = try? files.read(path) {
            let words = String(decoding: bytes.prefix(4096), as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, isName(String(words[1])) else {
                throw SettingsError(.configuration, "expected 'ERTS-VERSION RELEASE-VERSION'", file: path)
            }
            return String(words[1])
        }
        let versions = files.entries(of: releases).filter {
            files.status(FilePath.join(releases, $0))?.isDirectory == true
        }
        guard versions.count == 1, let version = versions.first else {
            throw SettingsError(
                .configuration, "not a release: releases/start_erl.data is missing", file: root)
        }
        return version
    }

    private static func isName(_ text: String) -> Bool { !text.isEmpty && !text.contains("/") && text != ".." }

    // MARK: relx

    /// The `vm.args` that the start script would use, and whether variables in it are to be replaced.
    ///
    /// relx writes `vm.args` from `vm.args.src` with the environment of whoever calls it. Where ours lacks a variable,
    /// the file that the node was started with knows better.
    func virtualMachineArguments() throws(SettingsError) -> VMArguments? {
        let named = environment[isMix ? "RELEASE_VM_ARGS" : "VMARGS_PATH"] ?? ""
        let inRoot = FilePath.join(root, "vm.args")
        let path =
            if !named.isEmpty {
                named
            } else if !isMix, files.status(inRoot) != nil {
                inRoot
            } else {
                FilePath.join(versionDirectory, "vm.args")
            }
        return try Self.arguments(path, files, environment: environment, directories: [root])
    }

    /// - Returns: nil when there is neither the file nor its `.src`.
    static func arguments(
        _ path: String, _ files: any FileSource, environment: [String: String], directories: [String]
    ) throws(SettingsError) -> VMArguments? {
        let source = path + ".src"
        let exists = files.status(path) != nil
        if files.status(source) != nil, !exists || isComplete(source, files, environment) {
            return try VMArguments.read(source, files, expanding: environment, directories: directories)
        }
        guard exists else { return nil }
        let replaces = path.hasSuffix(".src") || environment["RELX_REPLACE_OS_VARS"].map { !$0.isEmpty } ?? false
        return try VMArguments.read(
            path, files, expanding: replaces ? environment : nil, directories: directories)
    }

    private static func isComplete(
        _ path: String, _ files: any FileSource, _ environment: [String: String]
    ) -> Bool {
        guard let bytes = try? files.read(path) else { return true }
        var expansion = VariableExpansion(environment: environment)
        guard (try? expansion.expand(bytes)) != nil else { return true }
        return expansion.missing.isEmpty
    }

    // MARK: mix

    /// What mix's start script makes of `env.sh` and `releases/COOKIE`.
    func mixSettings() -> MixSettings {
        var settings = MixSettings()
        let path = FilePath.join(versionDirectory, "env.sh")
        if let bytes = settings.read(path, files) {
            settings.readScript(bytes, path: path, environment: environment.merging(scriptVariables) { old, _ in old })
        }
        let cookiePath = FilePath.join(root, "releases/COOKIE")
        if settings.cookie == nil { settings.readCookie(cookiePath, files) }
        if settings.node == nil, let name {
            settings.node = Sourced(name, .file(versionDirectory, line: nil))
        }
        return settings
    }

    private var scriptVariables: [String: String] {
        var variables = ["RELEASE_ROOT": root, "RELEASE_VSN": version]
        variables["RELEASE_NAME"] = name
        return variables
    }

    /// The release's name: `releases/VSN/NAME.rel`, or the only script in `bin` with such a file.
    private var name: String? {
        if let name = environment["RELEASE_NAME"], !name.isEmpty { return name }
        let descriptions = files.entries(of: versionDirectory).filter { $0.hasSuffix(".rel") }
        let names = descriptions.map { String($0.dropLast(4)) }.filter { !$0.hasPrefix("start") }
        return names.count == 1 ? names.first : nil
    }
}
