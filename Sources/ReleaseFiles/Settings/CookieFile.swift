package import ErlangTerm

/// A cookie file as `auth` of OTP reads it.
package enum CookieFile {
    /// What a path may lead to. A regular file that anybody but its owner has access to is refused in either case, as
    /// OTP refuses its own.
    package enum Kind: Sendable {
        case regular
        /// The user named it: a pipe will do, such as a shell's `<(...)`.
        case named
    }

    /// `~/.erlang.cookie`, then `$XDG_CONFIG_HOME/erlang/.erlang.cookie` (OTP 25 and later).
    package static func defaultPaths(environment: [String: String]) -> [String] {
        var paths: [String] = []
        if let home = environment["HOME"], !home.isEmpty { paths.append(FilePath.join(home, ".erlang.cookie")) }
        if let directory = XDGDirectory.configuration(environment: environment) {
            paths.append(FilePath.join(directory, "erlang/.erlang.cookie"))
        }
        return paths
    }

    package static func read(
        _ path: String, _ files: any FileSource, _ kind: Kind
    ) throws(SettingsError) -> Secret {
        if let status = files.status(path) {
            guard status.isRegular || kind == .named, !status.isDirectory else {
                throw SettingsError(.configuration, "a cookie file must be a regular file", file: path)
            }
            if status.isRegular, status.isOpenToOthers {
                throw SettingsError(
                    .configuration, "a cookie file must be accessible by its owner only (chmod 600)", file: path)
            }
        }
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try files.read(path)
        } catch {
            throw SettingsError(.noInput, "cannot read the cookie file: \(error.reason)", file: path)
        }
        return try cookie(in: bytes, path: path)
    }

    /// Printable ASCII with spaces, then nothing but newlines, carriage returns and spaces (`auth:check_cookie`).
    /// Spaces before the first newline belong to the cookie.
    static func cookie(in bytes: [UInt8], path: String) throws(SettingsError) -> Secret {
        let end = bytes.firstIndex { !(0x20...0x7E).contains($0) } ?? bytes.count
        guard bytes[end...].allSatisfy({ $0 == 0x0A || $0 == 0x0D || $0 == 0x20 }) else {
            throw SettingsError(.configuration, "bad characters in the cookie", file: path)
        }
        guard end > 0 else { throw SettingsError(.configuration, "the cookie is empty", file: path) }
        // An atom is made of it.
        guard end <= 255 else { throw SettingsError(.configuration, "the cookie has over 255 characters", file: path) }
        return Secret(bytes: Array(bytes[..<end]))
    }
}

/// The base directory specification of freedesktop.org.
enum XDGDirectory {
    /// `$XDG_CONFIG_HOME`, or `~/.config`; a relative value is invalid by the specification.
    static func configuration(environment: [String: String]) -> String? {
        if let directory = environment["XDG_CONFIG_HOME"], directory.hasPrefix("/") { return directory }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return FilePath.join(home, ".config")
    }
}
