package import ErlangTerm

/// How a host may let us in, by the names of RFC 4252 and RFC 4256.
package enum SecureShellMethod: String, CaseIterable, Sendable {
    // In OpenSSH's order.
    case publicKey = "publickey"
    case keyboardInteractive = "keyboard-interactive"
    case password
}

extension CollectedOptions {
    /// Which methods are taken, and in which order: `PreferredAuthentications`, without those that a setting of their own
    /// switches off. Methods that are not known here are left out.
    var methods: Sourced<[SecureShellMethod]> {
        let switches: [(method: SecureShellMethod, setting: Sourced<Bool>?)] = [
            (.publicKey, flags[.takesKeys]), (.keyboardInteractive, flags[.takesAnswers]),
            (.password, flags[.takesPasswords]),
        ]
        let off = switches.filter { $0.setting?.value == false }
        let written = words[.preferredMethods]
        var order: [SecureShellMethod] = []
        for name in written.map({ $0.value.split(separator: ",").map(String.init) }) ?? [] {
            if let method = SecureShellMethod(rawValue: name), !order.contains(method) { order.append(method) }
        }
        let wanted = written == nil ? SecureShellMethod.allCases : order
        return Sourced(
            wanted.filter { method in !off.contains { $0.method == method } },
            written?.origin ?? off.first?.setting?.origin ?? .fallback)
    }
}

/// Passwords are tried where somebody asks for that, and nowhere else: `--ssh-password` and its like.
package enum SecureShellPassword: Sendable, CustomStringConvertible {
    /// A person is asked on the terminal.
    case asked
    /// This one, and where it is from.
    case given(Secret, from: String)

    package var description: String {
        switch self {
        case .asked: "asked for on the terminal"
        case .given(_, let place): "from \(place)"
        }
    }

    /// The first line of a file that nobody but its owner can read; a pipe will do, such as a shell's `<(...)`.
    init(file path: String, _ files: any FileSource) throws(SettingsError) {
        if let status = files.status(path), status.isRegular, status.isOpenToOthers {
            throw SettingsError(
                .configuration, "a file with a password must be accessible by its owner only (chmod 600)", file: path)
        }
        let password = try PasswordFile.read(path, files)
        guard !password.bytes.contains(0) else {
            throw SettingsError(.configuration, "a NUL byte in the password", file: path)
        }
        self = .given(password, from: path)
    }
}

/// A file with a password.
enum PasswordFile {
    /// Its first line, whatever its characters: as `-passin file:` of openssl(1) reads it.
    static func read(_ path: String, _ files: any FileSource) throws(SettingsError) -> Secret {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try files.read(path)
        } catch {
            throw SettingsError(.noInput, "cannot read the password file: \(error.reason)", file: path)
        }
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty else { throw SettingsError(.configuration, "the password is empty", file: path) }
        return Secret(bytes: Array(line))
    }
}
