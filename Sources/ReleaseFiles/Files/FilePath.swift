/// Paths as text.
enum FilePath {
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func join(_ directory: String, _ name: String) -> String {
        if name.hasPrefix("/") || directory == "." || directory.isEmpty { return name }
        return directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }

    /// OTP takes a relative path from the node's working directory, which is not ours. So the first place counts
    /// where there is a file: here, then each of `directories`.
    ///
    /// - Returns: `path` itself when it is nowhere, so that the message names what was written.
    static func locate(_ path: String, in directories: [String], _ files: any FileSource) -> String {
        if path.hasPrefix("/") || files.status(path) != nil { return path }
        for directory in directories {
            let candidate = join(directory, path)
            if files.status(candidate) != nil { return candidate }
        }
        return path
    }
}
