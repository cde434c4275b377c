package import ErlangTerm

/// A cookie file as `auth` of OTP reads it.
package enum CookieFile {
    /// Who must not read the file.
    package enum Strictness: Sendable {
        /// Refused when anybody but the owner has access, as OTP refuses its own.
        case ownerOnly
        /// The user named the file: a mounted secret is often readable by its group.
        case any
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
        _ path: String, _ files: any FileSource, _ strictness: Strictness
    ) throws(SettingsError) -> Secret {
        if let status = files.status(path) {
            guard status.isRegular || strictness == .any, !status.isDirectory else {
                throw SettingsError(.configuration, "a cookie file must be a regular file", file: path)
            }
            if strictness == .ownerOnly, status.isOpenToOthers {
                throw SettingsError(.configuration, "must be accessible by its owner only (chmod 600)", file: path)
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
