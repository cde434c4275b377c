/// A `vm.args` with what relx's start script makes it from: `vm.args.src`, or with `RELX_REPLACE_OS_VARS` itself.
///
/// The script writes the file anew each time, with the environment of whoever calls it. Where ours lacks a variable,
/// the file that the node was started with knows better.
struct ArgumentFile {
    private let path: String
    private let files: any FileSource
    private let environment: [String: String]

    /// - Parameter environment: in which variables are replaced.
    init(_ path: String, _ files: any FileSource, environment: [String: String]) {
        self.path = path
        self.files = files
        self.environment = environment
    }

    /// - Parameter directories: where relative `-args_file` names are looked for besides the working directory.
    /// - Returns: nil when there is neither the file nor one that it is made from.
    func read(directories: [String]) throws(SettingsError) -> VMArguments? {
        func read(_ path: String, replaces: Bool) throws(SettingsError) -> VMArguments {
            try VMArguments.read(path, files, expanding: replaces ? environment : nil, directories: directories)
        }
        if path.hasSuffix(".src"), exists(path) { return try read(path, replaces: true) }
        let replaces = !(environment["RELX_REPLACE_OS_VARS"] ?? "").isEmpty
        let original = path + ".orig"
        var source: String?
        if exists(path + ".src") {
            source = path + ".src"
        } else if exists(original) {
            // What the script made of it may be older.
            guard replaces else { return try read(original, replaces: false) }
            source = original
        } else if replaces, exists(path) {
            return try read(path, replaces: true)
        }
        let made = [written, path].first(where: exists)
        if let source, made == nil || isComplete(source) { return try read(source, replaces: true) }
        return try made.map { (path) throws(SettingsError) in try read(path, replaces: false) }
    }

    /// Where the script puts the file that it makes.
    private var written: String {
        guard let directory = environment["RELX_OUT_FILE_PATH"], files.status(directory)?.isDirectory == true
        else { return path }
        return FilePath.join(directory, path.split(separator: "/").last.map(String.init) ?? path)
    }

    private func exists(_ path: String) -> Bool { files.status(path) != nil }

    private func isComplete(_ path: String) -> Bool {
        guard let bytes = try? files.read(path) else { return true }
        var expansion = VariableExpansion(environment: environment)
        guard (try? expansion.expand(bytes)) != nil else { return true }
        return !expansion.isIncomplete
    }
}
