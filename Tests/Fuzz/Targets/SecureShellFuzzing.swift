import ReleaseFiles

/// Promises about OpenSSH's files: what is wrong in them is said with the place, what is passed over changes nothing, and
/// what we write is read again.
enum SecureShellFuzzing {
    private static let user = SecureShellUser(
        name: "amy", identifier: 7, home: "/home/u", hostName: "desk.example.org",
        environment: ["SSH_AUTH_SOCK": "/agent", "A": "a"])
    private static let path = "/home/u/.ssh/config"

    static func settings(_ input: [UInt8]) throws(FuzzFinding) {
        let lines = input.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        for (host, name) in [("box", nil), ("10.0.0.7", "amy"), ("::1", nil)] {
            let request = SecureShellResolver.Request(host: host, user: name, origin: .flag("--ssh"))
            // Once also as a file that includes itself until a limit, which takes most of the time.
            let including = host == "box" ? [Array("Include *\n".utf8) + input] : []
            for files in ([input] + including).map({ ConfigurationFiles(main: $0) }) {
                let resolver = SecureShellResolver(files: files, user: user)
                var route: [SecureShellSettings] = []
                do throws(SettingsError) { route = try resolver.route(to: request) } catch {
                    try FuzzFinding.check(!error.message.isEmpty, "an error without words")
                }
                for settings in route { try check(settings, lines: lines + 1) }
            }
        }
    }

    private static func check(_ settings: SecureShellSettings, lines: Int) throws(FuzzFinding) {
        try FuzzFinding.check((1...65535).contains(settings.port.value), "a port that is none")
        let leadsSomewhere = settings.jumps.value.allSatisfy { !$0.host.isEmpty && !$0.host.hasPrefix("-") }
        try FuzzFinding.check(leadsSomewhere, "a hop to nowhere")
        for origin in [settings.host.origin, settings.port.origin, settings.user.origin, settings.strictness.origin] {
            guard case .file(_, let line?) = origin else { continue }
            try FuzzFinding.check((1...lines).contains(line), "a value on no line of the file")
        }
    }

    static func knownHosts(_ input: [UInt8]) throws(FuzzFinding) {
        let file = KnownHostsFile(input, path: "k")
        let lines = input.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        let known = KnownHosts([file])
        for (line, reason) in file.faults {
            try FuzzFinding.check((1...lines).contains(line) && !reason.isEmpty, "a fault on no line, or without words")
        }
        let name = "app@10.0.0.7"
        for entry in file.entries {
            try FuzzFinding.check((1...lines).contains(entry.place.line), "a key on no line")
            try FuzzFinding.check(HostKey(entry.key.bytes) == entry.key, "a key is another one when it is read again")
            try FuzzFinding.check(HostKey(text: entry.key.text) == entry.key, "a key is another one in text")
            let fingerprint = entry.key.fingerprint
            try FuzzFinding.check(HostKeyFingerprint(fingerprint.description) == fingerprint, "no fingerprint")
            for host in [name, "box", "[box]:10022"] {
                let verdict = known.verdict(on: entry.key, of: host)
                if entry.marker == .revoked, entry.names.include(host) {
                    guard case .revoked = verdict else { throw FuzzFinding("a revoked key is accepted") }
                }
                if case .known(let place) = verdict {
                    let isThere = file.entries.contains {
                        $0.place == place && $0.key == entry.key && $0.marker == .none && $0.names.include(host)
                    }
                    try FuzzFinding.check(isThere, "known by a line that is not about it")
                }
            }
            let policy = HostKeyPolicy(node: name, place: "box:1", hostNames: ["box"], own: file, canAsk: false)
            if case .accepted = policy.decision(on: entry.key) {
                let isKnown = [name, "box"].contains { host in
                    if case .known = known.verdict(on: entry.key, of: host) { true } else { false }
                }
                try FuzzFinding.check(isKnown, "a key that nobody knows is accepted")
            }
        }
        // What is forgotten is not known, and what others know stays as it is.
        let left = KnownHostsFile(KnownHostsLine.removing(name, from: input, path: "k"), path: "k")
        for entry in left.entries where entry.marker == .none {
            try FuzzFinding.check(!entry.names.plainNames.contains(name), "a name is not forgotten")
        }
        try FuzzFinding.check(left.entries.count <= file.entries.count, "something is known that was not")
    }
}

/// Two files of the user's settings with the same lines.
private struct ConfigurationFiles: FileSource {
    let main: [UInt8]

    func read(_ path: String) throws(FileFailure) -> [UInt8] {
        guard path.hasPrefix("/home/u/.ssh/") else { throw FileFailure(path: path, errno: 2) }
        return main
    }

    func status(_ path: String) -> FileStatus? {
        switch path {
        case "/home/u/.ssh/config", "/home/u/.ssh/other":
            FileStatus(isRegular: true, isDirectory: false, permissions: 0o600)
        case "/", "/home", "/home/u", "/home/u/.ssh":
            FileStatus(isRegular: false, isDirectory: true, permissions: 0o755)
        default: nil
        }
    }

    func entries(of directory: String) -> [String] { directory == "/home/u/.ssh" ? ["config", "other"] : [] }
}
